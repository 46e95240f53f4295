"""`fmplan comment`: a report as a comment on a pull or merge request, found again and kept up to date."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli_common import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.comment.forge import Forge

__all__ = ["comment"]

_MODES = ("update", "new", "delete-and-new")
_FORBIDDEN = 403


@click.group("comment")
def comment() -> None:
    """Post a report as a comment, or update the one that is there."""


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--tolerate-forbidden", is_flag=True, help="A token that may not write is a notice, not an error: forks."
        ),
        click.option("--dry-run", is_flag=True, help="Say what would be written; ask nobody."),
        click.option(
            "--name", default="cost", show_default=True, metavar="NAME", help="Which comment: its hidden marker's name."
        ),
        click.option("--mode", type=click.Choice(_MODES), default="update", show_default=True, help="How to leave it."),
        click.option("--file", "file", required=True, metavar="FILE", help="The comment's Markdown; - is stdin."),
    ):
        command = option(command)
    return command


@comment.command("github")
@_options
@click.option("--repository", metavar="OWNER/NAME", help="Default: GITHUB_REPOSITORY.")
@click.option("--pull-request", "number", type=click.IntRange(1), metavar="NUMBER", help="Default: the job's.")
def github_command(repository: str | None, number: int | None, **options: Any) -> None:  # noqa: ANN401  (as click passes them)
    """Comment on a pull request; the token is GITHUB_TOKEN of the environment."""

    def forge() -> Forge:
        from planner.comment.github import github

        return github(os.environ, repository=repository, number=number, sleep=time.sleep, now=time.time)

    run(lambda: _leave(forge, **options))


@comment.command("gitlab")
@_options
@click.option("--project", metavar="GROUP/NAME", help="Default: CI_PROJECT_ID.")
@click.option("--merge-request", "number", type=click.IntRange(1), metavar="NUMBER", help="Default: the job's.")
def gitlab_command(project: str | None, number: int | None, **options: Any) -> None:  # noqa: ANN401  (as click passes them)
    """Comment on a merge request; the token is GITLAB_TOKEN of the environment."""

    def forge() -> Forge:
        from planner.comment.gitlab import gitlab

        return gitlab(os.environ, project=project, number=number, sleep=time.sleep, now=time.time)

    run(lambda: _leave(forge, **options))


def _leave(
    forge: Callable[[], Forge], *, file: str, mode: str, name: str, dry_run: bool, tolerate_forbidden: bool
) -> int:
    from planner.comment.api import ApiError
    from planner.comment.body import marked, marker_of
    from planner.comment.forge import leave

    marker, text = marker_of(name), _text(file)
    if dry_run:
        click.echo(f"would leave this comment ({mode}):\n{marked(text, marker)}", nl=not text.endswith("\n"))
        return 0
    try:
        outcome = leave(forge(), text, marker=marker, mode=mode)
    except ApiError as error:
        if not (tolerate_forbidden and error.status == _FORBIDDEN):
            raise
        click.echo(f"fmplan: no comment is written: {error}", err=True)
        return 0
    click.echo(f"{outcome.done} {outcome.url}".rstrip())
    if outcome.others:
        click.echo(f"fmplan: {outcome.others} older comments have the same marker; they are left as they are", err=True)
    return 0


def _text(file: str) -> str:
    from planner.errors import InputError
    from planner.files import read_text

    if file == "-":
        try:
            text = sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError:
            raise InputError("stdin: is not UTF-8") from None
    else:
        text = read_text(Path(file))
    if not text.strip():
        raise InputError(f"{'stdin' if file == '-' else file}: is empty; a comment needs a text")
    return text
