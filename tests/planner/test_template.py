"""I1: the bill of a plan is the bill of the template that was synthesized from it."""

from __future__ import annotations

import copy
import datetime
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.annotated import COST_KEY
from planner.cost import line_as_json
from planner.errors import InputError
from planner.money import plain
from planner.price_book import PriceBook
from planner.template import bill_of_template, read_template
from tests.stacks.conftest import assembly, templates  # noqa: F401  (fixtures)
from tests.stacks.workloads import AS_OF, NAMES, plan_of

if TYPE_CHECKING:
    from pathlib import Path

    from planner.template import TemplateBill

Json = dict[str, Any]


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook()


def bill_of(template: Json, book: PriceBook) -> TemplateBill:
    read = read_template(template)
    return bill_of_template(read, book=book, region=read.region, as_of=read.prices_as_of)


@pytest.mark.parametrize("name", NAMES)
def test_a_templates_bill_is_its_plans(templates: dict[str, Json], book: PriceBook, name: str) -> None:  # noqa: F811
    plan = plan_of(name)
    bill = bill_of(templates[name], book)
    lines = [line_as_json(line, stack=plan.name) for line in bill.lines]
    assert sorted(lines, key=_order) == sorted(plan.bill, key=_order)
    assert len(bill.unpriced) == len(plan.unpriced)
    assert plain(bill.amounts.monthly_usd) == plan.cost["monthly_usd"]
    assert plain(bill.amounts.one_time_usd) == plan.cost["one_time_usd"]
    assert plain(bill.amounts.idle_monthly_usd) == plan.cost["idle_monthly_usd"]


def _day(name: str) -> datetime.date:
    return datetime.date.fromisoformat(plan_of(name).document["prices_as_of"])


def _order(line: Json) -> str:
    return json.dumps(line, sort_keys=True)


def test_another_instance_in_the_template_is_another_bill(templates: dict[str, Json], book: PriceBook) -> None:  # noqa: F811
    template = copy.deepcopy(templates["sagemaker-lora"])
    (variant,) = template["Resources"]["EndpointConfig"]["Properties"]["ProductionVariants"]
    before = bill_of(template, book).amounts.monthly_usd
    count = variant["InitialInstanceCount"]
    (line,) = (line for line in bill_of(template, book).lines if line.resource == "EndpointConfig")

    variant["InitialInstanceCount"] = count + 1

    assert bill_of(template, book).amounts.monthly_usd == before + line.usd / Decimal(count)


def test_it_can_be_priced_at_another_region_and_day(templates: dict[str, Json], book: PriceBook) -> None:  # noqa: F811
    read = read_template(templates["prompting-in-region"])
    bill = bill_of_template(read, book=book, region="us-west-2", as_of=AS_OF)
    assert {line.source for line in bill.lines}
    assert all(line.effective <= AS_OF for line in bill.lines)


def test_a_template_is_read_from_its_file(assembly: Path) -> None:  # noqa: F811
    read = read_template(assembly / "prompting.template.json")
    assert (read.name, read.region, read.prices_as_of) == ("prompting", "us-east-1", _day("prompting"))


def test_without_path_metadata_the_logical_id_names_a_resource(templates: dict[str, Json]) -> None:  # noqa: F811
    template = copy.deepcopy(templates["prompting"])
    for resource in template["Resources"].values():
        resource.get("Metadata", {}).pop("aws:cdk:path", None)
    assert "Guardrail" in {each.part.path for each in read_template(template).parts}


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ({"Resources": {}}, "no template with fmplan::cost in its Metadata"),
        ({"Metadata": {COST_KEY: {"schema": 1}}}, "no template with fmplan::cost"),
        ({"Resources": {}, "Metadata": {COST_KEY: {"schema": 2}}}, "schema 2 is not understood; this version reads 1"),
        ({"Resources": {}, "Metadata": {COST_KEY: {"schema": 1}}}, "is damaged"),
        ({"Resources": {}, "Metadata": {COST_KEY: []}}, "is damaged"),
    ],
)
def test_what_is_no_annotated_template_is_refused(template: Json, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_template(template)


@pytest.mark.parametrize(("text", "message"), [("{", "not JSON"), ("[]", "no CloudFormation template")])
def test_a_file_that_is_no_template_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "template.json"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_template(path)
