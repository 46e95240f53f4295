"""The fourth rung: a model reads a large body of the domain's raw text before anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.ladder.rung import NEED_KEYS, Judgement, Reason
from planner.ladder.sources import DEVELOPER_GUIDE, STUDY_GUIDE, WORKLOAD
from planner.ladder.training_choices import training_candidates, training_obstacles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.context import Context
    from planner.ladder.rung import Candidate, Need
    from planner.signals import Signals

__all__ = ["NAME", "judge", "obstacles", "propose"]

NAME = "continued_pretraining"


def judge(need: Need, signals: Signals, context: Context) -> Judgement:
    """Continued pre-training gives vocabulary; for behaviour it is the wrong tool, for facts it freezes them."""
    del context
    if NAME in signals.evidence.met and need in {"behavior", "vocabulary", "shortfall"}:
        text = "It was measured and reached the target."
        return Judgement(gives=True, reason=Reason("pretraining_reached_target", text, ("evidence.scores",), WORKLOAD))
    if NAME in signals.evidence.short:
        text = "It was tried and fell short of the target."
        return Judgement(gives=False, reason=Reason("pretraining_measured_short", text, ("evidence.scores",), WORKLOAD))
    if need == "vocabulary":
        text = (
            "Raw text of the domain teaches its vocabulary and style, which neither prompts nor passages nor pairs do."
        )
        reads = ("need.vocabulary", "data.unlabelled.tokens")
        return Judgement(gives=True, reason=Reason("vocabulary_by_pretraining", text, reads, DEVELOPER_GUIDE))
    refused = {
        "behavior": ("no_task_in_raw_text", "Raw text teaches no task and no way to answer."),
        "facts": ("facts_are_frozen", "Training freezes facts into the weights; retrieval keeps them current."),
        "smaller_model": ("no_task_in_raw_text", "Raw text does not make a small model match a large one at a task."),
        "shortfall": ("gap_not_named", "No gap in vocabulary was stated: raw text answers no other."),
        "own_model": ("no_own_model", "There is no base model to go on from."),
    }
    name, text = refused[need]
    return Judgement(gives=False, reason=Reason(name, text, (NEED_KEYS[need],), DEVELOPER_GUIDE))


def obstacles(signals: Signals, context: Context) -> list[Reason]:
    """Name the rules that forbid training, and too little raw text."""
    reasons = training_obstacles(signals)
    least = context.assumed.number("least_unlabelled_tokens")
    if signals.examples.unlabelled_stated and signals.examples.unlabelled_tokens < least:
        text = f"{signals.examples.unlabelled_tokens} tokens of raw text are too few; at the least {least} are needed."
        reasons.append(Reason("too_little_raw_text", text, ("data.unlabelled.tokens",), STUDY_GUIDE))
    return reasons


def propose(signals: Signals, context: Context) -> Iterator[Candidate]:
    """Propose models that Bedrock pre-trains further, open-weight models on SageMaker where it has none."""
    yield from training_candidates(NAME, signals, context)
