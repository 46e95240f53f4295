"""`fmplan prices refresh`: options → one run; the clock, the environment and the network begin here."""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.errors import InputError

if TYPE_CHECKING:
    from planner.refresh.client import Client
    from planner.refresh.run import Refreshed
    from planner.refresh.state import State

__all__ = ["refresh"]

_BAD_INPUT = 2


def _day(_context: click.Context, _option: click.Parameter, value: str | None) -> date:
    if value is None:
        return datetime.now(tz=UTC).date()
    try:
        return date.fromisoformat(value)
    except ValueError:
        message = f"{value!r} is no day; write it as 2026-11-20"
        raise click.BadParameter(message) from None


@click.command("refresh")
@click.option(
    "--region",
    "regions",
    multiple=True,
    metavar="REGION",
    help="Repeatable; default: those that the book has prices of.",
)
@click.option(
    "--service",
    "services",
    multiple=True,
    metavar="SERVICE",
    help="A service of the book (bedrock) or of AWS (AmazonBedrock); repeatable; default: all that have rules.",
)
@click.option(
    "--source",
    type=click.Choice(("api", "bulk")),
    help="The Price List API (pricing:GetProducts) or the public files; default: api where there are credentials.",
)
@click.option(
    "--endpoint-url", metavar="URL", help="Ask there; default: AWS_ENDPOINT_URL_PRICING, AWS_ENDPOINT_URL, AWS."
)
@click.option(
    "--book",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The price book to append to; one that does not exist begins as a copy of the one that ships.",
)
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where downloads are kept until the run is done; default: beside the book.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be appended; write nothing.")
@click.option("--accept-suspicious", is_flag=True, help="Apply prices that moved more than tenfold, too.")
@click.option(
    "--renew", is_flag=True, help="Append unchanged prices, too, as seen on the list's day: they count as fresh then."
)
@click.option("--show-unknown", is_flag=True, help="List every usage type that no rule knows.")
@click.option(
    "--as-of", callback=_day, metavar="DATE", help="What counts as today; price lists dated later are refused."
)
@click.option("--format", "output_format", type=click.Choice(("text", "json")), default="text", help="How to print.")
def refresh(  # noqa: PLR0913  (click passes options by name)
    *,
    regions: tuple[str, ...],
    services: tuple[str, ...],
    source: str | None,
    endpoint_url: str | None,
    book: Path | None,
    state: Path | None,
    dry_run: bool,
    accept_suspicious: bool,
    renew: bool,
    show_unknown: bool,
    as_of: date,
    output_format: str,
) -> None:
    """Append what AWS's price list says to the price book.

    Rows are added and none is changed: what any earlier day cost stays what it was. Products that no rule knows are
    counted and listed, never guessed.
    """
    from planner.refresh.render import as_json, as_text

    wanted = _Wanted(regions, services, source, endpoint_url, book, state, dry_run, accept_suspicious, renew, as_of)
    try:
        with ExitStack() as stack:
            refreshed, used = _run(wanted, stack)
    except InputError as error:
        click.echo(f"fmplan: {error}", err=True)
        sys.exit(_BAD_INPUT)
    except KeyboardInterrupt:
        click.echo("fmplan: interrupted; the book is untouched, and the same command goes on from here", err=True)
        sys.exit(_BAD_INPUT)
    if output_format == "json":
        click.echo(as_json(refreshed, dry_run=dry_run, source=used), nl=False)
    else:
        click.echo(as_text(refreshed, dry_run=dry_run, show_unknown=show_unknown), nl=False)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options as they were given."""

    regions: tuple[str, ...]
    services: tuple[str, ...]
    source: str | None
    endpoint_url: str | None
    book: Path | None
    state: Path | None
    dry_run: bool
    accept: bool
    renew: bool
    today: date


def _run(wanted: _Wanted, stack: ExitStack) -> tuple[Refreshed, str]:
    from planner.refresh.book import Book
    from planner.refresh.place import state_beside
    from planner.refresh.progress import progress
    from planner.refresh.run import Question, price_lists_of, regions_of
    from planner.refresh.run import refresh as run
    from planner.refresh.state import State

    price_lists = price_lists_of(wanted.services)
    root = _book(wanted)
    contents = Book(root)
    regions = regions_of(wanted.regions, price_lists, contents)
    used = wanted.source or _default_source()
    if wanted.source is None:
        click.echo(f"fmplan: reading {_HOW[used]}", err=True)
    folder = wanted.state or state_beside(root)
    if wanted.dry_run and wanted.state is None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fmplan-")))
    state = State(folder)
    identity = {"source": used, "endpoint": wanted.endpoint_url, "regions": regions, "day": wanted.today.isoformat()}
    if state.open(identity):
        click.echo("fmplan: going on with what an interrupted run has downloaded", err=True)
    done = False
    try:
        how = _HOW[used] + (", at another endpoint than AWS's" if wanted.endpoint_url else "")
        question = Question(
            price_lists, regions, wanted.regions, wanted.today, how, wanted.dry_run, wanted.accept, wanted.renew
        )
        with progress() as shown:
            refreshed = run(_client(used, wanted.endpoint_url, state), contents, root, question, shown)
        done = True
    finally:
        state.close(done=done)
    return refreshed, used


def _book(wanted: _Wanted) -> Path:
    """Return the book's folder, ready to be written unless nothing will be."""
    from planner.refresh.commit import recover
    from planner.refresh.place import SHIPPED, begin, writable

    root = wanted.book or SHIPPED
    if wanted.dry_run:
        return root if root.is_dir() else SHIPPED
    if wanted.book is not None:
        begin(wanted.book)
    writable(root)
    if recover(root):
        click.echo("fmplan: completed the writing that an interrupted refresh had begun", err=True)
    return root


_HOW = {"api": "the Price List API", "bulk": "the price list's public files"}


def _default_source() -> str:
    from planner.refresh.client_api import has_credentials

    return "api" if has_credentials() else "bulk"


def _client(source: str, endpoint_url: str | None, state: State) -> Client:
    from planner.refresh.client_api import ApiClient
    from planner.refresh.client_bulk import BulkClient
    from planner.refresh.endpoint import bulk_endpoint, checked

    if source == "bulk":
        return BulkClient(bulk_endpoint(endpoint_url), state)
    return ApiClient(None if endpoint_url is None else checked(endpoint_url, "--endpoint-url"), state)
