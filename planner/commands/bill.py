"""`fmplan bill`: usage that was metered or is assumed, priced with AWS's billing rules."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.commands.common import can_encode, day, format_of, run, stream, terminal_width, today, write
from planner.commands.options import pricing_options

if TYPE_CHECKING:
    from datetime import date

    from planner.commands.options import Pricing
    from planner.price_book import PriceBook

__all__ = ["bill_command"]

_FORMATS = ("text", "json", "markdown", "csv")


@click.command("bill")
@click.argument("usage", required=False, type=click.Path(path_type=Path), metavar="[USAGE]")
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), help="How to print; -o's suffix decides otherwise."
)
@click.option(
    "--as-of", callback=day, metavar="DATE", help="Use the prices in force on this day, whatever the file says."
)
@pricing_options
@click.option(
    "--batch", type=click.Path(path_type=Path), metavar="FILE.jsonl", help="One JSON usage with an id a line."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file, whole or not at all."
)
def bill_command(
    usage: Path | None,
    output_format: str | None,
    as_of: date | None,
    pricing: Pricing,
    batch: Path | None,
    output: Path | None,
) -> None:
    """Price a usage file, meter by meter; ends with 3 where something has no price."""
    if bool(usage) == bool(batch):
        message = "name a usage file, or one --batch file" if not usage else "name a usage file or --batch, not both"
        raise click.UsageError(message)
    if batch:
        if output_format not in {None, "json"}:
            message = "a batch is answered in JSON, one object a line; leave --format out"
            raise click.UsageError(message)
        path = batch
        run(lambda: _batch(path, as_of, pricing, output))
    elif usage:
        chosen, file = format_of(output_format, output, _FORMATS), usage
        run(lambda: _bill(file, chosen, as_of, pricing, output))


def _bill(path: Path, output_format: str, as_of: date | None, pricing: Pricing, output: Path | None) -> int:
    from planner.bill_answer import bill_answer
    from planner.usage_file import load_usage

    book = pricing.book()
    answer, code = bill_answer(load_usage(path, today=today(), as_of=as_of), book=book, currency=pricing.currency)
    write(_rendered(answer, output_format, output, book), output)
    return code


def _rendered(answer: dict[str, Any], output_format: str, output: Path | None, book: PriceBook) -> str:
    from planner import bill_report

    if output_format == "json":
        return bill_report.render_json(answer)
    if output_format == "csv":
        return bill_report.render_csv(answer)
    if output_format == "markdown":
        return bill_report.render_markdown(answer, book=book)
    terminal = output is None and sys.stdout.isatty()
    return bill_report.render_text(
        answer,
        width=terminal_width(terminal=terminal),
        color=terminal and "NO_COLOR" not in os.environ,
        unicode=output is not None or can_encode("└─ –"),
        book=book,
    )


def _batch(batch: Path, as_of: date | None, pricing: Pricing, output: Path | None) -> int:
    from planner.batch import answers
    from planner.bill_answer import bill_text
    from planner.usage_file import parse_usage

    # However long it is, memory stays flat.
    gc.enable()
    book, now, currency = pricing.book(), today(), pricing.currency

    def answer(data: dict[str, Any], source: str) -> tuple[str, int]:
        return bill_text(parse_usage(data, source=source, today=now, as_of=as_of), book=book, currency=currency)

    return stream(answers(batch, answer), output)
