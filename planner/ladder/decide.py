"""Walk the ladder: for each need the lowest rung that gives it; the lowest of those is built first.

A rung below is taken where it was not measured short and no stated need names what it cannot give. Prompting is part of
every higher rung, so it stands alone only where no other rung is called for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.design import APPROACHES
from planner.ladder import LADDER, RUNGS
from planner.ladder.rung import NEED_KEYS, NEED_WORDS, Reason
from planner.ladder.sources import STUDY_GUIDE, WORKLOAD

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.context import Context
    from planner.ladder.rung import Need
    from planner.signals import Signals

__all__ = ["Decision", "RejectedRung", "decide"]

_PROMPT = "prompt_engineering"
_UNTRAINED = frozenset({_PROMPT, "rag"})


@dataclass(frozen=True, slots=True)
class RejectedRung:
    """A rung that is not built, and why."""

    approach: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The rung to build first, further rungs that the needs call for, why, what was rejected, which needs stay unmet.

    `proposed` is what the ladder would build first: another rung than `approach` where that one is pinned.
    """

    approach: str
    proposed: str
    then: tuple[str, ...]
    reasons: tuple[Reason, ...]
    rejected: tuple[RejectedRung, ...]
    unmet: tuple[Need, ...]


def needs_of(signals: Signals, context: Context) -> tuple[Need, ...]:
    """Return what the workload needs beyond a base model, in the order in which rungs answer it."""
    needs: list[Need] = []
    constraints = context.workload.constraints
    if signals.lacks_facts:
        needs.append("facts")
    if signals.behavior is not None:
        needs.append("behavior")
    if signals.smaller_model:
        needs.append("smaller_model")
    if signals.vocabulary:
        needs.append("vocabulary")
    if not needs and signals.evidence.short & _UNTRAINED and _PROMPT not in signals.evidence.met:
        needs.append("shortfall")
    own_architecture = not needs and constraints.training == "full_control" and constraints.budget == "open"
    if signals.no_base_model or own_architecture:
        # No base model: there is nothing that the other rungs could start from.
        return ("own_model",)
    return tuple(needs)


def _lowest_rung(
    need: Need, signals: Signals, context: Context, obstacles: dict[str, list[Reason]]
) -> tuple[str | None, Reason | None]:
    """Return the lowest rung that gives a need and can be built, with its reason."""
    for rung in LADDER:
        judgement = rung.judge(need, signals, context)
        if judgement.gives and not obstacles[rung.NAME]:
            return rung.NAME, judgement.reason
    return None, None


def _already_measured(rung: str, signals: Signals) -> bool:
    """Whether a rung was built and measured short: it stays, but it is not what to build next."""
    return rung in signals.evidence.short


def decide(signals: Signals, context: Context, *, buildable: Collection[str]) -> Decision:
    """Return the decision; `buildable` are the rungs that have a design in this region at all."""
    obstacles = {rung.NAME: list(rung.obstacles(signals, context)) for rung in LADDER}
    pinned = context.workload.design.approach or _implied_approach(context)
    for name in APPROACHES:
        # Of a pinned rung's choices the others could not be built: that is no word against them.
        if name not in buildable and pinned is None:
            text = f"The catalogue has no design for it in {context.region}."
            obstacles[name].append(Reason("no_design_here", text, ("region",), WORKLOAD))
    needs = needs_of(signals, context)
    called: dict[str, list[Reason]] = {}
    unmet: list[Need] = []
    for need in needs:
        rung, reason = _lowest_rung(need, signals, context, obstacles)
        if rung is None or reason is None:
            unmet.append(need)
        else:
            called.setdefault(rung, []).append(reason)
    ordered = [name for name in APPROACHES if name in called]
    if len(ordered) > 1 and _PROMPT in ordered:
        # Prompting is within every other rung.
        reasons_of_prompt = called.pop(_PROMPT)
        ordered.remove(_PROMPT)
        called[ordered[0]] += reasons_of_prompt
    if not ordered:
        ordered = [_fallback(signals, obstacles, unmet)]
        called[ordered[0]] = [_nothing_called_for(signals, unmet)]
    first = next((name for name in ordered if not _already_measured(name, signals)), ordered[0])
    approach = pinned or first
    # Prompting is no further step: whatever is built has a prompt.
    then = tuple(name for name in ordered if name not in {approach, _PROMPT})
    # What keeps the nearest rung from giving what is needed belongs to the reasons.
    reasons = [*called.get(approach, ()), *([] if pinned else obstacles[approach])]
    if pinned is not None:
        reasons.insert(0, Reason("pinned", f"{pinned} is pinned: it is priced, not chosen.", ("design",), WORKLOAD))
    rejected = [
        RejectedRung(name, tuple(_why_rejected(name, needs, signals, context, obstacles[name], first, pinned)))
        for name in APPROACHES
        if name != approach
    ]
    rejected.sort(key=lambda rung: _rank(rung.approach, then, obstacles, needs, signals, context))
    # What is pinned is priced, not held against the needs.
    return Decision(approach, first, then, tuple(reasons), tuple(rejected), () if pinned else tuple(unmet))


def _implied_approach(context: Context) -> str | None:
    """Return the rung that pinned choices imply: a store retrieves, a training tunes."""
    design = context.workload.design
    if design.vector_store is not None or design.embedding_model is not None:
        return "rag"
    if design.training is not None or design.inference in {
        "custom_on_demand",
        "custom_model_import",
        "sagemaker_endpoint",
    }:
        return "fine_tuning"
    return None


def _fallback(signals: Signals, obstacles: dict[str, list[Reason]], unmet: list[Need]) -> str:
    # Where all that was tried fell short, what came nearest to the target is the nearest rung.
    tried = [
        (score, name)
        for name, score in signals.evidence.scores
        if name in signals.evidence.short and not obstacles[name]
    ]
    if unmet and tried:
        # Of equal scores the cheaper rung.
        tried.sort(
            key=lambda each: (each[0] if signals.evidence.lower_is_better else -each[0], APPROACHES.index(each[1]))
        )
        return tried[0][1]
    if "own_model" in unmet and signals.training_allowed:
        return APPROACHES[-1]  # no other rung has a model to start from
    # Training from scratch is nobody's second best: it is built where it is called for.
    return next((name for name in APPROACHES[:-1] if not obstacles[name]), _PROMPT)


def _nothing_called_for(signals: Signals, unmet: list[Need]) -> Reason:
    if unmet:
        named = ", ".join(NEED_WORDS[need] for need in unmet)
        text = f"Nothing that may be built gives what is needed ({named}); this is the nearest rung."
        return Reason("nearest_rung", text, tuple(NEED_KEYS[need] for need in unmet), STUDY_GUIDE)
    if _PROMPT in signals.evidence.met:
        text = "The measured score reached the target: the cheapest rung stays."
        return Reason("target_reached", text, ("evidence.scores", "evidence.target"), STUDY_GUIDE)
    text = "Prompting was not measured short and no need names what it can't give: start with the cheapest rung."
    return Reason("start_at_the_cheapest", text, ("need", "evidence"), STUDY_GUIDE)


def _why_rejected(
    name: str,
    needs: tuple[Need, ...],
    signals: Signals,
    context: Context,
    obstacles: list[Reason],
    first: str,
    pinned: str | None,
) -> list[Reason]:
    if name == first:
        text = f"The ladder would build it first, but {pinned} is pinned."
        return [Reason("another_is_pinned", text, ("design",), WORKLOAD)]
    reasons = list(obstacles)
    rung = RUNGS[name]
    for need in needs:
        judgement = rung.judge(need, signals, context)
        if not judgement.gives and judgement.reason.id not in {reason.id for reason in reasons}:
            reasons.append(judgement.reason)
    if not reasons:
        above = APPROACHES.index(name) > APPROACHES.index(first)
        text = (
            "A cheaper rung meets the stated needs."
            if above
            else "It does not meet all that the chosen rung was chosen for."
        )
        reasons.append(
            Reason("cheaper_rung_suffices" if above else "not_enough", text, ("need", "evidence"), STUDY_GUIDE)
        )
    return reasons


def _rank(
    name: str,
    then: tuple[str, ...],
    obstacles: dict[str, list[Reason]],
    needs: tuple[Need, ...],
    signals: Signals,
    context: Context,
) -> tuple[bool, bool, int, int]:
    given = sum(RUNGS[name].judge(need, signals, context).gives for need in needs)
    return (name not in then, bool(obstacles[name]), -given, APPROACHES.index(name))
