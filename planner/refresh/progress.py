"""How far a refresh is: a bar on a terminal's stderr, nothing anywhere else."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

__all__ = ["Progress", "progress"]


class Progress:
    """Told how many parts there are, of each piece that arrives, and of each part that is complete; shows nothing."""

    def begin(self, parts: int) -> None:
        """There are so many parts to fetch."""

    def piece(self, name: str) -> None:
        """A piece of a part has arrived."""

    def part(self) -> None:
        """A part is complete."""


class _Bar(Progress):
    def __init__(self, shown: RichProgress, task: TaskID) -> None:
        self._shown = shown
        self._task = task

    def begin(self, parts: int) -> None:
        self._shown.update(self._task, total=parts)

    def piece(self, name: str) -> None:
        self._shown.update(self._task, description=name)

    def part(self) -> None:
        self._shown.advance(self._task)


@contextmanager
def progress() -> Iterator[Progress]:
    """Yield what a run tells how far it is."""
    if not sys.stderr.isatty():
        yield Progress()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield _Bar(shown, shown.add_task("", total=None))
