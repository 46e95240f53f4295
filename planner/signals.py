"""Workload → Signals: the facts that the ladder and the blueprints read, each derived in one small function."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.cost import Loads
from planner.errors import InputError
from planner.money import ZERO
from planner.units import MINUTES_PER_MONTH, MONTHS_PER_YEAR
from planner.usage import Load

if TYPE_CHECKING:
    from planner.context import Context
    from planner.workload import Evidence

__all__ = ["Corpus", "Evidenced", "Examples", "Signals", "TrafficSignals", "derive_signals"]

_FREQUENT = ("monthly", "weekly", "daily", "realtime")
_BYTES_PER_GB = Decimal(1_000_000_000)
_MOST_REQUESTS = Decimal(10**12)  # a month: the most that the workload file takes for the first one


@dataclass(frozen=True, slots=True)
class TrafficSignals:
    """Requests a month and a minute, tokens of one request, and how they come."""

    requests_per_month: Decimal
    input_tokens: Decimal
    output_tokens: Decimal
    shared_prefix_tokens: Decimal
    pattern: str
    peak_requests_per_minute: Decimal
    growth_per_month: Decimal


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents: how many, how much text, how large as files, and the share that changes in a month."""

    count: Decimal
    tokens: Decimal
    gb: Decimal
    changed_per_month: Decimal
    changes: str


@dataclass(frozen=True, slots=True)
class Examples:
    """Training data; `labelled` and `unlabelled_tokens` fall back to defaults that `…_stated` tells apart."""

    labelled: Decimal
    labelled_stated: bool
    tokens_per_example: Decimal
    unlabelled_tokens: Decimal
    unlabelled_stated: bool


@dataclass(frozen=True, slots=True)
class Evidenced:
    """What was measured: which approaches reached the target, which fell short."""

    met: frozenset[str]
    short: frozenset[str]
    scores: tuple[tuple[str, Decimal], ...]
    target: Decimal | None
    lower_is_better: bool
    regression: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Signals:
    """All that is derived from a workload."""

    traffic: TrafficSignals
    corpus: Corpus
    examples: Examples
    evidence: Evidenced
    loads: Loads
    horizon_months: int
    commitment_months: int
    modality: str
    lacks_facts: bool
    facts_change: bool
    behavior: str | None
    vocabulary: bool
    smaller_model: bool
    no_base_model: bool
    training_allowed: bool
    training_forbidden_because: str | None  # the workload's key that forbids it


def _traffic(context: Context) -> TrafficSignals:
    traffic, assumed = context.workload.traffic, context.assumed
    requests = assumed.stated_or(traffic.requests_per_month, "traffic.requests_per_month")
    pattern = traffic.pattern or assumed.word("traffic.pattern")
    average = requests / MINUTES_PER_MONTH
    peak = traffic.peak_requests_per_minute
    prefix = traffic.shared_prefix_tokens or ZERO
    return TrafficSignals(
        requests,
        # The prefix is part of the prompt: where only the prefix is stated, the assumed prompt is no shorter.
        max(assumed.stated_or(traffic.input_tokens_per_request, "traffic.input_tokens_per_request"), prefix),
        assumed.stated_or(traffic.output_tokens_per_request, "traffic.output_tokens_per_request"),
        prefix,
        pattern,
        average if peak is None else max(peak, average),
        assumed.stated_or(traffic.growth_per_month, "traffic.growth_per_month"),
    )


def _corpus(context: Context) -> Corpus:
    documents, assumed = context.workload.data.documents, context.assumed
    knowledge = context.workload.need.knowledge
    changes = (knowledge.changes if knowledge else None) or "static"
    tokens: Decimal
    if documents.tokens is not None:
        tokens = Decimal(documents.tokens)
    elif documents.count is None and documents.gb is not None:
        tokens = documents.gb * _BYTES_PER_GB / assumed.number("data.documents.bytes_per_token")
    else:
        count = assumed.stated_or(documents.count, "data.documents.count")
        tokens = count * assumed.number("data.documents.tokens_per_document")
    count = Decimal(documents.count) if documents.count is not None else ZERO
    if documents.count is None:
        per_document = assumed.number("data.documents.tokens_per_document")
        count = tokens / per_document if per_document else ZERO
    gb = documents.gb
    if gb is None:
        gb = tokens * assumed.number("data.documents.bytes_per_token") / _BYTES_PER_GB
    changed = documents.changed_per_month
    if changed is None:
        changed = assumed.number(f"changed_per_month_{changes}")
    return Corpus(count, tokens, gb, changed, changes)


def _examples(context: Context) -> Examples:
    data, assumed = context.workload.data, context.assumed
    return Examples(
        assumed.stated_or(data.labelled.examples, "data.labelled.examples"),
        data.labelled.examples is not None,
        assumed.stated_or(data.labelled.tokens_per_example, "data.labelled.tokens_per_example"),
        assumed.stated_or(data.unlabelled.tokens, "data.unlabelled.tokens"),
        data.unlabelled.tokens is not None,
    )


def evidenced(evidence: Evidence) -> Evidenced:
    """Return which approaches reached the target; without a target a score says nothing of either."""
    lower = bool(evidence.lower_is_better)
    met: set[str] = set()
    short: set[str] = set()
    if evidence.target is not None:
        for approach, score in evidence.scores.items():
            reached = score <= evidence.target if lower else score >= evidence.target
            (met if reached else short).add(approach)
    return Evidenced(
        frozenset(met),
        frozenset(short),
        tuple(evidence.scores.items()),
        evidence.target,
        lower,
        tuple(evidence.regression.items()),
    )


def _forbids_training(context: Context) -> str | None:
    if context.workload.data.may_enter_weights is False:
        return "data.may_enter_weights"
    if context.workload.constraints.training == "not_wanted":
        return "constraints.training"
    return None


def _loads(first: Load, growth_per_month: Decimal, horizon_months: int) -> Loads:
    loads = Loads.over(first, growth_per_month=growth_per_month, horizon_months=horizon_months)
    if loads.months[-1].requests > _MOST_REQUESTS:
        message = (
            f"traffic.growth_per_month: {growth_per_month:f} makes more than {_MOST_REQUESTS:f} requests in month "
            f"{horizon_months}, which is absurd; lower it, or horizon_months"
        )
        raise InputError(message)
    return loads


def derive_signals(context: Context) -> Signals:
    """Return the workload's facts, gaps filled with recorded defaults.

    Raises:
        InputError: for a growth that makes the last month's requests absurd.
    """
    workload, assumed = context.workload, context.assumed
    traffic, corpus = _traffic(context), _corpus(context)
    horizon = workload.horizon_months or int(assumed.number("horizon_months"))
    need = workload.need
    retraining = workload.design.retraining_per_year
    per_year = assumed.number("retraining_per_year") if retraining is None else retraining
    first = Load(traffic.requests_per_month, corpus.changed_per_month, per_year / MONTHS_PER_YEAR)
    commitment = workload.constraints.commitment_months
    forbidden = _forbids_training(context)
    return Signals(
        traffic=traffic,
        corpus=corpus,
        examples=_examples(context),
        evidence=evidenced(workload.evidence),
        loads=_loads(first, traffic.growth_per_month, horizon),
        horizon_months=horizon,
        commitment_months=int(assumed.number("constraints.commitment_months")) if commitment is None else commitment,
        modality=workload.data.modality or assumed.word("data.modality"),
        lacks_facts=need.knowledge is not None,
        facts_change=corpus.changes in _FREQUENT,
        behavior=need.behavior,
        vocabulary=bool(need.vocabulary),
        smaller_model=bool(need.smaller_model),
        no_base_model=bool(need.no_base_model),
        training_allowed=forbidden is None,
        training_forbidden_because=forbidden,
    )
