"""Signals: each fact with what it was derived from, by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from planner.signals import derive_signals, evidenced
from planner.workload import Evidence
from tests.planner.builders import both_of, context_of


def test_what_is_not_stated_is_assumed_and_recorded() -> None:
    context, signals = both_of({})
    assert signals.traffic.requests_per_month == 100_000
    assert signals.traffic.pattern == "steady"
    assert signals.horizon_months == 12
    read = context.assumed.read
    assert {"traffic.requests_per_month", "traffic.pattern", "horizon_months", "data.modality"} <= set(read)


def test_what_is_stated_is_no_assumption() -> None:
    context, signals = both_of({"traffic": {"requests_per_month": 0, "pattern": "bulk"}, "horizon_months": 36})
    assert signals.traffic.requests_per_month == 0
    assert (signals.traffic.pattern, signals.horizon_months) == ("bulk", 36)
    assert not {"traffic.requests_per_month", "traffic.pattern", "horizon_months"} & set(context.assumed.read)


@pytest.mark.parametrize(
    ("peak", "expected"),
    [
        (None, Decimal(10)),  # 438,000 requests in 43,800 minutes
        (60, Decimal(60)),
        (4, Decimal(10)),  # a peak below the average is none
    ],
)
def test_the_peak_is_no_less_than_the_average(peak: int | None, expected: Decimal) -> None:
    traffic: dict[str, Any] = {"requests_per_month": 438_000}
    if peak is not None:
        traffic["peak_requests_per_minute"] = peak
    _, signals = both_of({"traffic": traffic})
    assert signals.traffic.peak_requests_per_minute == expected


def test_a_stated_prefix_is_part_of_the_prompt() -> None:
    assert both_of({"traffic": {"shared_prefix_tokens": 5_000}})[1].traffic.input_tokens == 5_000
    assert both_of({"traffic": {"shared_prefix_tokens": 50}})[1].traffic.input_tokens == 600


@pytest.mark.parametrize(
    ("documents", "count", "tokens", "gb"),
    [
        # nothing known: 10,000 documents of 3,000 tokens, 20 bytes a token
        ({}, "10000", "30000000", "0.6"),
        ({"count": 100}, "100", "300000", "0.006"),
        ({"tokens": 60_000_000}, "20000", "60000000", "1.2"),
        # 12 GB at 20 bytes a token, 3,000 tokens a document
        ({"gb": Decimal(12)}, "200000", "600000000", "12"),
        ({"count": 20_000, "gb": Decimal(12), "tokens": 60_000_000}, "20000", "60000000", "12"),
        ({"count": 0}, "0", "0", "0"),
    ],
)
def test_the_corpus_is_filled_from_what_is_known(documents: dict[str, Any], count: str, tokens: str, gb: str) -> None:
    corpus = both_of({"data": {"documents": documents}})[1].corpus
    assert (corpus.count, corpus.tokens, corpus.gb) == (Decimal(count), Decimal(tokens), Decimal(gb))


@pytest.mark.parametrize(
    ("changes", "share"),
    [(None, "0"), ("static", "0"), ("monthly", "0.05"), ("weekly", "0.1"), ("daily", "0.3"), ("realtime", "1")],
)
def test_the_share_that_changes_follows_how_often(changes: str | None, share: str) -> None:
    knowledge = {} if changes is None else {"changes": changes}
    assert both_of({"need": {"knowledge": knowledge}})[1].corpus.changed_per_month == Decimal(share)
    stated = {"need": {"knowledge": knowledge}, "data": {"documents": {"changed_per_month": Decimal("0.5")}}}
    assert both_of(stated)[1].corpus.changed_per_month == Decimal("0.5")


def test_facts_change_where_they_are_said_to() -> None:
    assert not both_of({"need": {"knowledge": {"changes": "static"}}})[1].facts_change
    assert both_of({"need": {"knowledge": {"changes": "monthly"}}})[1].facts_change
    assert both_of({"need": {"knowledge": {}}})[1].lacks_facts
    assert not both_of({})[1].lacks_facts


def test_stated_examples_are_told_from_assumed_ones() -> None:
    assumed, stated = both_of({})[1].examples, both_of({"data": {"labelled": {"examples": 1000}}})[1].examples
    assert assumed.labelled == stated.labelled == 1000
    assert (assumed.labelled_stated, stated.labelled_stated) == (False, True)


@pytest.mark.parametrize(
    ("given", "met", "short"),
    [
        ({}, set(), set()),
        ({"target": Decimal("0.6"), "scores": {"rag": Decimal("0.6")}}, {"rag"}, set()),
        ({"target": Decimal("0.6"), "scores": {"rag": Decimal("0.59")}}, set(), {"rag"}),
        ({"target": Decimal(5), "lower_is_better": True, "scores": {"rag": Decimal(5)}}, {"rag"}, set()),
        ({"target": Decimal(5), "lower_is_better": True, "scores": {"rag": Decimal(6)}}, set(), {"rag"}),
        # Without a target a score says neither.
        ({"scores": {"rag": Decimal(6)}}, set(), set()),
    ],
)
def test_a_score_is_held_against_the_target(given: dict[str, Any], met: set[str], short: set[str]) -> None:
    found = evidenced(Evidence(**given))
    assert (set(found.met), set(found.short)) == (met, short)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, None),
        ({"data": {"may_enter_weights": True}, "constraints": {"training": "allowed"}}, None),
        ({"data": {"may_enter_weights": False}}, "data.may_enter_weights"),
        ({"constraints": {"training": "not_wanted"}}, "constraints.training"),
        ({"data": {"may_enter_weights": False}, "constraints": {"training": "not_wanted"}}, "data.may_enter_weights"),
    ],
)
def test_what_forbids_training_is_named(given: dict[str, Any], key: str | None) -> None:
    signals = both_of(given)[1]
    assert signals.training_forbidden_because == key
    assert signals.training_allowed == (key is None)


def test_retraining_is_by_the_year_and_pins_go_first() -> None:
    assert both_of({})[1].loads.first.retrainings == Decimal(2) / 12
    assert both_of({"design": {"retraining_per_year": 6}})[1].loads.first.retrainings == Decimal(6) / 12
    assert both_of({"assumptions": {"retraining_per_year": 3}})[1].loads.first.retrainings == Decimal(3) / 12


def test_no_commitment_is_acceptable_where_none_is_stated() -> None:
    assert both_of({})[1].commitment_months == 0
    assert both_of({"constraints": {"commitment_months": 6}})[1].commitment_months == 6


def test_signals_are_the_same_each_time() -> None:
    context = context_of({"need": {"knowledge": {}}})
    assert derive_signals(context) == derive_signals(context)
