"""What was considered and left by a rule, priced all the same: one design a kind, on the chosen model if it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.ladder.retrieval import retrieval_choices
from planner.ladder.rung import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.choose import Choice, PricedDesign, Pricer
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = ["considered"]


def _kind(design: Design) -> tuple[str | None, ...]:
    service = design.training.service if design.training else None
    return (design.inference, design.vector_store, design.opensearch_generation, service)


def _stores(design: Design, context: Context, signals: Signals) -> Iterator[Candidate]:
    if design.approach != "rag" or design.vector_store is None:
        return
    for choice in retrieval_choices(signals, context):
        if choice.why_not and choice.embedding_model in {None, design.embedding_model}:
            yield Candidate(choice.onto(design), choice.why_not)


def considered(choice: Choice, context: Context, signals: Signals, pricer: Pricer) -> list[PricedDesign]:
    """Return designs that a rule excluded, one of each kind, with the reason."""
    chosen = choice.chosen.design
    seen = {_kind(chosen)} | {_kind(other.design) for other in choice.others}
    found: list[PricedDesign] = []
    same_model_first = sorted(choice.excluded, key=lambda candidate: candidate.design.model != chosen.model)
    for candidate in (*same_model_first, *_stores(chosen, context, signals)):
        kind = _kind(candidate.design)
        if kind not in seen:
            seen.add(kind)
            found.append(pricer.price(candidate))
    return found
