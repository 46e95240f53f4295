"""The first rung: instructions and examples in the prompt of a base model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.ladder.base_models import base_candidates
from planner.ladder.rung import Judgement, Reason
from planner.ladder.sources import DEVELOPER_GUIDE, STUDY_GUIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.context import Context
    from planner.ladder.rung import Candidate, Need
    from planner.signals import Signals

__all__ = ["NAME", "judge", "obstacles", "propose"]

NAME = "prompt_engineering"


def _near_the_best(signals: Signals, context: Context) -> bool:
    """Whether the prompt-only score comes so near to the best tuned one that tuning does not pay.

    That is asked where no tuned model reached the target: where one did, the target decides.
    """
    scores = dict(signals.evidence.scores)
    mine = scores.get(NAME)
    others = [score for approach, score in scores.items() if approach not in {NAME, "rag"}]
    if mine is None or not others or signals.evidence.met:
        return False
    margin = context.assumed.number("prompt_margin")
    if signals.evidence.lower_is_better:
        return mine <= min(others) * (1 + margin)
    return mine >= max(others) * (1 - margin)


def _behavior(signals: Signals, context: Context) -> Judgement:
    reads = ("need.behavior", "evidence.scores", "data.labelled.examples")
    short = signals.evidence.short & {"prompt_engineering", "rag"}
    if short:
        text = (
            f"{' and '.join(sorted(short))} measured short of the target: prompting does not reliably give "
            "this behaviour."
        )
        return Judgement(gives=False, reason=Reason("prompt_measured_short", text, reads, DEVELOPER_GUIDE))
    enough = signals.examples.labelled >= context.assumed.number("least_labelled_examples")
    if signals.behavior != "format" and signals.training_allowed and signals.examples.labelled_stated and enough:
        text = (
            f"A well-made prompt does not give this {_named(signals.behavior)}, and there are labelled pairs "
            "to teach it with."
        )
        return Judgement(gives=False, reason=Reason("prompt_not_reliable", text, reads, DEVELOPER_GUIDE))
    text = (
        "Clear instructions, examples and an output schema come first for format, tone and skill; nothing was "
        "measured short."
    )
    return Judgement(gives=True, reason=Reason("prompt_first", text, reads, STUDY_GUIDE))


def _named(behavior: str | None) -> str:
    return (behavior or "behaviour").replace("_", " ")


def _shows_in_a_score(need: Need, context: Context) -> bool:
    """Whether a score that reached the target says that a need is met.

    A score is taken once, on the model that was prompted: it does not say that a smaller one would do, that facts stay
    current, or that answers name their source.
    """
    if need == "facts":
        knowledge = context.workload.need.knowledge
        asks = knowledge and (knowledge.changes not in {None, "static"} or knowledge.citations or knowledge.relations)
        return not asks
    return need in {"behavior", "vocabulary", "shortfall"}


def judge(need: Need, signals: Signals, context: Context) -> Judgement:
    """Prompting gives behaviour where nothing was measured short; it adds no facts, no vocabulary, no weights."""
    if NAME in signals.evidence.met and _shows_in_a_score(need, context):
        text = "The prompt-only score reached the target: nothing dearer is called for."
        return Judgement(gives=True, reason=Reason("prompt_reached_target", text, ("evidence.scores",), STUDY_GUIDE))
    if need in {"behavior", "vocabulary", "shortfall"} and _near_the_best(signals, context):
        text = (
            "The prompt-only score comes within the margin of the best one: the gain of tuning does not "
            "justify its cost."
        )
        reads = ("evidence.scores", "assumptions.prompt_margin")
        return Judgement(gives=True, reason=Reason("prompt_near_the_best", text, reads, DEVELOPER_GUIDE))
    if need == "behavior":
        return _behavior(signals, context)
    refused = {
        "facts": ("no_facts", "A prompt adds no facts that the model lacks.", "need.knowledge"),
        "vocabulary": ("no_vocabulary", "A prompt does not teach the domain's language.", "need.vocabulary"),
        "smaller_model": (
            "no_smaller_model",
            "A prompt does not make a small model match a large one.",
            "need.smaller_model",
        ),
        "shortfall": (
            "prompt_measured_short",
            "It was tried and fell short of the target."
            if NAME in signals.evidence.short
            else "Retrieval, which has a prompt in it, was tried and fell short of the target.",
            "evidence.scores",
        ),
        "own_model": ("no_own_model", "There is no base model to prompt.", "need.no_base_model"),
    }
    name, text, key = refused[need]
    return Judgement(gives=False, reason=Reason(name, text, (key,), DEVELOPER_GUIDE))


def obstacles(signals: Signals, context: Context) -> list[Reason]:
    """Nothing keeps anybody from prompting, but that no base model exists."""
    del context
    if not signals.no_base_model:
        return []
    text = "No model exists for the language, modality or ownership terms."
    return [Reason("no_base_model", text, ("need.no_base_model",), DEVELOPER_GUIDE)]


def propose(signals: Signals, context: Context) -> Iterator[Candidate]:
    """Propose each fitting base model, on demand, in batch, or provisioned where capacity must be guaranteed."""
    yield from base_candidates(NAME, signals, context, retrieves=False)
