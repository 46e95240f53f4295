"""The third rung: a model's weights are adjusted with labelled examples, or a small one learns from a large one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.ladder.rung import Judgement, Reason
from planner.ladder.sources import AWS_DOCS, DEVELOPER_GUIDE, STUDY_GUIDE, WORKLOAD
from planner.ladder.training_choices import training_candidates, training_obstacles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.context import Context
    from planner.ladder.rung import Candidate, Need
    from planner.signals import Signals

__all__ = ["NAME", "judge", "obstacles", "propose"]

NAME = "fine_tuning"


def judge(need: Need, signals: Signals, context: Context) -> Judgement:
    """Fine-tuning gives behaviour, a smaller model, and a measured shortfall's remedy; facts that change it freezes."""
    if NAME in signals.evidence.met and need in {"behavior", "vocabulary", "smaller_model", "shortfall"}:
        text = "It was measured and reached the target."
        return Judgement(gives=True, reason=Reason("tuning_reached_target", text, ("evidence.scores",), WORKLOAD))
    if NAME in signals.evidence.short:
        text = "It was tried and fell short of the target."
        return Judgement(gives=False, reason=Reason("tuning_measured_short", text, ("evidence.scores",), WORKLOAD))
    reads: tuple[str, ...]
    if need == "behavior":
        text = "Tone, format and narrow skills that prompting can't reliably give are learned from labelled pairs."
        reads = ("need.behavior", "data.labelled.examples")
        return Judgement(gives=True, reason=Reason("behavior_by_tuning", text, reads, DEVELOPER_GUIDE))
    if need == "smaller_model":
        text = "A small model learns to match a large one: cheaper and quicker at each request."
        reads = ("need.smaller_model", "data.labelled.examples")
        return Judgement(gives=True, reason=Reason("smaller_model_by_distillation", text, reads, AWS_DOCS))
    if need == "vocabulary":
        # Labelled pairs carry some of the language; raw text carries more, so the next rung goes first where there is
        # enough of it.
        least = context.assumed.number("least_unlabelled_tokens")
        raw_text = signals.examples.unlabelled_stated and signals.examples.unlabelled_tokens >= least
        enough = signals.examples.labelled_stated and not raw_text
        text = (
            "Labelled pairs in the domain's language are there, enough raw text is not."
            if enough
            else "Labelled pairs teach a task; the domain's language is learned from raw text."
        )
        reads = ("need.vocabulary", "data.labelled.examples", "data.unlabelled.tokens")
        return Judgement(gives=enough, reason=Reason("vocabulary_by_tuning", text, reads, STUDY_GUIDE))
    if need == "shortfall":
        text = "Cheaper rungs were measured short, and labelled pairs can close a gap in behaviour."
        reads = ("evidence.scores", "data.labelled.examples")
        return Judgement(gives=True, reason=Reason("shortfall_by_tuning", text, reads, STUDY_GUIDE))
    if need == "facts":
        text = "Tuning freezes facts into the weights: what changes next month would need another training."
        reads = ("need.knowledge",)
        return Judgement(gives=False, reason=Reason("facts_are_frozen", text, reads, DEVELOPER_GUIDE))
    text = "There is no base model to tune."
    return Judgement(gives=False, reason=Reason("no_own_model", text, ("need.no_base_model",), STUDY_GUIDE))


def obstacles(signals: Signals, context: Context) -> list[Reason]:
    """Name the rules that forbid training, too few labelled pairs, and general ability that was lost."""
    reasons = training_obstacles(signals)
    least = context.assumed.number("least_labelled_examples")
    if signals.examples.labelled_stated and signals.examples.labelled < least and not signals.smaller_model:
        text = f"{signals.examples.labelled} labelled examples are too few; at the least {least} are needed."
        reads = ("data.labelled.examples",)
        reasons.append(Reason("too_few_labels", text, reads, STUDY_GUIDE))
    lost = dict(signals.evidence.regression).get(NAME)
    if lost is not None and lost > context.assumed.number("forgetting_limit"):
        text = f"The tuned model lost {lost} of its general ability (catastrophic forgetting), more than is accepted."
        reasons.append(Reason("catastrophic_forgetting", text, ("evidence.regression",), DEVELOPER_GUIDE))
    return reasons


def propose(signals: Signals, context: Context) -> Iterator[Candidate]:
    """Propose Bedrock's customizable models first, open-weight models on SageMaker where they are called for."""
    yield from training_candidates(NAME, signals, context)
