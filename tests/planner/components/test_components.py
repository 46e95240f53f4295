"""Each resource type: what it uses of which meters (tests/cases/components.yaml), by the properties that it has."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.bill import price_usage
from planner.components import COMPONENTS, FREE, meter_usages
from planner.components.registry import _register
from planner.meters import quantities
from planner.yaml12 import load_yaml
from tests.planner.builders import DAY, REGION, SHIPPED_BOOK, MadeUpBook

if TYPE_CHECKING:
    from planner.usage import Params

CASES_FILE = Path(__file__).parents[2] / "cases" / "components.yaml"
# Meters whose only prices are in conflict or of no known region: they stay unpriced.
WITHOUT_A_PRICE = {"neptune_analytics", "bedrock.kb_structured"}


def _cases() -> list[dict[str, Any]]:
    cases = load_yaml(CASES_FILE.read_text(encoding="utf-8"), source=str(CASES_FILE))
    assert isinstance(cases, list)
    return cases


CASES = _cases()


def as_usage(stated: dict[str, Any]) -> Params:
    return {key: Decimal(value) if isinstance(value, int) else value for key, value in stated.items()}


def as_compared(params: dict[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in params.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['type']}: {case['is']}")
def test_a_resource_uses_meters_by_its_properties(case: dict[str, Any]) -> None:
    found = meter_usages(case["type"], case.get("properties", {}), as_usage(case["usage"]))
    assert [{"meter": use.meter, "params": as_compared(dict(use.params))} for use in found] == case["gives"]


@pytest.mark.parametrize("resource_type", COMPONENTS)
def test_every_component_prices_something(resource_type: str) -> None:
    cases = [case for case in CASES if case["type"] == resource_type and case["gives"]]
    assert cases
    for case in cases:
        usages = meter_usages(resource_type, case.get("properties", {}), as_usage(case["usage"]))
        everything, missing = price_usage(usages, book=MadeUpBook(otherwise="1"), region=REGION, as_of=DAY)
        assert missing == []
        assert sum((line.usd for line in everything), Decimal(0)) > 0
        lines, unpriced = price_usage(usages, book=SHIPPED_BOOK, region=REGION, as_of=DAY)
        assert {item.quantity.meter for item in unpriced} == {use.meter for use in usages} & WITHOUT_A_PRICE
        assert unpriced or sum((line.usd for line in lines), Decimal(0)) > 0


@pytest.mark.parametrize("resource_type", COMPONENTS)
def test_nothing_used_is_nothing_charged(resource_type: str) -> None:
    for case in CASES:
        if case["type"] == resource_type:
            usage: Params = {
                key: value if isinstance(value, str) else Decimal(0) for key, value in as_usage(case["usage"]).items()
            }
            usages = meter_usages(resource_type, case.get("properties", {}), usage)
            assert [quantity for use in usages for quantity in quantities(use)] == []


def test_what_is_free_is_not_priced_and_says_why() -> None:
    assert COMPONENTS.keys().isdisjoint(FREE)
    assert all(reason.strip() for reason in FREE.values())
    assert list(FREE) == sorted(FREE)


def test_types_are_cloudformations() -> None:
    for resource_type in {*COMPONENTS, *FREE} - {"meter"}:
        assert resource_type.startswith("AWS::")
        assert resource_type.count("::") == 2


def test_a_type_is_registered_once() -> None:
    component = COMPONENTS["AWS::KMS::Key"]
    assert _register(("AWS::KMS::Key", component)) == {"AWS::KMS::Key": component}
    with pytest.raises(ValueError, match="component for AWS::KMS::Key is registered twice"):
        _register(("AWS::KMS::Key", component), ("AWS::KMS::Key", COMPONENTS["AWS::S3::Bucket"]))


def test_an_unknown_type_is_the_callers_bug() -> None:
    with pytest.raises(KeyError, match="AWS::Made::Up"):
        meter_usages("AWS::Made::Up", {}, {})


def test_a_variant_list_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="ProductionVariants is a list in CloudFormation, not 'one'"):
        meter_usages("AWS::SageMaker::EndpointConfig", {"ProductionVariants": "one"}, {"hours": Decimal(1)})


def test_texts_are_counted_in_decimals() -> None:
    usage: Params = {
        "prompt_texts": "many",
        "characters_per_prompt": Decimal(1),
        "answer_texts": Decimal(1),
        "characters_per_answer": Decimal(1),
    }
    with pytest.raises(TypeError, match="'many' is no quantity"):
        meter_usages("AWS::Bedrock::Guardrail", {"ContentPolicyConfig": True}, usage)
