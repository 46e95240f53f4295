"""The last rung: a model of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.ladder.rung import Judgement, Reason
from planner.ladder.sources import STUDY_GUIDE
from planner.ladder.training_choices import training_candidates, training_obstacles
from planner.training.tokens import least_scratch_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.context import Context
    from planner.ladder.rung import Candidate, Need
    from planner.signals import Signals

__all__ = ["NAME", "judge", "obstacles", "propose"]

NAME = "train_from_scratch"


def judge(need: Need, signals: Signals, context: Context) -> Judgement:
    """Training from scratch is for those whom no base model serves; for any other need a cheaper rung is there."""
    del signals, context
    if need == "own_model":
        text = "No base model serves: the language, the modality, the ownership or the architecture must be one's own."
        reads = ("need.no_base_model", "constraints.training")
        return Judgement(gives=True, reason=Reason("own_model", text, reads, STUDY_GUIDE))
    text = "Rarely justified: it costs most in money, data and time, and a base model exists."
    return Judgement(gives=False, reason=Reason("base_model_exists", text, ("need.no_base_model",), STUDY_GUIDE))


def obstacles(signals: Signals, context: Context) -> list[Reason]:
    """Name the rules that forbid training, and a corpus too small for a model of the assumed size."""
    reasons = training_obstacles(signals)
    if context.workload.constraints.budget == "minimal":
        text = "A minimal budget does not carry training from scratch."
        reasons.append(Reason("budget_too_small", text, ("constraints.budget",), STUDY_GUIDE))
    needed = least_scratch_tokens(context)
    if signals.examples.unlabelled_stated and signals.examples.unlabelled_tokens < needed:
        text = (
            f"{signals.examples.unlabelled_tokens} tokens train no model of this size; at the least {needed:f} "
            "are needed."
        )
        reasons.append(Reason("corpus_too_small", text, ("data.unlabelled.tokens",), STUDY_GUIDE))
    return reasons


def propose(signals: Signals, context: Context) -> Iterator[Candidate]:
    """Propose training on SageMaker's instances."""
    yield from training_candidates(NAME, signals, context)
