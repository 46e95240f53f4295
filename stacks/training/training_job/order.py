"""In which order the sequences are trained on: all epochs as one list, decided by the seed alone.

A run that is continued skips what it has had. Were the order the sampler's, it would depend on how a library restores
it in the middle of an epoch; as a list it is the same for every library and number of processes.
"""

from __future__ import annotations

import math
import random
from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from .hyperparameters import Hyperparameters  # noqa: TID252  (the package has another name on the training machine)

__all__ = ["InOrder", "Sequences", "Steps", "steps_of"]


class Sequences(Protocol):
    """Training data by index."""

    def __len__(self) -> int:
        """Return how many there are."""

    def __getitem__(self, index: int) -> dict[str, list[int]]:
        """Return `input_ids` and `labels` of one."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How long the run is, in sequences and in the optimizer's steps."""

    sequences: int
    steps: int
    warmup: int
    an_epoch: int


def steps_of(hyperparameters: Hyperparameters, *, sequences: int, processes: int) -> Steps:
    """Return the length of a run over so many sequences; a last step may be smaller than the others."""
    a_step = hyperparameters.batch_size * hyperparameters.gradient_accumulation_steps * processes
    wanted = math.ceil(sequences * hyperparameters.epochs)
    if hyperparameters.max_steps:
        wanted = min(wanted, hyperparameters.max_steps * a_step)
    steps = math.ceil(wanted / a_step)
    return Steps(
        sequences=wanted,
        steps=steps,
        warmup=math.ceil(steps * hyperparameters.warmup_ratio),
        an_epoch=math.ceil(sequences / a_step),
    )


class InOrder:
    """The sequences of all epochs, each epoch shuffled on its own."""

    def __init__(self, sequences: Sequences, *, length: int, seed: int) -> None:
        self._sequences = sequences
        self._length = length
        self._seed = seed
        self._epoch = -1
        self._order = array("Q")

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> dict[str, list[int]]:
        if not 0 <= index < self._length:
            raise IndexError(index)
        epoch, place = divmod(index, len(self._sequences))
        if epoch != self._epoch:
            self._order = array("Q", range(len(self._sequences)))
            random.Random(self._seed * 1_000_003 + epoch).shuffle(self._order)  # noqa: S311  (an order, not a secret)
            self._epoch = epoch
        return self._sequences[self._order[place]]
