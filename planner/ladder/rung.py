"""What a rung of the ladder says: whether it gives a need and why, what keeps it from being taken, what it proposes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = ["NEED_KEYS", "NEED_WORDS", "Candidate", "Judgement", "Need", "Reason", "Rung"]

Need = str
# What is needed → the workload's key that says so.
NEED_KEYS = {
    "facts": "need.knowledge",
    "behavior": "need.behavior",
    "vocabulary": "need.vocabulary",
    "smaller_model": "need.smaller_model",
    "shortfall": "evidence.scores",
    "own_model": "need.no_base_model",
}


# The same in words, for sentences.
NEED_WORDS = {
    "facts": "facts that the model lacks",
    "behavior": "another behaviour",
    "vocabulary": "the domain's language",
    "smaller_model": "a smaller model that matches a large one",
    "shortfall": "a score that reaches the target",
    "own_model": "a model of one's own",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: a stable id, a sentence, the workload's keys that it reads, and where the rule was read."""

    id: str
    text: str
    reads: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a rung gives a need, and why it does or doesn't."""

    gives: bool
    reason: Reason


class Candidate(NamedTuple):
    """A design that could be built; `why_not` names the rule that keeps it from being chosen, whatever it costs."""

    design: Design
    why_not: str = ""
    misses: str = ""  # a constraint of the workload that it does not meet although nothing else is there


class Rung(Protocol):
    """One rung: a module with these names."""

    @property
    def NAME(self) -> str:  # noqa: N802  (a module's constant)
        """The rung's name, which is the approach's in the workload file."""

    def judge(self, need: Need, signals: Signals, context: Context, /) -> Judgement:
        """Say whether this rung gives a need."""

    def obstacles(self, signals: Signals, context: Context, /) -> list[Reason]:
        """Say what keeps this rung from being built at all: rules, missing data."""

    def propose(self, signals: Signals, context: Context, /) -> Iterator[Candidate]:
        """Propose designs, as far as the catalogue allows in the region."""
