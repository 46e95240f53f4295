"""Templates of ours: an estimate is what was planned, to the last digit."""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from planner.estimate import estimate_json, estimate_path, estimate_template
from planner.price_book import PriceBook
from planner.template import bill_of_template, read_template
from tests.stacks.conftest import assembly, templates  # noqa: F401  (fixtures)
from tests.stacks.workloads import NAMES

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook()


@pytest.mark.parametrize("name", NAMES)
def test_an_annotated_template_costs_what_was_planned(name: str, templates: dict[str, Json], book: PriceBook) -> None:  # noqa: F811
    template = templates[name]
    read = read_template(template)
    planned = bill_of_template(read, book=book, region=read.region, as_of=read.prices_as_of)

    estimate = estimate_template(template, source=name, book=book, region=None, as_of=None)

    assert estimate.amounts == planned.amounts
    assert estimate.regions == (read.region,)
    assert estimate.priced_on == (read.prices_as_of,)
    assert sum(len(each.lines) for each in estimate.resources) == len(planned.lines)
    assert sum(len(each.unpriced) for each in estimate.resources) == len(planned.unpriced)


@pytest.mark.parametrize("name", NAMES)
def test_each_of_its_resources_is_covered(name: str, templates: dict[str, Json], book: PriceBook) -> None:  # noqa: F811
    document = estimate_json(
        estimate_template(templates[name], source=name, book=book, region=None, as_of=date(2026, 11, 20))
    )
    named = {each["logical_id"] for each in document["resources"]}
    assert named >= set(templates[name]["Resources"])
    assert document["unsupported"] == []
    assert sum(document["coverage"].values()) == len(document["resources"])


def test_an_assembly_is_the_sum_of_its_stacks(assembly: Path, templates: dict[str, Json], book: PriceBook) -> None:  # noqa: F811
    whole = estimate_path(assembly, book=book, region=None, as_of=None)
    single = [estimate_template(each, source="t", book=book, region=None, as_of=None) for each in templates.values()]
    assert whole.amounts.monthly_usd == sum(each.amounts.monthly_usd for each in single)
    assert len(whole.resources) == sum(len(each.resources) for each in single)


def test_properties_are_priced_as_they_stand(templates: dict[str, Json], book: PriceBook) -> None:  # noqa: F811
    name = next(name for name in NAMES if _functions(templates[name]))
    changed = copy.deepcopy(templates[name])
    for function in _functions(changed):
        function["Properties"]["MemorySize"] = 10240
    before, after = (
        estimate_template(each, source=name, book=book, region=None, as_of=None).amounts
        for each in (templates[name], changed)
    )
    assert after.monthly_usd + after.one_time_usd > before.monthly_usd + before.one_time_usd


def _functions(template: Json) -> list[Json]:
    found = [each for each in template["Resources"].values() if each["Type"] == "AWS::Lambda::Function"]
    return [each for each in found if "fmplan::cost" in each.get("Metadata", {})]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ["Endpoint", "Key"]),  # as planned: what the stack grows to
        ({"Alerts": "ops@example.com"}, ["Endpoint", "Key"]),  # decides nothing
        ({"Model": ""}, ["Key"]),
        ({"Model": "arn"}, ["Endpoint", "Key"]),
    ],
)
def test_a_stated_parameter_decides_what_hangs_on_it_alone(
    parameters: dict[str, str], found: list[str], book: PriceBook
) -> None:
    template = {
        "Metadata": {
            "fmplan::cost": {
                "schema": 1,
                "name": "app",
                "region": "us-east-1",
                "prices_as_of": "2026-11-20",
                "price_book": "sha256:1",
                "parts": [],
            }
        },
        "Parameters": {
            "Model": {"Type": "String", "Default": ""},
            "Alerts": {"Type": "String", "Default": ""},
        },
        "Conditions": {
            "NoModel": {"Fn::Equals": [{"Ref": "Model"}, ""]},
            "HasModel": {"Fn::Not": [{"Condition": "NoModel"}]},
        },
        "Resources": {
            "Key": {"Type": "AWS::KMS::Alias", "Properties": {}},
            "Endpoint": {"Type": "AWS::KMS::Alias", "Condition": "HasModel", "Properties": {}},
        },
    }
    estimate = estimate_template(template, source="template", book=book, region=None, as_of=None, parameters=parameters)
    assert sorted(each.path for each in estimate.resources) == found
