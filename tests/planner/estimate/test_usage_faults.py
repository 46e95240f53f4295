"""Usage files with faults: all of them at once, each with its place and the nearest spelling."""

from __future__ import annotations

import pytest

from planner.errors import InputError
from planner.estimate.usage import parse_usage_by_resource


def test_all_faults_at_once() -> None:
    data = {
        "version": 1,
        "resource_type_default_usage": {
            "AWS::Lambda::Function": {"average_duration_ms": 1, "monthly_requests": "many"},
            "AWS::Lamda::Function": {},
        },
        "resource_usage": {"Queue": {"monthly_request": 1, "storage_gb": -1}},
    }
    with pytest.raises(InputError) as refused:
        parse_usage_by_resource(data, source="usage.yml")
    lines = str(refused.value).splitlines()
    types, resources = "usage.yml: resource_type_default_usage", "usage.yml: resource_usage"
    assert [line.split("; did you mean")[0] for line in lines] == [
        f"{types}.AWS::Lambda::Function.average_duration_ms: AWS::Lambda::Function has no such usage",
        f"{types}.AWS::Lambda::Function.monthly_requests: 'many' is not a number",
        f"{types}.AWS::Lamda::Function: no such type takes usage",
        f"{resources}.Queue.monthly_request: no type has such usage",
        f"{resources}.Queue.storage_gb: -1 is not possible; it can't be negative",
    ]
    assert "did you mean 'AWS::Lambda::Function'?" in lines[2]
