"""What all stacks have in common."""

from __future__ import annotations

import json
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.stacks.workloads import NAMES, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from aws_cdk.assertions import Template

Json = dict[str, Any]
all_kinds = pytest.mark.parametrize("name", NAMES)

# Resources that CloudFormation has no tags for, or that are parts of a tagged one.
_UNTAGGED = {
    "AWS::Bedrock::DataSource",
    "AWS::Bedrock::GuardrailVersion",
    "AWS::OpenSearchServerless::AccessPolicy",
    "AWS::OpenSearchServerless::Index",
    "AWS::OpenSearchServerless::SecurityPolicy",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::Subscription",
    "AWS::SNS::TopicPolicy",
    "AWS::Scheduler::Schedule",
}


def resources(template: Json, kind: str) -> Iterator[tuple[str, Json]]:
    return ((name, each["Properties"]) for name, each in template["Resources"].items() if each["Type"] == kind)


@all_kinds
def test_the_key_rotates_and_stays(template_of: Callable[[str], Template], name: str) -> None:
    template = template_of(name)
    template.resource_count_is("AWS::KMS::Key", 1)
    template.has_resource("AWS::KMS::Key", {"Properties": {"EnableKeyRotation": True}, "DeletionPolicy": "Retain"})


@all_kinds
def test_buckets_are_encrypted_private_and_refuse_plain_http(templates: dict[str, Json], name: str) -> None:
    template = templates[name]
    refusing = {
        policy["Bucket"]["Ref"]
        for _, policy in resources(template, "AWS::S3::BucketPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny" and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }
    for bucket, properties in resources(template, "AWS::S3::Bucket"):
        assert all(properties["PublicAccessBlockConfiguration"].values())
        assert bucket in refusing
        (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        kind = rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"]
        if bucket.startswith("AccessLogs"):
            assert kind == "AES256"
        else:
            assert (kind, rule["BucketKeyEnabled"]) == ("aws:kms", True)
            assert properties["LoggingConfiguration"]["DestinationBucketName"]["Ref"].startswith("AccessLogs")


@all_kinds
def test_log_groups_end_and_are_encrypted(templates: dict[str, Json], name: str) -> None:
    for _, properties in resources(templates[name], "AWS::Logs::LogGroup"):
        assert properties["RetentionInDays"] == 90
        assert properties["KmsKeyId"]


@all_kinds
def test_everything_that_can_be_is_tagged_with_the_workload(templates: dict[str, Json], name: str) -> None:
    workload = plan_of(name).name
    for logical_id, resource in templates[name]["Resources"].items():
        if resource["Type"] in _UNTAGGED:
            continue
        properties = resource["Properties"]
        tags = properties.get("Tags") or properties.get("ResourceTags")
        if isinstance(tags, list):
            tags = {tag["Key"]: tag["Value"] for tag in tags}
        assert tags is not None, f"{logical_id} ({resource['Type']})"
        assert tags["fmplan:workload"] == workload


@all_kinds
def test_the_budget_is_the_estimate_rounded_up(template_of: Callable[[str], Template], name: str) -> None:
    plan = plan_of(name)
    limit = Decimal(plan.cost["monthly_usd"]).to_integral_value(ROUND_CEILING)
    template_of(name).has_resource_properties(
        "AWS::Budgets::Budget",
        {
            "Budget": {
                "BudgetType": "COST",
                "TimeUnit": "MONTHLY",
                "BudgetLimit": {"Amount": int(limit), "Unit": "USD"},
                "CostFilters": {"TagKeyValue": [f"user:fmplan:workload${plan.name}"]},
            }
        },
    )


def test_the_budget_tells_at_80_and_100_percent_and_on_forecast(templates: dict[str, Json]) -> None:
    ((_, budget),) = resources(templates["prompting"], "AWS::Budgets::Budget")
    told = [
        (each["Notification"]["NotificationType"], each["Notification"]["Threshold"])
        for each in budget["NotificationsWithSubscribers"]
    ]
    assert told == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]


def test_alarms_reach_the_topic_and_each_address(template_of: Callable[[str], Template]) -> None:
    template = template_of("prompting")
    template.resource_count_is("AWS::SNS::Subscription", 2)
    template.has_resource_properties("AWS::SNS::Subscription", {"Protocol": "email", "Endpoint": "a@example.com"})
    template_of("batch").resource_count_is("AWS::SNS::Subscription", 0)


def test_the_topic_lets_budgets_publish_and_nobody_in_the_clear(templates: dict[str, Json]) -> None:
    ((_, policy),) = resources(templates["prompting"], "AWS::SNS::TopicPolicy")
    denied, allowed = sorted(policy["PolicyDocument"]["Statement"], key=lambda each: each["Effect"] == "Allow")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert allowed["Principal"] == {"Service": "budgets.amazonaws.com"}
    assert allowed["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


@all_kinds
def test_outputs_state_the_estimate_and_how_to_activate_the_tag(templates: dict[str, Json], name: str) -> None:
    outputs, cost = templates[name]["Outputs"], plan_of(name).cost
    assert outputs["EstimatedMonthlyCost"]["Value"] == cost["monthly_usd"]
    assert outputs["EstimatedOneTimeCost"]["Value"] == cost["one_time_usd"]
    assert outputs["EstimatedIdleMonthlyCost"]["Value"] == cost["idle_monthly_usd"]
    assert plan_of(name).document["prices_as_of"] in outputs["EstimatedMonthlyCost"]["Description"]
    assert "update-cost-allocation-tags-status" in outputs["CostAllocationTag"]["Description"]


@all_kinds
def test_roles_are_for_one_service_of_this_account_and_name_no_action_with_a_star(
    templates: dict[str, Json], name: str
) -> None:
    for logical_id, role in resources(templates[name], "AWS::IAM::Role"):
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}, logical_id
        for policy in role["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert not [action for action in statement["Action"] if "*" in action], logical_id


@all_kinds
def test_passed_roles_are_passed_to_one_service(templates: dict[str, Json], name: str) -> None:
    for _, role in resources(templates[name], "AWS::IAM::Role"):
        for statement in role["Policies"][0]["PolicyDocument"]["Statement"]:
            if "iam:PassRole" in statement["Action"]:
                assert statement["Condition"]["StringEquals"]["iam:PassedToService"].endswith(".amazonaws.com")


@all_kinds
def test_state_machines_get_all_their_placeholders_and_no_others(templates: dict[str, Json], name: str) -> None:
    for logical_id, machine in resources(templates[name], "AWS::StepFunctions::StateMachine"):
        definition = machine["DefinitionString"]
        used = {part.split("}")[0] for part in definition.split("${")[1:]}
        assert used == set(machine["DefinitionSubstitutions"]), logical_id
        assert machine["LoggingConfiguration"]["Level"] == "ALL"
        assert machine["TracingConfiguration"] == {"Enabled": True}
        assert json.loads(definition)["StartAt"]


def test_two_syntheses_are_equal_to_the_byte(assembly: Path, second_assembly: Path) -> None:
    first, second = (
        {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        for folder in (assembly, second_assembly)
    )
    assert first == second


def test_a_description_is_the_workloads_own_words(templates: dict[str, Json]) -> None:
    assert templates["prompting"]["Description"] == "Sorts tickets."
    assert templates["batch"]["Description"] == "batch: prompt_engineering"


@all_kinds
def test_no_metadata_resource_and_no_bootstrap_rule(templates: dict[str, Json], name: str) -> None:
    assert "CDKMetadata" not in templates[name]["Resources"]
    assert "Rules" not in templates[name]
    assert "BootstrapVersion" not in templates[name].get("Parameters", {})
