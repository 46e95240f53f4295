from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tests.planner.diff_report.documents import NAMES, document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Json = dict[str, Any]


@pytest.fixture(scope="session")
def diff_schema(checkout: Path) -> Draft202012Validator:
    return validator(checkout, "diff")


@pytest.fixture(scope="session")
def estimate_schema(checkout: Path) -> Draft202012Validator:
    return validator(checkout, "estimate")


def validator(checkout: Path, name: str) -> Draft202012Validator:
    schema = json.loads((checkout / "planner" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("name", NAMES)
def test_documents_are_within_the_schema(name: str, diff_schema: Draft202012Validator) -> None:
    diff_schema.validate(document(name))


def _without_delta(made: Json) -> None:
    del made["delta"]


def _unknown_key(made: Json) -> None:
    made["total"] = "1"


def _number_for_text(made: Json) -> None:
    made["delta"]["monthly_usd"] = 412.1


def _exponent(made: Json) -> None:
    made["before"]["cost"]["monthly_usd"] = "1E+3"


def _newer(made: Json) -> None:
    made["schema"] = 2


def _unknown_action(made: Json) -> None:
    made["resources"][0]["action"] = "moved"


def _unknown_key_of_a_resource(made: Json) -> None:
    made["resources"][0]["cost"] = "1"


def _line_without_delta(made: Json) -> None:
    del made["resources"][0]["lines"][0]["delta_usd"]


@pytest.mark.parametrize(
    "spoil",
    [
        _without_delta,
        _unknown_key,
        _number_for_text,
        _exponent,
        _newer,
        _unknown_action,
        _unknown_key_of_a_resource,
        _line_without_delta,
    ],
)
@pytest.mark.parametrize("name", ["plans", "minimum"])
def test_what_is_not_the_contract_is_refused(
    spoil: Callable[[Json], None], name: str, diff_schema: Draft202012Validator
) -> None:
    made = document(name)
    spoil(made)
    with pytest.raises(ValidationError):
        diff_schema.validate(made)


ESTIMATE: Json = {
    "schema": 1,
    "cost": {"monthly_usd": "12.5", "one_time_usd": "0", "idle_monthly_usd": "1"},
    "resources": [
        {
            "path": "App/Key",
            "type": "AWS::KMS::Key",
            "monthly_usd": "1",
            "one_time_usd": "0",
            "idle_monthly_usd": "1",
            "lines": [],
        }
    ],
    "coverage": {"estimated": 1, "free": 0, "unpriced": 0, "unsupported": 1},
    "unpriced": [],
    "unsupported": [{"path": "App/Map", "type": "AWS::Location::Map"}],
}


def test_the_contract_of_estimates_is_within_the_schema(estimate_schema: Draft202012Validator) -> None:
    estimate_schema.validate(ESTIMATE)
    for key in ESTIMATE:
        with pytest.raises(ValidationError):
            estimate_schema.validate({name: value for name, value in ESTIMATE.items() if name != key})
    with pytest.raises(ValidationError):
        estimate_schema.validate({**ESTIMATE, "total": "1"})
    with pytest.raises(ValidationError):
        estimate_schema.validate({**ESTIMATE, "resources": [{**ESTIMATE["resources"][0], "monthly_usd": 1}]})
