"""The diff's document: what is said of each resource, of both sides and of what they lack."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.diff.document import diff_document
from planner.diff.side import METER, missing_side
from tests.planner.diff.sides import line, resource, side

if TYPE_CHECKING:
    from planner.diff.side import Side, SideResource


def diff(before: Side, after: Side) -> dict[str, Any]:
    return diff_document(before, after, double_running_hours=Decimal(24))


def only(document: dict[str, Any]) -> dict[str, Any]:
    (found,) = document["resources"]
    assert isinstance(found, dict)
    return found


def test_a_resource_that_was_added() -> None:
    # 10 GB × $2 = $20, half of it idle
    found = only(diff(side(), side(resource(line("10", "2", idle_usd=Decimal(10))))))
    assert found["action"] == "added"
    assert found["monthly_usd"] == {"before": None, "after": "20", "delta": "20"}
    assert found["idle_monthly_usd"] == {"before": None, "after": "10", "delta": "10"}
    assert found["status"] == {"before": None, "after": "estimated"}
    assert found["lines"][0]["before"] is None
    assert found["lines"][0]["after"] == {"quantity": "10", "unit_price_usd": "2", "usd": "20"}


def test_percents() -> None:
    # 20 → 25 is a quarter more; what was nothing before has no percent
    before = side(resource(line("10", "2")))
    after = side(resource(line("12.5", "2"), line("1", "5", charge="one_time")))
    document = diff(before, after)
    assert document["delta"] == {"monthly_usd": "5", "one_time_usd": "5", "idle_monthly_usd": "0"}
    assert document["delta_percent"] == {"monthly_usd": "25", "one_time_usd": None, "idle_monthly_usd": None}


def test_a_base_that_does_not_exist() -> None:
    document = diff(missing_side("main:new.yaml"), side(resource(line("10", "2"))))
    assert document["before"]["kind"] == "missing"
    assert document["before"]["cost"]["monthly_usd"] == "0"
    assert [each["action"] for each in document["resources"]] == ["added"]
    assert document["notes"] == ["main:new.yaml doesn't exist yet: everything is new."]


def test_a_replaced_resource_runs_twice_for_a_while() -> None:
    # idle $730 before and $1,460 after: a day of the dearer one is 1460 / 730 × 24 = $48
    before = resource(line("1", "730", idle_usd=Decimal(730)), properties={"BucketName": "a"})
    after = resource(line("1", "1460", idle_usd=Decimal(1460)), properties={"BucketName": "b"})
    document = diff(side(before), side(after))
    found = only(document)
    assert (found["replacement"], found["properties"]) == ("yes", ["BucketName"])
    assert found["changes"] == [{"property": "BucketName", "before": "a", "after": "b", "replacement": "yes"}]
    assert found["double_running"] == {"hours": "24", "usd": "48"}
    assert document["double_running_usd"] == "48"
    # what both cost side by side is in no delta
    assert document["delta"]["monthly_usd"] == "730"


def test_nothing_runs_twice_where_nothing_is_replaced_or_idle() -> None:
    tagged = resource(line(idle_usd=Decimal(2)), properties={"Tags": [{"Key": "a", "Value": "b"}]})
    assert only(diff(side(resource(line(idle_usd=Decimal(2)))), side(tagged)))["double_running"] is None
    renamed = [resource(line(), properties={"BucketName": name}) for name in "ab"]
    assert only(diff(side(renamed[0]), side(renamed[1])))["double_running"] is None


@pytest.mark.parametrize(
    ("before", "after", "property_"),
    [
        (resource(type="AWS::S3::Bucket"), resource(type="AWS::SQS::Queue"), "Type"),
        (resource(logical_id="Bucket1"), resource(logical_id="Bucket2"), "LogicalId"),
    ],
)
def test_another_type_or_logical_id_is_another_resource(
    before: SideResource, after: SideResource, property_: str
) -> None:
    found = only(diff(side(before), side(after)))
    assert (found["action"], found["replacement"], found["properties"]) == ("changed", "yes", [property_])


def test_bookkeeping_of_cdk_is_no_change() -> None:
    metadata = [resource(path="app/CDKMetadata", type="AWS::CDK::Metadata", properties={"Analytics": x}) for x in "ab"]
    assert diff(side(metadata[0]), side(metadata[1]))["resources"] == []


def test_beside_a_plan_free_resources_and_properties_are_left_out() -> None:
    plan = {
        "decision": {"approach": "rag", "would_change_if": [], "misses": []},
        "design": {"model": "m"},
        "workload": {},
        "assumptions": [],
    }
    bucket = resource(line("1", "2"), properties={"BucketName": "a"})
    planned = side(replace(bucket, properties={}), plan=plan, kind="plan")
    template = side(bucket, resource(path="app/Role", type="AWS::IAM::Role", status="free"))
    document = diff(planned, template)
    assert document["resources"] == []
    assert "free resources and properties of what is after are not compared" in document["notes"][0]
    assert document["decision"] is None
    back = diff(template, planned)
    assert back["resources"] == []
    assert "of what is before are not compared" in back["notes"][0]


def test_what_no_resource_owns_has_no_properties() -> None:
    meter = resource(line("1", "2"), path="app", type=METER)
    found = only(diff(side(meter), side(replace(meter, lines=(line("2", "2"),)))))
    assert (found["path"], found["type"], found["monthly_usd"]["delta"]) == ("app", "meter", "2")


def test_what_either_side_lacks_a_price_for() -> None:
    lacks = [
        {"resource": f"app/{name}", "component": "c", "variant": "", "dimension": "d", "reason": "none"}
        for name in "abc"
    ]
    odd = [{"path": f"app/{name}", "type": "AWS::Odd::One"} for name in "ab"]
    before = side(unpriced=(lacks[0], lacks[1]), unsupported=(odd[0],), complete=False)
    after = side(unpriced=(lacks[1], lacks[2]), unsupported=(odd[1],), complete=False)
    document = diff(before, after)
    assert [(each["side"], each["resource"]) for each in document["unpriced"]] == [
        ("both", "app/b"),
        ("after", "app/c"),
        ("before", "app/a"),
    ]
    assert [(each["side"], each["path"]) for each in document["unsupported"]] == [
        ("after", "app/b"),
        ("before", "app/a"),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"region": "eu-west-1"}, "The regions differ: us-east-1 before, eu-west-1 after"),
        ({"price_book": "sha256:2"}, "The two sides are priced with different price books"),
        ({"priced_on": "2026-12-01"}, None),  # no price moved: another day says nothing
    ],
)
def test_notes(changes: dict[str, Any], said: str | None) -> None:
    notes = diff(side(resource(line())), side(resource(line()), **changes))["notes"]
    assert [note[: len(said or "")] for note in notes] == ([said] if said else [])


def test_a_day_is_said_where_a_price_moved() -> None:
    before, after = side(resource(line("10", "2"))), side(resource(line("10", "3")), priced_on="2026-12-01")
    document = diff(before, after)
    assert document["notes"] == [
        "Before is priced on 2026-11-20, after on 2026-12-01; prices that moved are listed apart."
    ]
    (moved,) = document["price_changes"]
    # 10 × (3 − 2)
    assert (moved["before_usd"], moved["after_usd"], moved["delta_monthly_usd"]) == ("2", "3", "10")
    assert document["delta_from_prices"]["monthly_usd"] == "10"
    assert document["delta_from_architecture"]["monthly_usd"] == "0"


def test_a_price_that_moved_on_several_lines_is_listed_once() -> None:
    resources = [[resource(line("10", price), path=f"app/{name}") for name in ("A", "B")] for price in ("2", "3")]
    (moved,) = diff(side(*resources[0]), side(*resources[1]))["price_changes"]
    assert moved["delta_monthly_usd"] == "20"


def test_a_status_that_changed_is_a_change() -> None:
    found = only(diff(side(resource()), side(resource(status="unpriced", reason="no price in this region"))))
    assert found["status"] == {"before": "estimated", "after": "unpriced"}
    assert found["reason"] == "no price in this region"


def test_a_secret_that_changed_is_a_change_that_is_not_shown() -> None:
    sides = [
        side(
            resource(
                type="AWS::RDS::DBInstance",
                properties={"MasterUserPassword": "(secret)", "Engine": "postgres"},
                definition={"Properties": {"MasterUserPassword": password, "Engine": {"Ref": ref}}},
            )
        )
        for password, ref in (("hunter2", "Engine"), ("hunter3", "Engine2"))
    ]
    found = only(diff(sides[0], sides[1]))
    assert found["properties"] == ["MasterUserPassword"]
    assert (found["changes"][0]["before"], found["changes"][0]["after"]) == ("(secret)", "another (secret)")
    assert "hunter" not in str(found)


def test_what_happens_to_it_when_it_is_deleted_is_compared() -> None:
    sides = [side(resource(definition={"DeletionPolicy": policy})) for policy in ("Retain", "Delete")]
    found = only(diff(sides[0], sides[1]))
    assert found["changes"] == [
        {"property": "DeletionPolicy", "before": "Retain", "after": "Delete", "replacement": "no"}
    ]


def test_what_is_created_from_a_replaced_resource_is_replaced_too() -> None:
    def knowledge(store: str) -> Side:
        base = {"Properties": {"StorageConfiguration": {"Type": store}}}
        data = {"Properties": {"KnowledgeBaseId": {"Ref": "Base"}, "Name": "documents"}}
        return side(
            resource(
                path="app/Base",
                type="AWS::Bedrock::KnowledgeBase",
                logical_id="Base",
                properties=base["Properties"],
                definition=base,
            ),
            resource(
                path="app/Data",
                type="AWS::Bedrock::DataSource",
                logical_id="Data",
                properties=data["Properties"],
                definition=data,
            ),
        )

    found = diff(knowledge("S3_VECTORS"), knowledge("RDS"))["resources"]
    assert [(each["path"], each["properties"], each["replacement"]) for each in found] == [
        ("app/Base", ["StorageConfiguration.Type"], "yes"),
        ("app/Data", ["KnowledgeBaseId"], "yes"),
    ]
    assert found[1]["changes"][0]["after"] == "Base (replaced)"
