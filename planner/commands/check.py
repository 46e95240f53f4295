"""`fmplan check`: policies asked of a plan, a diff, a template or a workload; the gate of a pull request."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.commands.common import can_encode, day, run, today, write
from planner.commands.options import pricing_options
from planner.commands.template import output_options, parameters_of, region_of, template_options
from planner.errors import InputError

if TYPE_CHECKING:
    from contextlib import ExitStack
    from datetime import date

    from planner.check.policy_file import PolicyFile
    from planner.commands.options import Pricing
    from planner.diff.sources import Named

__all__ = ["check_command"]

_FORMATS = ("text", "json", "markdown", "sarif", "junit")
_BY_SUFFIX = {".json": "json", ".md": "markdown", ".markdown": "markdown", ".sarif": "sarif", ".xml": "junit"}
_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The command's options, as click names them."""

    target: Path
    policy: Path | None
    base: str | None
    workload: Path | None
    usage: Path | None
    parameters: tuple[str, ...]
    region: str | None
    as_of: date | None
    strict: bool
    output_format: str | None
    outputs: tuple[Path, ...]


@click.command("check")
@click.argument("target", type=_FILE, metavar="PLAN|DIFF|TEMPLATE|WORKLOAD|cdk.out")
@click.option("--policy", type=_FILE, metavar="FILE", help="The policies; default: fmplan-policy.yml in this folder.")
@click.option("--base", metavar="BASE", help="Ask the policies on changes too, of what changes since BASE.")
@click.option(
    "--workload", type=_FILE, metavar="FILE", help="The workload of a plan or diff, for findings to point at."
)
@template_options
@click.option("--region", metavar="REGION", help="Prices of this region; default: its own.")
@click.option(
    "--as-of", callback=day, metavar="DATE", help="The day of prices, of their age and of waivers; default: today."
)
@pricing_options
@click.option("--strict", is_flag=True, help="End with 3 where something has no price.")
@output_options(_FORMATS)
def check_command(pricing: Pricing, **options: Any) -> None:  # noqa: ANN401  (click passes them by name)
    """Ask the policies of a file: 0 passed, 1 failed, 2 bad input, 3 something has no price and --strict is set."""
    asked = _Asked(**options)
    if len(asked.outputs) > 1 and asked.output_format:
        raise click.UsageError("several outputs are each written in the format of their suffix; leave --format out")
    if pricing.currency is not None:
        raise click.UsageError("policies' limits are US dollars; leave --currency and --rate out")
    run(lambda: _check(asked, pricing))


def _check(asked: _Asked, pricing: Pricing) -> int:
    from contextlib import ExitStack

    from planner.check.target import TargetReader
    from planner.estimate.usage import load_usage_by_resource

    now = asked.as_of or today()
    policies = _policies(asked.policy, now)
    reader = TargetReader(
        book=pricing.book(),
        today=today(),
        as_of=asked.as_of,
        region=region_of(asked.region),
        usage=load_usage_by_resource(asked.usage) if asked.usage else None,
        parameters=parameters_of(asked.parameters),
        workload=asked.workload,
        folder=Path.cwd(),
        has_own_prices=pricing.changes_prices,
    )
    with ExitStack() as stack:
        target = reader.read(asked.target, _base(asked.base, stack) if asked.base is not None else None)
    answer = target.answer(policies, day=now, strict=asked.strict)
    for output in asked.outputs or (None,):
        write(_rendered(answer, asked.output_format, output), output)
    if asked.outputs and not answer["passed"]:
        from planner.check.words import headline

        click.echo(f"fmplan: {asked.target}: {headline(answer)}", err=True)
    code: int = answer["exit_code"]
    return code


def _policies(path: Path | None, now: date) -> PolicyFile:
    from planner.check.policy_file import DEFAULT_NAME, load_policy_file

    if path is None:
        path = Path(DEFAULT_NAME)
        if not path.exists():
            raise InputError(f"there is no {DEFAULT_NAME} in this folder; write one, or name one: --policy FILE")
    return load_policy_file(path, day=now)


def _base(text: str, stack: ExitStack) -> Named:
    from planner.diff.sources import Named

    if not Path(text).exists():
        from planner.diff.git_revision import MissingInRevision, files_of_revision, is_revision

        if is_revision(text):
            found = stack.enter_context(files_of_revision(text, folder=Path.cwd()))
            return Named(text, None if isinstance(found, MissingInRevision) else found)
    return Named(text, Path(text))


def _rendered(answer: dict[str, Any], stated: str | None, output: Path | None) -> str:
    output_format = stated or (_BY_SUFFIX.get(output.suffix.lower()) if output else None) or "text"
    if output_format == "json":
        from planner.report import render_json

        return render_json(answer)
    if output_format == "markdown":
        from planner.check.markdown import render_markdown

        return render_markdown(answer)
    if output_format == "sarif":
        from planner.check.sarif import render_sarif

        return render_sarif(answer)
    if output_format == "junit":
        from planner.check.junit import render_junit

        return render_junit(answer)
    from planner.check.text import render_text

    terminal = output is None and sys.stdout.isatty()
    return render_text(
        answer, color=terminal and "NO_COLOR" not in os.environ, unicode=output is not None or can_encode("–→’")
    )


if __name__ == "__main__":
    check_command()
