"""`fmplan comment`: a report as a comment on a pull or merge request, found again and kept up to date."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.commands.common import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.comment.forge import Forge
    from planner.comment.github import Place as GitHubPlace
    from planner.comment.gitlab import Place as GitLabPlace

__all__ = ["comment"]

_MODES = ("update", "new", "delete-and-new")
_FORBIDDEN = 403
_WOULD = {
    "update": "would update the comment {name} on {place}, or write it:",
    "new": "would write one more comment {name} on {place}:",
    "delete-and-new": "would write the comment {name} on {place} and delete the ones before it:",
}


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
@click.option("--commit", metavar="SHA", help="Comment on a commit instead of a pull request.")
def github_command(repository: str | None, number: int | None, commit: str | None, **options: Any) -> None:  # noqa: ANN401  (as click passes them)
    """Comment on a pull request; the token is GITHUB_TOKEN of the environment."""
    stated: Any = {"repository": repository, "number": number, "commit": commit}

    def place() -> GitHubPlace:
        from planner.comment.github import github_place

        return github_place(os.environ, **stated)

    def forge() -> Forge:
        from planner.comment.github import github

        return github(os.environ, **stated, sleep=time.sleep, now=time.time)

    run(lambda: _leave(forge, place, **options))


@comment.command("gitlab")
@_options
@click.option("--project", metavar="GROUP/NAME", help="Default: CI_PROJECT_ID.")
@click.option("--merge-request", "number", type=click.IntRange(1), metavar="NUMBER", help="Default: the job's.")
def gitlab_command(project: str | None, number: int | None, **options: Any) -> None:  # noqa: ANN401  (as click passes them)
    """Comment on a merge request; the token is GITLAB_TOKEN of the environment."""
    stated: Any = {"project": project, "number": number}

    def place() -> GitLabPlace:
        from planner.comment.gitlab import gitlab_place

        return gitlab_place(os.environ, **stated)

    def forge() -> Forge:
        from planner.comment.gitlab import gitlab

        return gitlab(os.environ, **stated, sleep=time.sleep, now=time.time)

    run(lambda: _leave(forge, place, **options))


def _leave(
    forge: Callable[[], Forge],
    place: Callable[[], GitHubPlace | GitLabPlace],
    *,
    file: str,
    mode: str,
    name: str,
    dry_run: bool,
    tolerate_forbidden: bool,
) -> int:
    from planner.comment.api import ApiError
    from planner.comment.body import marker_of
    from planner.comment.forge import body_of, leave

    marker, text = marker_of(name), _text(file)
    if dry_run:
        where = place()
        body = body_of(text, marker=marker, longest=where.longest)
        click.echo(f"{_WOULD[mode].format(name=name, place=where.words)}\n\n{body}")
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
        older = "1 older comment has" if outcome.others == 1 else f"{outcome.others} older comments have"
        left = "it is left as it is" if outcome.others == 1 else "they are left as they are"
        click.echo(f"fmplan: {older} the same marker; {left} (--mode delete-and-new leaves one)", err=True)
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
