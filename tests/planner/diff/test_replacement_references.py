"""Which replacements follow from others: references, written in each way, in the stack that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.diff.replacement_references import replaced_by_reference
from tests.planner.diff.sides import resource

if TYPE_CHECKING:
    from planner.diff.side import SideResource

BASE = "AWS::Bedrock::KnowledgeBase"
SOURCE = "AWS::Bedrock::DataSource"  # KnowledgeBaseId is create-only, Name is not
SUBNET = "AWS::EC2::Subnet"  # VpcId is create-only


def at(path: str, kind: str, **properties: Any) -> SideResource:  # noqa: ANN401
    return resource(
        path=path, type=kind, logical_id=path.rpartition("/")[2], definition={"Type": kind, "Properties": properties}
    )


def found(*resources: SideResource, replaced: str = "Base") -> dict[str, list[tuple[object, ...]]]:
    pairs = [(each, each) for each in resources]
    return {
        path: [tuple(each) for each in changes] for path, changes in replaced_by_reference(pairs, [replaced]).items()
    }


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ({"Ref": "Base"}, "Base"),
        ({"Fn::GetAtt": ["Base", "KnowledgeBaseId"]}, "Base.KnowledgeBaseId"),
        ({"Fn::GetAtt": "Base.KnowledgeBaseId"}, "Base.KnowledgeBaseId"),
        ({"Fn::GetAtt": ["Base", "A.B"]}, "Base.A.B"),
        ({"Fn::Sub": "${Base}"}, "Base"),
        ({"Fn::Sub": "x-${Base.KnowledgeBaseId}-${AWS::Region}"}, "Base.KnowledgeBaseId"),
        ({"Fn::Sub": ["${it}", {"it": {"Ref": "Base"}}]}, "Base"),
        ({"Fn::Select": [0, {"Fn::Split": ["|", {"Ref": "Base"}]}]}, "Base"),
        ({"Fn::Join": ["", ["a", {"Fn::If": ["C", {"Ref": "Base"}, "b"]}]]}, "Base"),
    ],
)
def test_a_create_only_property_that_names_a_replaced_resource(reference: object, name: str) -> None:
    source = at("Source", SOURCE, KnowledgeBaseId=reference)
    change = ("KnowledgeBaseId", name, f"{name} (replaced)", "yes")
    assert found(at("Base", BASE), source) == {"Source": [change]}


@pytest.mark.parametrize(
    "properties",
    [
        {"Name": {"Ref": "Base"}},  # can be updated
        {"KnowledgeBaseId": {"Ref": "Other"}},
        {"KnowledgeBaseId": "Base"},  # a text
        {"KnowledgeBaseId": {"Fn::Sub": "${!Base}"}},  # a literal ${Base}
        {"KnowledgeBaseId": {"Fn::Sub": ["${Base}", {"Base": "x"}]}},  # its own name
        {"KnowledgeBaseId": {"Fn::GetAtt": []}},
        {"KnowledgeBaseId": {"Fn::Sub": []}},
        {"KnowledgeBaseId": {"Ref": ["Base"]}},
        {},
    ],
)
def test_what_names_no_replaced_resource_in_a_create_only_property(properties: dict[str, Any]) -> None:
    assert found(at("Base", BASE), at("Source", SOURCE, **properties)) == {}


def test_one_replacement_leads_to_the_next() -> None:
    vpc = at("Vpc", "AWS::EC2::VPC")
    subnet = at("Subnet", SUBNET, VpcId={"Ref": "Vpc"})
    instance = at("Instance", "AWS::EC2::Instance", SubnetId={"Ref": "Subnet"})
    address = at("Address", "AWS::EC2::EIPAssociation", InstanceId={"Ref": "Instance"})
    assert list(found(vpc, subnet, instance, address, replaced="Vpc")) == ["Address", "Instance", "Subnet"]


def test_may_be_replaced() -> None:
    # Engine is create-only under a condition, and what names the instance follows only what is certain.
    database = at("Database", "AWS::RDS::DBInstance", Engine={"Ref": "Base"})
    subnet = at("Subnet", SUBNET, VpcId={"Ref": "Database"})
    assert found(at("Base", BASE), database, subnet) == {"Database": [("Engine", "Base", "Base (replaced)", "maybe")]}


def test_a_circle_ends() -> None:
    one, two = at("One", SUBNET, VpcId={"Ref": "Two"}), at("Two", SUBNET, VpcId={"Ref": "One"})
    base = at("Base", BASE)
    start = at("Start", SUBNET, VpcId={"Ref": "Base"}, CidrBlock={"Ref": "One"})
    one_too = at("One", SUBNET, VpcId={"Ref": "Two"}, CidrBlock={"Ref": "Start"})
    assert found(base, start, one_too, two).keys() == {"Start", "One", "Two"}
    assert found(base, one, two) == {}


def test_what_is_replaced_anyway_is_not_repeated() -> None:
    source = at("Source", SOURCE, KnowledgeBaseId={"Ref": "Base"})
    base = at("Base", BASE)
    assert replaced_by_reference([(base, base), (source, source)], ["Base", "Source"]) == {}


def test_a_reference_that_changed_is_left_to_the_comparison_of_properties() -> None:
    base, old = at("Base", BASE), at("Source", SOURCE, KnowledgeBaseId="fixed")
    new = at("Source", SOURCE, KnowledgeBaseId={"Ref": "Base"})
    assert replaced_by_reference([(base, base), (old, new)], ["Base"]) == {}
    assert replaced_by_reference([(base, base), (new, old)], ["Base"]) == {}


def test_a_logical_id_is_one_of_its_own_stack() -> None:
    reference = {"KnowledgeBaseId": {"Ref": "Base"}}
    ours, theirs = at("Ours/Base", BASE), at("Theirs/Base", BASE)
    nested = at("Ours/Nested/Base", BASE)
    sources = [at(f"{place}/Source", SOURCE, **reference) for place in ("Ours", "Theirs", "Ours/Nested")]
    everything = [ours, theirs, nested, *sources]
    assert list(found(*everything, replaced="Ours/Base")) == ["Ours/Source"]
    assert list(found(*everything, replaced="Theirs/Base")) == ["Theirs/Source"]
    assert list(found(*everything, replaced="Ours/Nested/Base")) == ["Ours/Nested/Source"]
    # A parameter of a nested template may have the name of a resource elsewhere.
    assert found(theirs, sources[0], replaced="Theirs/Base") == {}
    assert found(nested, at("Source", SOURCE, **reference), replaced="Ours/Nested/Base") == {}


_names = st.sampled_from(["A", "B", "C", "D", "E"])


@given(st.dictionaries(_names, _names, min_size=1), _names)
def test_what_follows_is_what_can_be_reached(refers: dict[str, str], start: str) -> None:
    everything = [at(name, SUBNET, VpcId={"Ref": refers.get(name, "Nothing")}) for name in "ABCDE"]
    reached: set[str] = set()
    while more := {name for name, to in refers.items() if to in reached | {start} and name != to} - reached - {start}:
        reached |= more
    assert found(*everything, replaced=start).keys() == reached
