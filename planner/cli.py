"""The fmplan command: arguments → one call a command. No logic."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner import __version__
from planner.commands.common import BAD_INPUT, can_encode, day, format_of, run, stream, terminal_width, today, write
from planner.commands.later import LaterGroup
from planner.commands.options import pricing_options
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from planner.commands.options import Pricing
    from planner.plan import Planner
    from planner.planned import Planned

__all__ = ["main"]

_FORMATS = ("text", "json", "markdown")
_SCHEMAS = ("workload", "policy", "estimate", "diff")


# The others: `plan` and `synth` start without them.
_LATER = {
    "bill": "planner.commands.bill:bill_command",
    "check": "planner.commands.check:check_command",
    "ci": "planner.commands.ci:ci_command",
    "comment": "planner.commands.comment:comment",
    "diff": "planner.commands.diff:diff_command",
    "estimate": "planner.commands.estimate:estimate_command",
    "prices": "planner.commands.prices:prices",
}


@click.group(cls=LaterGroup, later=_LATER, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fmplan")
def main() -> None:
    """Plan the customization of a foundation model on AWS: decide, price, synthesize."""


@main.command("plan")
@click.argument("workloads", nargs=-1, type=click.Path(path_type=Path), metavar="WORKLOAD...")
@click.option(
    "--format", "output_format", type=click.Choice(_FORMATS), help="How to print; -o's suffix decides otherwise."
)
@click.option("--as-of", callback=day, metavar="DATE", help="Use the prices in force on this day; default: today.")
@click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Replace a key of the workload; repeatable."
)
@pricing_options
@click.option("--no-flips", is_flag=True, help="Leave out what would change the choice; quicker.")
@click.option(
    "--batch", type=click.Path(path_type=Path), metavar="FILE.jsonl", help="One JSON workload with an id a line."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file, whole or not at all."
)
def plan_command(
    workloads: tuple[Path, ...],
    output_format: str | None,
    as_of: date | None,
    overrides: tuple[str, ...],
    pricing: Pricing,
    no_flips: bool,  # noqa: FBT001  (click passes options by name)
    batch: Path | None,
    output: Path | None,
) -> None:
    """Decide which customization a workload needs, and price it."""
    if bool(workloads) == bool(batch):
        message = (
            "name workload files, or one --batch file" if not workloads else "name workload files or --batch, not both"
        )
        raise click.UsageError(message)
    if batch and output_format not in {None, "json"}:
        message = "a batch is answered in JSON, one object a line; leave --format out"
        raise click.UsageError(message)
    chosen = format_of(output_format, output, _FORMATS)
    run(lambda: _plan(workloads, batch, chosen, as_of or today(), overrides, pricing, output, flips=not no_flips))


def _plan(
    workloads: Sequence[Path],
    batch: Path | None,
    output_format: str,
    as_of: date,
    overrides: Sequence[str],
    pricing: Pricing,
    output: Path | None,
    *,
    flips: bool,
) -> int:
    from planner.assumptions import replaceable_names
    from planner.plan import Planner
    from planner.workload import load_workload

    planner = Planner(pricing.book(), currency=pricing.currency)
    if batch is not None:
        # However long it is, memory stays flat.
        gc.enable()
        if overrides:
            message = "--set changes workload files; it does not go with --batch"
            raise InputError(message)
        return _plan_batch(planner, batch, as_of, output, flips=flips)
    planned: list[Planned] = []
    faults: list[str] = []
    for path in workloads:
        try:
            workload = load_workload(path, assumption_names=replaceable_names(), overrides=overrides)
            planned.append(planner.plan(workload, as_of=as_of, source=str(path), flips=flips))
        except InputError as error:
            faults.append(str(error))
    # A file is written whole or not at all; a terminal shows what could be planned.
    if planned and not (faults and output):
        write(_rendered(planned, output_format, output), output)
    for fault in faults:
        click.echo(f"fmplan: {fault}", err=True)
    return max([BAD_INPUT] * bool(faults) + [each.exit_code for each in planned])


def _rendered(planned: Sequence[Planned], output_format: str, output: Path | None) -> str:
    from planner import report

    documents = [each.document for each in planned]
    if output_format == "json":
        if len(documents) == 1:
            return report.render_json(documents[0].document)
        return "".join(report.render_json_line(document.document) for document in documents)
    if output_format == "markdown":
        return "\n".join(report.render_markdown(document) for document in documents)
    terminal = output is None and sys.stdout.isatty()
    return "\n".join(
        report.render_text(
            document,
            width=terminal_width(terminal=terminal),
            color=terminal and "NO_COLOR" not in os.environ,
            unicode=output is not None or can_encode("└─ –"),
        )
        for document in documents
    )


def _plan_batch(planner: Planner, batch: Path, as_of: date, output: Path | None, *, flips: bool) -> int:
    from planner.batch import answers
    from planner.plan import plan_answer

    def answer(data: dict[str, Any], source: str) -> tuple[dict[str, Any], int]:
        return plan_answer(planner, data, source=source, as_of=as_of, flips=flips)

    return stream(answers(batch, answer), output)


@main.command("synth")
@click.argument("source", type=click.Path(path_type=Path), metavar="WORKLOAD|plan.json")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("cdk.out"), show_default=True, metavar="DIR"
)
@click.option("--as-of", callback=day, metavar="DATE", help="Prices of this day, for a workload; default: today.")
@click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Replace a key of the workload; repeatable."
)
@pricing_options
@click.option("--strict", is_flag=True, help="Fail on any finding of CDK's template validation; slower.")
def synth_command(
    source: Path,
    output: Path,
    as_of: date | None,
    overrides: tuple[str, ...],
    pricing: Pricing,
    strict: bool,  # noqa: FBT001  (click passes options by name)
) -> None:
    """Synthesize the CDK stack of a workload or a plan; needs no CDK command and no credentials."""

    def synthesize() -> int:
        from planner.synth import Synthesis

        with Synthesis(output=output, validate=strict) as synthesis:
            # Only now, while CDK is being loaded in the other process.
            from planner.plan_source import plan_or_read

            planned = plan_or_read(
                source,
                as_of=as_of or today(),
                overrides=overrides,
                book=pricing.book if pricing.changes_prices else None,
                currency=pricing.currency,
            )
            template = synthesis.finish(planned.document)
        click.echo(str(template))
        return planned.exit_code

    run(synthesize)


@main.command("schema")
@click.argument("name", type=click.Choice(_SCHEMAS), default="workload")
def schema_command(name: str) -> None:
    """Print the JSON Schema of a file that people write or of an answer, for editors and programs."""
    path = Path(__file__).with_name("schemas") / f"{name}.schema.json"
    click.echo(path.read_text(encoding="utf-8"), nl=False)


if __name__ == "__main__":
    main()
