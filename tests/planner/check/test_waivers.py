"""Waivers: until when they accept what, and what they never do."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.check.policy_file import PolicyFile, parse_policies
from planner.check.run import Outcome, exit_code, run_policies
from tests.planner.policies.documents import document

if TYPE_CHECKING:
    from planner.policies.document import Document, Kind

DAY = date(2026, 11, 20)
RESOURCES = {"resources": [{"path": "shop/a", "usd": 60}, {"path": "shop/b", "usd": 70}]}


def policies(waivers: list[dict[str, Any]], **settings: Any) -> PolicyFile:  # noqa: ANN401
    text = json.dumps({"version": 1, "policies": settings, "waivers": waivers}, default=str)
    return parse_policies(text, source="p.json", day=DAY)


def waiver(policy: str, expires: str = "2027-01-31", **more: str) -> dict[str, Any]:
    return {"policy": policy, "reason": "agreed", "owner": "team", "expires": expires, **more}


def run(file: PolicyFile, documents: dict[Kind, Document], day: date = DAY) -> Outcome:
    return run_policies(file.settings, file.waivers, documents, day=day)


@pytest.mark.parametrize(
    ("day", "waived"),
    [
        (date(2027, 1, 30), True),
        (date(2027, 1, 31), True),  # the last day of the waiver
        (date(2027, 2, 1), False),
        (date(2030, 1, 1), False),
    ],
)
def test_a_waiver_lasts_to_the_end_of_its_day(day: date, waived: bool) -> None:
    file = policies([waiver("monthly_limit")], monthly_limit={"usd": 5})
    outcome = run(file, {"plan": document("plan", {"cost": {"monthly": 9}})}, day)
    (found,) = outcome.results[0].findings
    assert outcome.passed is waived
    assert exit_code(outcome, strict=False) == (0 if waived else 1)
    assert (found.waiver is not None) is waived
    assert (found.expired is not None) is not waived
    assert outcome.results[0].status == ("waived" if waived else "violated")
    assert outcome.unused == ()


def test_a_waiver_may_be_about_some_resources_alone() -> None:
    file = policies([waiver("dear", resource="*/a")], dear={"policy": "resource_monthly_limit", "usd": 50})
    outcome = run(file, {"estimate": document("estimate", RESOURCES)})
    assert [each.waiver is not None for each in outcome.results[0].findings] == [True, False]
    assert outcome.results[0].status == "violated"
    assert not outcome.passed


def test_a_waiver_of_a_resource_does_not_waive_a_total() -> None:
    file = policies([waiver("monthly_limit", resource="*")], monthly_limit={"usd": 5})
    outcome = run(file, {"plan": document("plan", {"cost": {"monthly": 9}})})
    assert not outcome.passed
    assert [each.text for each in outcome.unused] == ["the waiver of monthly_limit about * matches nothing; it can go"]


def test_waivers_of_another_id_of_the_same_policy_do_not_count() -> None:
    settings = {name: {"policy": "resource_monthly_limit", "usd": 65} for name in ("one", "two")}
    outcome = run(policies([waiver("one")], **settings), {"estimate": document("estimate", RESOURCES)})
    assert [result.status for result in outcome.results] == ["waived", "violated"]


@pytest.mark.parametrize(
    ("cost", "expires", "kind", "text"),
    [
        (1, "2027-01-31", "plan", "the waiver of monthly_limit matches nothing; it can go"),
        (1, "2026-01-31", "plan", "the waiver of monthly_limit matches nothing; it expired on 2026-01-31 and can go"),
    ],
)
def test_a_waiver_that_matches_nothing_is_told(cost: int, expires: str, kind: Kind, text: str) -> None:
    file = policies([waiver("monthly_limit", expires)], monthly_limit={"usd": 5})
    outcome = run(file, {kind: document(kind, {"cost": {"monthly": cost}})})
    assert outcome.passed
    assert [each.text for each in outcome.unused] == [text]


def test_a_waiver_of_what_is_not_applicable_stays() -> None:
    outcome = run(policies([waiver("monthly_delta")], monthly_delta={"usd": 5}), {"plan": document("plan", {})})
    assert [each.text for each in outcome.unused] == [
        "the waiver of monthly_delta matches nothing; the policy was not applicable"
    ]


def test_of_several_waivers_a_valid_one_counts_and_the_one_that_lasts_longest_is_shown() -> None:
    stated = [waiver("monthly_limit", day) for day in ("2026-01-01", "2027-01-01", "2028-01-01", "2027-06-01")]
    outcome = run(policies(stated, monthly_limit={"usd": 5}), {"plan": document("plan", {"cost": {"monthly": 9}})})
    (found,) = outcome.results[0].findings
    assert found.waiver is not None
    assert found.waiver.expires == date(2028, 1, 1)
    assert outcome.unused == ()


def test_what_is_unpriced_fails_a_strict_run_whatever_is_waived() -> None:
    file = policies([waiver("monthly_limit"), waiver("unpriced")], monthly_limit={"usd": 5}, unpriced=None)
    outcome = run(file, {"plan": document("plan", {"cost": {"monthly": 1}, "unpriced": ["a"]})})
    assert outcome.passed
    assert [result.status for result in outcome.results] == ["waived", "waived"]
    assert exit_code(outcome, strict=False) == 0
    assert exit_code(outcome, strict=True) == 3


@pytest.mark.parametrize(
    ("cost", "unpriced", "strict", "code"),
    [
        (1, [], True, 0),
        (9, [], True, 1),
        (1, ["a"], False, 0),
        (1, ["a"], True, 3),
        (9, ["a"], False, 1),
        (9, ["a"], True, 3),  # of two the higher
    ],
)
def test_exit_codes(cost: int, unpriced: list[str], strict: bool, code: int) -> None:
    outcome = run(
        policies([], monthly_limit={"usd": 5}),
        {"plan": document("plan", {"cost": {"monthly": cost}, "unpriced": unpriced})},
    )
    assert exit_code(outcome, strict=strict) == code


@pytest.mark.parametrize("severity", ["warning", "note"])
def test_only_errors_fail(severity: str) -> None:
    file = policies([], monthly_limit={"usd": 5, "severity": severity})
    outcome = run(file, {"plan": document("plan", {"cost": {"monthly": 9}})})
    assert outcome.passed
    assert outcome.results[0].status == "violated"


# --- what holds for all -----------------------------------------------------------------------------------------------

CENTS = st.integers(0, 10_000)
AMOUNTS = st.fixed_dictionaries({"monthly": CENTS, "one_time": CENTS, "idle": CENTS, "total": CENTS})
NAMES = st.lists(st.sampled_from(["shop/a", "shop/b", "c"]), max_size=2, unique=True)
LIMITS = ("monthly_limit", "one_time_limit", "idle_limit", "total_limit", "resource_monthly_limit")
DELTAS = ("monthly_delta", "one_time_delta", "idle_delta", "resource_delta")
ORDER = ("passed", "unconfirmed", "violated")


@st.composite
def documents(draw: st.DrawFn) -> dict[Kind, Document]:
    plan: dict[str, Any] = {"cost": draw(AMOUNTS), "unpriced": draw(NAMES)}
    plan["parts"] = [{"path": "a", "type": "AWS::KMS::Key"}]
    plan["bill"] = [{"path": "shop/a", "type": "AWS::KMS::Key", "usd": draw(CENTS)}]
    changed = [{"path": "shop/a", "before": draw(st.none() | CENTS), "after": draw(CENTS)}]
    diff = {
        "before": draw(AMOUNTS),
        "after": draw(AMOUNTS),
        "unpriced_before": draw(NAMES),
        "unpriced_after": draw(NAMES),
        "resources": changed,
    }
    return {"plan": document("plan", plan), "diff": document("diff", diff)}


@given(documents(), st.sampled_from([*LIMITS, *DELTAS]), CENTS, CENTS)
def test_a_looser_limit_never_fails_where_a_stricter_one_passed(
    given_documents: dict[Kind, Document], policy: str, one: int, other: int
) -> None:
    strict, loose = sorted((one, other))
    file = policies([], strict={"policy": policy, "usd": strict}, loose={"policy": policy, "usd": loose})
    first, second = run(file, given_documents).results
    assert ORDER.index(second.status) <= ORDER.index(first.status)


@given(documents(), st.integers(0, 300), st.integers(0, 300))
def test_a_looser_percentage_never_fails_where_a_stricter_one_passed(
    given_documents: dict[Kind, Document], one: int, other: int
) -> None:
    strict, loose = sorted((one, other))
    settings = {
        name: {"policy": "monthly_delta_percent", "percent": percent}
        for name, percent in (("strict", strict), ("loose", loose))
    }
    first, second = run(policies([], **settings), given_documents).results
    if first.status == "not_applicable":
        assert second.status == "not_applicable"
    else:
        assert ORDER.index(second.status) <= ORDER.index(first.status)


@given(
    documents(),
    st.lists(
        st.tuples(
            st.sampled_from(["monthly_limit", "monthly_delta", "dear"]),
            st.integers(-400, 400),
            st.none() | st.sampled_from(["*", "shop/*", "nothing"]),
        ),
        max_size=4,
    ),
    st.booleans(),
)
def test_waiving_never_raises_the_exit_code(
    given_documents: dict[Kind, Document], stated: list[tuple[str, int, str | None]], strict: bool
) -> None:
    settings = {
        "monthly_limit": {"usd": 50},
        "monthly_delta": {"usd": 50},
        "dear": {"policy": "resource_monthly_limit", "usd": 20},
    }
    waivers = [
        waiver(name, str(DAY + timedelta(days)), **({"resource": about} if about else {}))
        for name, days, about in stated
    ]
    without = exit_code(run(policies([], **settings), given_documents), strict=strict)
    outcome = run(policies(waivers, **settings), given_documents)
    assert exit_code(outcome, strict=strict) <= without
    # Nothing is lost: what is waived is still among the findings.
    assert [len(result.findings) for result in outcome.results] == [
        len(result.findings) for result in run(policies([], **settings), given_documents).results
    ]
