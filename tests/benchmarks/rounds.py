"""Commands timed in interleaved rounds: whatever else the machine does then hits all of them alike."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from planner.bundled import node_binary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["CHECKOUT", "Command", "environment", "in_rounds"]

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Command:
    """A command that is timed from a cold start, under a name."""

    name: str
    arguments: Sequence[str]


def environment(cache: Path) -> Mapping[str, str]:
    """Return the environment of all commands: the same settings, compiled Python kept in one place, the real Node."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COVERAGE", "CDK_"))}
    return {
        **own,
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONPYCACHEPREFIX": str(cache),
        "CDK_VALIDATION": "false",
        "JSII_NODE": node_binary() or "node",
        "NO_COLOR": "1",
    }


def _seconds(command: Command, surroundings: Mapping[str, str], folder: Path) -> float:
    begun = time.perf_counter()
    finished = subprocess.run(  # noqa: PLW1510  (a failure is reported with what was said)
        command.arguments, cwd=folder, env=surroundings, capture_output=True, text=True
    )
    taken = time.perf_counter() - begun
    if finished.returncode:
        sys.exit(f"{command.name} failed with {finished.returncode}:\n{finished.stderr or finished.stdout}")
    return taken


def in_rounds(
    commands: Sequence[Command], *, rounds: int, surroundings: Mapping[str, str], folder: Path
) -> Mapping[str, float]:
    """Return each command's median seconds over the rounds; a first run, which compiles Python files, doesn't count."""
    for command in commands:
        _seconds(command, surroundings, folder)
    taken: dict[str, list[float]] = {command.name: [] for command in commands}
    for number in range(rounds):
        # Every second round runs backwards, so that nobody always comes after the same neighbour.
        for command in commands if number % 2 == 0 else commands[::-1]:
            taken[command.name].append(_seconds(command, surroundings, folder))
    return {name: median(seconds) for name, seconds in taken.items()}
