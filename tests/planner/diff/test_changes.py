"""Thresholds crossed and assumptions changed between two plans."""

from __future__ import annotations

from typing import Any

import pytest

from planner.diff.changes import assumption_changes, flips_crossed

Json = dict[str, Any]


def plan(requests: str | None, *flips: Json, assumed: str = "100") -> Json:
    """Return the parts of a plan that are compared."""
    return {
        "workload": {} if requests is None else {"traffic": {"requests_per_month": requests}},
        "assumptions": [{"key": "traffic.requests_per_month", "unit": "requests", "value": assumed}],
        "decision": {"would_change_if": list(flips)},
    }


ABOVE = {
    "key": "traffic.requests_per_month",
    "above": 1000,
    "to": {"choice": "vector_store", "value": "x"},
    "text": "…",
}
BELOW = {
    "key": "traffic.requests_per_month",
    "below": 1000,
    "to": {"choice": "vector_store", "value": "y"},
    "text": "…",
}


@pytest.mark.parametrize(
    ("before", "after", "crossed"),
    [
        (plan("10", ABOVE), plan("2000"), ("10", "2000")),
        (plan("10", ABOVE), plan("1001"), ("10", "1001")),
        (plan("10", ABOVE), plan("1000"), None),  # the threshold itself is still on this side
        (plan("10", ABOVE), plan("999"), None),
        (plan("2000", BELOW), plan("10"), ("2000", "10")),
        (plan("2000", BELOW), plan("1000"), None),
        (plan("10"), plan("2000", BELOW), ("10", "2000")),  # the plan after names the threshold
        (plan(None, ABOVE), plan("2000"), ("100", "2000")),  # what isn't stated is what was assumed
        (plan("many", ABOVE), plan("2000"), None),
    ],
)
def test_flips_crossed(before: Json, after: Json, crossed: tuple[str, str] | None) -> None:
    assert [(each["before"], each["after"]) for each in flips_crossed(before, after)] == ([crossed] if crossed else [])


def test_a_threshold_that_both_plans_name_is_crossed_once() -> None:
    assert len(flips_crossed(plan("10", ABOVE), plan("2000", BELOW))) == 1


def test_assumptions_that_both_rest_on() -> None:
    before, after = plan("1", assumed="100"), plan("1", assumed="200")
    after["assumptions"].append({"key": "guardrail", "unit": "", "value": "true"})
    assert assumption_changes(before, after) == [
        {"key": "traffic.requests_per_month", "unit": "requests", "before": "100", "after": "200"}
    ]
    assert assumption_changes(before, before) == []
