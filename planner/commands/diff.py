"""`fmplan diff`: what changes in an architecture from one side to the other, and what that costs."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.commands.common import can_encode, day, run, terminal_width, today, write
from planner.commands.options import pricing_options
from planner.commands.template import output_options, parameters_of, region_of, template_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import ExitStack
    from datetime import date

    from planner.commands.options import Pricing
    from planner.diff.sources import Named

__all__ = ["diff_command"]

_FORMATS = ("text", "json", "markdown", "html", "sarif", "junit", "infracost")
_BY_SUFFIX = {
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".sarif": "sarif",
    ".xml": "junit",
}
_UNPRICED = 3
_MOST_HOURS = 8760


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command's options, as click names them."""

    sides: tuple[str, ...]
    deployed: str | None
    profile: str | None
    usage: Path | None
    parameters: tuple[str, ...]
    region: str | None
    as_of: date | None
    double_running_hours: str | None
    marker: str | None
    strict: bool
    output_format: str | None
    outputs: tuple[Path, ...]


@click.command("diff")
@click.argument("sides", nargs=-1, metavar="[BASE] HEAD")
@click.option("--deployed", metavar="STACK", help="BASE is this stack as it is deployed; needs credentials.")
@click.option("--profile", metavar="NAME", help="The AWS profile to read the deployed stack with.")
@template_options
@click.option("--region", metavar="REGION", help="Price both sides in this region; default: each in its own.")
@click.option("--as-of", callback=day, metavar="DATE", help="Prices of this day; default: the side's own, or today.")
@click.option(
    "--double-running-hours",
    metavar="HOURS",
    help="How long a replaced resource and its successor both run; default: the assumption of that name.",
)
@pricing_options
@click.option("--marker", metavar="NAME", help="Begin Markdown with the hidden marker of `fmplan comment --name NAME`.")
@click.option("--strict", is_flag=True, help="End with 3 where something of HEAD is unpriced or unsupported.")
@output_options(_FORMATS)
def diff_command(pricing: Pricing, **options: Any) -> None:  # noqa: ANN401  (click passes them by name)
    """Compare two architectures: resources, money, decision.

    A side is a workload, a plan.json, a template, a cdk.out folder, or a git revision with a path, such as
    main:workload.yaml.
    """
    asked = _Asked(**options)
    run(lambda: _diff(asked, pricing))


def _diff(asked: _Asked, pricing: Pricing) -> int:
    from contextlib import ExitStack

    from planner.diff.document import diff_document
    from planner.diff.sources import Sources
    from planner.estimate.usage import load_usage_by_resource

    hours = _hours(asked.double_running_hours)
    _check(asked)
    sources = Sources(
        book=pricing.book(),
        today=today(),
        as_of=asked.as_of,
        region=region_of(asked.region),
        usage=load_usage_by_resource(asked.usage) if asked.usage else None,
        parameters=parameters_of(asked.parameters),
        currency=pricing.currency,
    )
    with ExitStack() as stack:
        before, after = _named(asked, stack)
        document = diff_document(*sources.sides(before, after), double_running_hours=hours, replan=sources.replan)
    if pricing.currency is not None:
        delta = {name.removesuffix("_usd"): Decimal(usd) for name, usd in document["delta"].items()}
        document["currency"] = pricing.currency.stated(**delta)
    for text, output in _rendered(document, asked):
        write(text, output)
    return _UNPRICED if asked.strict and not document["after"]["complete"] else 0


def _check(asked: _Asked) -> None:
    most = 1 if asked.deployed else 2
    if len(asked.sides) != most:
        what = "HEAD alone: BASE is what is deployed" if asked.deployed else "BASE and HEAD"
        raise click.UsageError(f"name {what}")
    if asked.profile and not asked.deployed:
        raise click.UsageError("--profile goes with --deployed")
    if asked.marker is not None:
        from planner.comment.body import marker_of

        marker_of(asked.marker, option="--marker")
    several = [output for output in asked.outputs if asked.output_format and output.suffix.lower() in _BY_SUFFIX]
    if len(asked.outputs) > 1 and several:
        raise click.UsageError("several outputs are each written in the format of their suffix; leave --format out")
    if len(set(asked.outputs)) != len(asked.outputs):
        raise click.UsageError("one --output is named twice")


def _hours(stated: str | None) -> Decimal:
    if stated is None:
        from planner.assumptions import load_assumptions

        assumed = load_assumptions()["double_running_hours"].value
        return Decimal(str(assumed))
    try:
        hours = Decimal(stated)
    except InvalidOperation:
        hours = Decimal(-1)
    if not hours.is_finite() or not 0 <= hours <= _MOST_HOURS:
        raise click.BadParameter(
            f"{stated!r} is no number of hours from 0 to {_MOST_HOURS}", param_hint="--double-running-hours"
        )
    return hours


def _named(asked: _Asked, stack: ExitStack) -> tuple[Named, Named]:
    from planner.diff.sources import Named

    if asked.deployed is None:
        before, after = (_at(text, stack) for text in asked.sides)
        return before, after
    from planner.diff.deployed_copy import deployed_stack

    found = stack.enter_context(deployed_stack(asked.deployed, region=asked.region, profile=asked.profile))
    before = Named(f"deployed stack {asked.deployed}", found.path if found else None, found)
    after = _at(asked.sides[0], stack)
    if after.path is not None and after.path.is_dir():
        from planner.diff.deployed_head import template_of_stack

        one = template_of_stack(after.path, asked.deployed, source=after.source)
        after = replace(after, path=one.path, region=one.region)
    if found is None:
        return before, after
    before = replace(before, parameters=found.parameters)
    return before, replace(after, region=after.region or found.region, parameters=found.parameters)


def _at(text: str, stack: ExitStack) -> Named:
    from planner.diff.sources import Named

    if not Path(text).exists():
        from planner.diff.git_revision import MissingInRevision, files_of_revision, is_revision

        if is_revision(text):
            found = stack.enter_context(files_of_revision(text, folder=Path.cwd()))
            return Named(text, None if isinstance(found, MissingInRevision) else found)
    return Named(text, Path(text))


def _rendered(document: dict[str, Any], asked: _Asked) -> Iterator[tuple[str, Path | None]]:
    for output in asked.outputs or (None,):
        by_suffix = _BY_SUFFIX.get(output.suffix.lower()) if output else None
        yield _text(document, asked.output_format or by_suffix or "text", output, asked), output


def _text(document: dict[str, Any], output_format: str, output: Path | None, asked: _Asked) -> str:
    if output_format == "json":
        from planner.report import render_json

        return render_json(document)
    if output_format == "markdown":
        from planner.diff_report.markdown import render_markdown

        return render_markdown(document, marker=asked.marker)
    if output_format == "html":
        from planner.diff_report.html import render_html

        return render_html(document)
    if output_format == "sarif":
        from planner.diff_report.sarif import render_sarif

        return render_sarif(document, lines=_lines(asked.sides[-1]))
    if output_format == "junit":
        from planner.diff_report.junit import render_junit

        return render_junit(document)
    if output_format == "infracost":
        from planner.diff_report.infracost import render_infracost

        return render_infracost(document)
    from planner.diff_report.text import render_text

    terminal = output is None and sys.stdout.isatty()
    return render_text(
        document,
        width=terminal_width(terminal=terminal),
        color=terminal and "NO_COLOR" not in os.environ,
        unicode=output is not None or can_encode("└─ –→"),
    )


def _lines(head: str) -> Callable[[str], tuple[int, int] | None] | None:
    """Return where keys stand in the file of HEAD, if it is a file that people write."""
    path = Path(head)
    if not path.is_file():
        return None
    from planner.files import read_text
    from planner.source_lines import line_of_key

    text = read_text(path)
    return lambda key: line_of_key(text, key)


if __name__ == "__main__":
    diff_command()
