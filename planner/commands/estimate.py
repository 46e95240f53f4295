"""`fmplan estimate`: any CloudFormation template or cloud assembly, priced by its properties and a usage file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.commands.common import can_encode, day, format_of, run, today, write
from planner.commands.options import pricing_options
from planner.commands.template import parameters_of, region_of, template_options

if TYPE_CHECKING:
    from datetime import date

    from planner.commands.options import Pricing

__all__ = ["estimate_command"]

_FORMATS = ("text", "json", "markdown", "csv")
_UNPRICED = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command's options, as click names them."""

    usage: Path | None
    parameters: tuple[str, ...]
    region: str | None
    as_of: date | None
    strict: bool
    output_format: str | None
    output: Path | None


@click.command("estimate")
@click.argument("source", type=click.Path(path_type=Path), metavar="TEMPLATE|cdk.out")
@template_options
@click.option("--region", metavar="REGION", help="Prices of this region; default: the template's or assembly's own.")
@click.option(
    "--as-of", callback=day, metavar="DATE", help="Prices of this day; default: the template's own, or today."
)
@pricing_options
@click.option("--strict", is_flag=True, help="End with 3 where something is unpriced or unsupported.")
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), help="How to print; -o's suffix decides otherwise."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file, whole or not at all."
)
def estimate_command(source: Path, pricing: Pricing, **options: Any) -> None:  # noqa: ANN401  (click passes them by name)
    """Price a CloudFormation template or a cloud assembly, and say how much of it that covers."""
    asked = _Asked(**options)
    chosen = format_of(asked.output_format, asked.output, _FORMATS)

    def estimate() -> int:
        from planner.estimate.document import estimate_json
        from planner.estimate.estimate import estimate_path
        from planner.estimate.usage import load_usage_by_resource

        found = estimate_path(
            source,
            book=pricing.book(),
            region=region_of(asked.region),
            as_of=asked.as_of,
            usage=load_usage_by_resource(asked.usage) if asked.usage else None,
            parameters=parameters_of(asked.parameters),
            today=today(),
        )
        write(_rendered(estimate_json(found, currency=pricing.currency), chosen, asked.output), asked.output)
        return _UNPRICED if asked.strict and not found.is_complete else 0

    run(estimate)


def _rendered(document: dict[str, Any], output_format: str, output: Path | None) -> str:
    if output_format == "json":
        from planner.report import render_json

        return render_json(document)
    from planner.estimate import report

    if output_format == "csv":
        return report.render_csv(document)
    if output_format == "markdown":
        return report.render_markdown(document)
    return report.render_text(document, ascii_only=output is None and not can_encode("–→"))
