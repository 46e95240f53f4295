"""What the commands share: the day, printing, files, batches, exit codes.

Exit codes of every command: 0 done; 1 a constraint is not met; 2 bad input or error; 3 something is unpriced. Two at
once: the higher.
"""

from __future__ import annotations

import errno
import os
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from planner.errors import InputError
from planner.startup import quickly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["BAD_INPUT", "can_encode", "day", "format_of", "run", "stream", "terminal_width", "today", "write"]

BAD_INPUT = 2
_FORMAT_OF_SUFFIX = {".json": "json", ".md": "markdown", ".markdown": "markdown", ".csv": "csv"}
_NARROWEST = 40
_WIDEST = 160
_WITHOUT_TERMINAL = 100


def today() -> date:
    """Return the day; the clock is read here and nowhere else."""
    return datetime.now(tz=UTC).date()


def day(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    """Return the day that an option names, or nothing.

    Raises:
        click.BadParameter: for what is no day.
    """
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        message = f"{value!r} is no day; write it as 2026-11-20"
        raise click.BadParameter(message) from None


def format_of(stated: str | None, output: Path | None, known: tuple[str, ...]) -> str:
    """Return the format that is asked for, else the one of the output's suffix, else text."""
    by_suffix = _FORMAT_OF_SUFFIX.get(output.suffix.lower(), "text") if output else "text"
    return stated or (by_suffix if by_suffix in known else "text")


def terminal_width(*, terminal: bool) -> int:
    """Return the columns to print in."""
    if terminal:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    else:
        stated = os.environ.get("COLUMNS", "")
        columns = int(stated) if stated.isdecimal() else _WITHOUT_TERMINAL
    return max(_NARROWEST, min(columns, _WIDEST))


def can_encode(text: str) -> bool:
    """Whether standard output can show a text."""
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def write(text: str, output: Path | None) -> None:
    """Print a text, or write it to a file, whole or not at all."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    from planner.files import write_atomically

    write_atomically(output, text)


def stream(lines: Iterator[tuple[str, int]], output: Path | None) -> int:
    """Write answers as they come, one a line; a file appears when all are there.

    Returns the exit code of the batch: 2 where a line failed, else the highest of all.
    """
    codes: set[int] = set()

    def texts() -> Iterator[str]:
        for line, code in lines:
            codes.add(code)
            yield line

    if output is None:
        sys.stdout.writelines(texts())
    else:
        from planner.files import write_lines_atomically

        write_lines_atomically(output, texts())
    return BAD_INPUT if BAD_INPUT in codes else max(codes, default=0)


def run(work: Callable[[], int]) -> None:
    """Run a command's work: its exit code, or one clear message and exit code 2."""
    try:
        with quickly():
            code = work()
        sys.stdout.flush()
    except InputError as error:
        click.echo(f"fmplan: {error}", err=True)
        code = BAD_INPUT
    except BrokenPipeError:
        _close_output()  # whoever read it has gone
        code = BAD_INPUT
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _close_output()
        click.echo("fmplan: the output can't be written: no space left on device", err=True)
        code = BAD_INPUT
    sys.exit(code)


def _close_output() -> None:
    """Let what is left in the buffer go nowhere: Python would complain once more while it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
