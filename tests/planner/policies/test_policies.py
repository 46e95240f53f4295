"""What policies find, held against cases.yaml."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.check.policy_file import parse_policies
from planner.check.run import Result, run_policies
from planner.policies import BY_ID, POLICIES
from planner.policies.registry import by_id
from planner.policies.taggable_data import FILE, compiled
from planner.yaml12 import load_yaml
from tests.planner.policies.documents import document

if TYPE_CHECKING:
    from planner.policies.document import Kind

DAY = date(2026, 11, 20)
KINDS: tuple[Kind, ...] = ("plan", "estimate", "diff")
HERE = Path(__file__).parent


def cases() -> list[dict[str, Any]]:
    found = load_yaml((HERE / "cases.yaml").read_text("utf-8"), source="cases.yaml")
    assert isinstance(found, list)
    return found


def asked(policy: str, setting: dict[str, Any], kind: Kind, given: dict[str, Any]) -> Result:
    text = json.dumps({"version": 1, "policies": {policy: setting}}, default=str)
    policies = parse_policies(text, source="policies.json", day=DAY)
    (result,) = run_policies(policies.settings, (), {kind: document(kind, given)}, day=DAY).results
    return result


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["policy"])
def test_what_a_policy_finds(case: dict[str, Any]) -> None:
    (kind,) = [kind for kind in KINDS if kind in case]
    assert not case.keys() - {"policy", "set", kind, "finds", "unconfirmed", "not_applicable"}
    result = asked(case["policy"], case["set"], kind, case[kind])
    confirmed = [[each.level, each.finding.text] for each in result.findings if each.finding.confirmed]
    assert confirmed == case.get("finds", [])
    others = [(each.level, each.finding.text) for each in result.findings if not each.finding.confirmed]
    assert others == [("note", text) for text in case.get("unconfirmed", [])]
    assert result.reason == case.get("not_applicable")
    status = "violated" if "finds" in case else "unconfirmed" if "unconfirmed" in case else None
    assert result.status == (status or ("not_applicable" if "not_applicable" in case else "passed"))


def test_every_policy_has_cases_that_find_something_and_that_do_not() -> None:
    found = {case["policy"] for case in cases() if "finds" in case}
    passed = {case["policy"] for case in cases() if not {"finds", "unconfirmed", "not_applicable"} & case.keys()}
    assert found == set(BY_ID)
    assert passed == set(BY_ID)


def test_two_policies_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="policy monthly_limit is registered twice"):
        by_id((*POLICIES, BY_ID["monthly_limit"]))


def test_every_policy_says_what_it_is() -> None:
    for policy in POLICIES:
        assert policy.text.endswith(".")
        assert policy.needs
        names = [parameter.name for parameter in policy.parameters]
        assert len(set(names)) == len(names)
        assert set(policy.any_of) <= set(names)
        assert all(parameter.meaning for parameter in policy.parameters)
        assert {"policy", "severity"}.isdisjoint(names)


def test_each_policy_is_a_small_file_of_its_own() -> None:
    folder = HERE.parents[2] / "planner" / "policies"
    for policy in POLICIES:
        path = folder / f"{policy.id}.py"
        assert len(path.read_text("utf-8").splitlines()) < 150, path


def test_the_types_that_can_have_tags_are_those_of_the_schemas() -> None:
    assert FILE.read_text("utf-8") == compiled()
