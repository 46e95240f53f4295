from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from planner.workload_schema import workload_schema, workload_schema_text

SHIPPED = Path(__file__).parents[2] / "planner" / "schemas" / "workload.schema.json"


def test_the_shipped_schema_is_made_from_the_types(update_golden: bool) -> None:
    # To renew it without the tests: python -m planner.workload_schema > planner/schemas/workload.schema.json
    if update_golden:
        SHIPPED.write_text(workload_schema_text(), encoding="utf-8")
    assert SHIPPED.read_text(encoding="utf-8") == workload_schema_text()


def test_it_is_a_schema_in_which_every_key_is_described_and_no_other_is_allowed() -> None:
    schema = workload_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    groups = [schema, *schema["$defs"].values()]
    assert all(group["additionalProperties"] is False for group in groups)
    assert all(key["description"] for group in groups for key in group["properties"].values())
    assert '"default":' not in json.dumps(schema)


@pytest.mark.parametrize(
    ("data", "valid"),
    [
        ({"name": "w1"}, True),
        ({"name": None}, False),
        ({}, False),
        ({"name": "W 1"}, False),
        ({"name": "w1", "regon": "us-east-1"}, False),
        ({"name": "w1", "region": None, "need": None, "design": {"training": None, "approach": None}}, True),
        ({"name": "w1", "need": {"knowledge": {}}}, True),
        ({"name": "w1", "need": {"knowledge": {"changes": "hourly"}}}, False),
        ({"name": "w1", "traffic": {"requests_per_month": 1000000.0, "growth_per_month": 0.03}}, True),
        ({"name": "w1", "traffic": {"requests_per_month": -1}}, False),
        ({"name": "w1", "traffic": {"requests_per_month": "5"}}, False),
        ({"name": "w1", "constraints": {"monthly_usd": "5000.50", "commitment_months": 6, "regions": []}}, True),
        ({"name": "w1", "constraints": {"monthly_usd": "lots"}}, False),
        ({"name": "w1", "constraints": {"commitment_months": 12}}, False),
        ({"name": "w1", "constraints": {"regions": "us-east-1"}}, False),
        ({"name": "w1", "evidence": {"target": 0.6, "scores": {"rag": 0.5, "fine_tuning": None}}}, True),
        ({"name": "w1", "evidence": {"target": 0.6, "scores": {"ragg": 0.5}}}, False),
        ({"name": "w1", "assumptions": {"person_day_usd": 800, "alert_emails": ["a@example.com"]}}, True),
        ({"name": "w1", "assumptions": {"person_day_usd": {}}}, False),
    ],
)
def test_editors_underline_what_the_planner_refuses(data: dict[str, Any], valid: bool) -> None:
    assert jsonschema.Draft202012Validator(workload_schema()).is_valid(data) is valid


def test_known_assumptions_are_completed_and_others_refused() -> None:
    validator = jsonschema.Draft202012Validator(workload_schema(["person_day_usd"]))
    assert validator.is_valid({"name": "w1", "assumptions": {"person_day_usd": 800}})
    assert not validator.is_valid({"name": "w1", "assumptions": {"person_days_usd": 800}})
