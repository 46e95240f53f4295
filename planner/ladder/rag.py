"""The second rung: retrieval of passages at request time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.ladder.base_models import base_candidates
from planner.ladder.retrieval import retrieval_choices
from planner.ladder.rung import NEED_KEYS, Candidate, Judgement, Reason
from planner.ladder.sources import DEVELOPER_GUIDE, STUDY_GUIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.context import Context
    from planner.ladder.rung import Need
    from planner.signals import Signals

__all__ = ["NAME", "judge", "obstacles", "propose"]

NAME = "rag"


def _facts(signals: Signals, context: Context) -> Judgement:
    knowledge = context.workload.need.knowledge
    reads = ["need.knowledge"]
    why = ["the model lacks facts"]
    if signals.facts_change:
        reads.append("need.knowledge.changes")
        why.append(f"they change ({signals.corpus.changes})")
    if knowledge is not None and knowledge.citations:
        reads.append("need.knowledge.citations")
        why.append("answers must name their source")
    if knowledge is not None and knowledge.hallucinates:
        reads.append("need.knowledge.hallucinates")
        why.append("invented facts are the complaint")
    text = f"Retrieval supplies facts at request time and leaves the weights alone: {', '.join(why)}."
    return Judgement(gives=True, reason=Reason("facts_by_retrieval", text, tuple(reads), STUDY_GUIDE))


def judge(need: Need, signals: Signals, context: Context) -> Judgement:
    """Retrieval gives facts, and behaviour only as far as the prompt does."""
    if NAME in signals.evidence.met and need not in {"own_model", "smaller_model"}:
        text = "Retrieval was measured and reached the target: nothing dearer is called for."
        return Judgement(gives=True, reason=Reason("rag_reached_target", text, ("evidence.scores",), STUDY_GUIDE))
    if need == "facts":
        return _facts(signals, context)
    refused = {
        "behavior": ("retrieval_is_no_behavior", "Passages add facts; they do not change how the model answers."),
        "vocabulary": (
            "retrieval_is_no_vocabulary",
            "Passages in the domain's language do not make the model read it better.",
        ),
        "smaller_model": ("retrieval_is_no_smaller_model", "Retrieval does not make a small model match a large one."),
        "shortfall": ("no_facts_lacking", "No lacking facts were stated: there is nothing to retrieve."),
        "own_model": ("no_own_model", "There is no base model to answer from passages."),
    }
    name, text = refused[need]
    return Judgement(gives=False, reason=Reason(name, text, (NEED_KEYS[need],), DEVELOPER_GUIDE))


def obstacles(signals: Signals, context: Context) -> list[Reason]:
    """Retrieval needs a base model and something to retrieve from."""
    reasons = []
    if signals.no_base_model:
        text = "No model exists for the language, modality or ownership terms."
        reasons.append(Reason("no_base_model", text, ("need.no_base_model",), DEVELOPER_GUIDE))
    documents, knowledge = context.workload.data.documents, context.workload.need.knowledge
    in_tables = bool(knowledge and knowledge.structured)
    nothing = 0 in {documents.tokens, documents.count} or (documents.tokens is None and documents.gb == 0)
    if nothing and not in_tables:
        text = "There are no documents to retrieve from."
        reasons.append(Reason("no_documents", text, ("data.documents",), STUDY_GUIDE))
    return reasons


def propose(signals: Signals, context: Context) -> Iterator[Candidate]:
    """Propose each fitting base model on each store with each embedding model."""
    bases = list(base_candidates(NAME, signals, context, retrieves=True))
    choices = list(retrieval_choices(signals, context))
    # Stores that a rule excludes are shown beside the choice, on its own model; here they only stand in for none.
    for choice in [choice for choice in choices if not choice.why_not] or choices:
        for base in bases:
            yield Candidate(choice.onto(base.design), choice.why_not or base.why_not, base.misses or choice.misses)
