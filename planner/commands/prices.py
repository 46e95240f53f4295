"""`fmplan prices`: what the price book holds, how complete and how old it is, and where its sources disagree."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.commands.common import can_encode, day, format_of, run, terminal_width, today, write
from planner.commands.options import book_option, checked_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from planner.price_book import PriceBook
    from planner.prices_report import Report

__all__ = ["prices"]

_FORMATS = ("text", "json", "csv", "markdown")
_REFRESH = "refresh"


class _Prices(click.Group):
    """The group, which loads the command that asks AWS only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), _REFRESH])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == _REFRESH:
            from planner.commands.refresh import refresh

            return refresh
        return super().get_command(ctx, cmd_name)


@click.group("prices", cls=_Prices)
def prices() -> None:
    """Look into the price book: prices, coverage, conflicts; or bring it up to date."""


def _answering(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what each of the commands takes: the book, the day, the format, the file."""
    for option in (
        click.option(
            "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file, whole or not."
        ),
        click.option(
            "--format",
            "output_format",
            type=click.Choice(_FORMATS),
            help="How to print; -o's suffix decides otherwise.",
        ),
        click.option("--as-of", callback=day, metavar="DATE", help="What was in force on this day; default: today."),
    ):
        command = option(command)
    return book_option(command)


def _answer(
    work: Callable[[PriceBook, date], Report],
    book: Path | None,
    as_of: date | None,
    output_format: str | None,
    output: Path | None,
) -> None:
    def answer() -> int:
        from planner.price_book import PriceBook
        from planner.prices_report import rendered

        report = work(PriceBook(checked_folder(book)), as_of or today())
        terminal = output is None and sys.stdout.isatty()
        text = rendered(
            report,
            format_of(output_format, output, _FORMATS),
            width=terminal_width(terminal=terminal),
            color=terminal and "NO_COLOR" not in os.environ,
            unicode=output is not None or can_encode("└─ –"),
        )
        write(text, output)
        return report.code

    run(answer)


@prices.command("list")
@click.option("--service", "services", multiple=True, metavar="SERVICE", help="bedrock, sagemaker, s3, …; repeatable.")
@click.option(
    "--model", "--sku", "names", multiple=True, metavar="NAME", help="A model, an instance, another SKU; repeatable."
)
@click.option("--item", "items", multiple=True, metavar="ITEM", help="As on_demand.input_mtok, or a side of its dot.")
@click.option("--region", "regions", multiple=True, metavar="REGION", help="Prices of a region; repeatable.")
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help="in_region, global, or a geography as us.")
@click.option("--history", is_flag=True, help="All dated rows up to the day, and the evidence that prices nothing.")
@_answering
def list_command(  # noqa: PLR0913  (click passes options by name)
    *,
    services: tuple[str, ...],
    names: tuple[str, ...],
    items: tuple[str, ...],
    regions: tuple[str, ...],
    scopes: tuple[str, ...],
    history: bool,
    book: Path | None,
    as_of: date | None,
    output_format: str | None,
    output: Path | None,
) -> None:
    """List prices in force.

    What --format csv writes is what --prices of other commands takes.
    """

    def work(book: PriceBook, as_of: date) -> Report:
        from planner.price_names import resolve
        from planner.price_search import Wanted
        from planner.prices_report.listing import list_report

        found = [resolve(name, book) for name in names]
        of_names = {each.service for each in found if each.service is not None}
        wanted = Wanted(
            frozenset({*services, *of_names}),
            frozenset(sku for each in found for sku in each.skus),
            items,
            frozenset(regions),
            frozenset({*scopes, *(each.scope for each in found if each.scope is not None)}),
        ).checked(book)
        return list_report(book, wanted, as_of=as_of, dated=history)

    _answer(work, book, as_of, output_format, output)


@prices.command("show")
@click.argument("name", metavar="MODEL|SKU|SERVICE")
@click.option("--region", default="us-east-1", show_default=True, metavar="REGION", help="Where.")
@click.option("--item", "items", multiple=True, metavar="ITEM", help="As on_demand.input_mtok, or a side of its dot.")
@_answering
def show_command(
    *,
    name: str,
    region: str,
    items: tuple[str, ...],
    book: Path | None,
    as_of: date | None,
    output_format: str | None,
    output: Path | None,
) -> None:
    """Show what one thing costs in a region.

    Each price has its source and age; beside it stand earlier prices and what else was seen. Ends with 3 where there
    is no price.
    """

    def work(book: PriceBook, as_of: date) -> Report:
        from planner.price_names import resolve
        from planner.prices_report.show import show_report

        return show_report(book, resolve(name, book), region=region, items=items, as_of=as_of)

    _answer(work, book, as_of, output_format, output)


@prices.command("conflicts")
@click.option("--all", "evidence", is_flag=True, help="Also what was seen and has no price that can be relied on.")
@_answering
def conflicts_command(
    *, evidence: bool, book: Path | None, as_of: date | None, output_format: str | None, output: Path | None
) -> None:
    """Show where sources disagree, and which of them the book believes."""

    def work(book: PriceBook, as_of: date) -> Report:
        from planner.prices_report.conflicts import conflicts_report

        return conflicts_report(book, as_of=as_of, evidence=evidence)

    _answer(work, book, as_of, output_format, output)


@prices.command("coverage")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="REGION",
    help="Models of a region; repeatable; default: the main ones.",
)
@_answering
def coverage_command(
    *, regions: tuple[str, ...], book: Path | None, as_of: date | None, output_format: str | None, output: Path | None
) -> None:
    """Show what has a price where.

    Models by region and mode, SageMaker's instances by component and region, and how old the sources are.
    """

    def work(book: PriceBook, as_of: date) -> Report:
        from planner.prices_report.coverage import coverage_report
        from planner.references import known_regions

        return coverage_report(book, regions=regions, shown=regions or known_regions(), as_of=as_of)

    _answer(work, book, as_of, output_format, output)
