"""What the template says of costs: each resource its own, the template what none owns, and nothing without a cost."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest

from planner.bundled import cdk_context
from planner.components import COMPONENTS, FREE
from planner.errors import InputError
from planner.plan_document import PlanDocument
from stacks.annotation import annotate
from stacks.app import add_stack
from tests.stacks.workloads import NAMES, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
KEY = "fmplan::cost"
all_kinds = pytest.mark.parametrize("name", NAMES)


@all_kinds
def test_every_resource_is_priced_or_free(templates: dict[str, Json], name: str) -> None:
    for logical_id, resource in templates[name]["Resources"].items():
        priced = KEY in resource.get("Metadata", {})
        assert priced != (resource["Type"] in FREE), f"{logical_id} ({resource['Type']})"
        assert not priced or resource["Type"] in COMPONENTS


@all_kinds
def test_each_line_of_the_bill_stands_with_its_resource(templates: dict[str, Json], name: str) -> None:
    plan, template = plan_of(name), templates[name]
    for resource in template["Resources"].values():
        cost = resource.get("Metadata", {}).get(KEY)
        if cost is not None:
            path = resource["Metadata"]["aws:cdk:path"]
            assert cost["schema"] == 1
            assert cost["lines"] == [without_nulls(line) for line in plan.bill if line["resource"] == path]
    unowned = template["Metadata"][KEY]
    assert unowned["lines"] == [without_nulls(line) for line in plan.bill if line["resource"] is None]
    assert (unowned["schema"], unowned["region"]) == (1, "us-east-1")
    assert unowned["prices_as_of"] == plan.document["prices_as_of"]


@all_kinds
@pytest.mark.parametrize("amount", ["monthly_usd", "one_time_usd", "idle_monthly_usd"])
def test_amounts_add_up_to_the_plans(templates: dict[str, Json], name: str, amount: str) -> None:
    template = templates[name]
    owned = (each["Metadata"].get(KEY) for each in template["Resources"].values() if "Metadata" in each)
    costs = [template["Metadata"][KEY], *(cost for cost in owned if cost)]
    assert sum(Decimal(cost[amount]) for cost in costs) == Decimal(plan_of(name).cost[amount])


def without_nulls(value: object) -> object:
    """CDK writes no nulls."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value


@pytest.fixture
def stack_of() -> Callable[[PlanDocument], cdk.Stack]:
    app = cdk.App(analytics_reporting=False, context=cdk_context())
    return lambda plan: add_stack(app, plan)


def changed(name: str, change: Callable[[Json], None]) -> PlanDocument:
    document = copy.deepcopy(plan_of(name).document)
    change(document)
    return PlanDocument(document)


def part_at(document: Json, path: str) -> Json:
    return next(part for part in document["parts"] if part["resource"] == path)


def test_a_priced_part_without_a_resource_is_refused(stack_of: Callable[[PlanDocument], cdk.Stack]) -> None:
    plan = changed("prompting", lambda document: part_at(document, "Key/Resource").update(resource="Elsewhere"))

    with pytest.raises(InputError, match=r"prices AWS::KMS::Key at Elsewhere, where the stack has no resource"):
        stack_of(plan)


def test_a_part_of_another_type_is_refused(stack_of: Callable[[PlanDocument], cdk.Stack]) -> None:
    plan = changed("prompting", lambda document: part_at(document, "Key/Resource").update(type="AWS::Kendra::Index"))

    with pytest.raises(InputError, match=r"where the stack has an AWS::KMS::Key"):
        stack_of(plan)


def test_a_resource_that_the_plan_does_not_price_is_refused(stack_of: Callable[[PlanDocument], cdk.Stack]) -> None:
    def forget_the_key(document: Json) -> None:
        document["parts"].remove(part_at(document, "Key/Resource"))

    with pytest.raises(
        InputError, match=r"AWS::KMS::Key at Key/Resource is neither priced by the plan nor known to be"
    ):
        stack_of(changed("prompting", forget_the_key))


def test_a_resource_of_an_unknown_type_is_refused() -> None:
    app = cdk.App(analytics_reporting=False, context=cdk_context())
    stack = add_stack(app, plan_of("prompting"))
    cdk.CfnResource(stack, "Stranger", type="AWS::EC2::NatGateway")

    with pytest.raises(InputError, match=r"AWS::EC2::NatGateway at Stranger is neither priced"):
        annotate(stack, plan_of("prompting"))


def test_a_resource_that_is_named_as_unpriced_passes() -> None:
    item = {"resource_type": "AWS::EC2::NatGateway", "resource": None}
    plan = changed("prompting", lambda document: document["unpriced"].append(item))
    app = cdk.App(analytics_reporting=False, context=cdk_context())
    stack = add_stack(app, plan)
    cdk.CfnResource(stack, "Stranger", type="AWS::EC2::NatGateway")

    annotate(stack, plan)
