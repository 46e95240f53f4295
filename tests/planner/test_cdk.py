"""The aspect and the plugin in CDK apps, synthesized in this process."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from planner.annotated import COST_KEY
from planner.cdk import CostAnnotations, CostGuard
from planner.errors import InputError
from planner.estimate import estimate_path, parse_usage_by_resource
from planner.price_book import PriceBook

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import constructs

Json = dict[str, Any]
DAY = date(2026, 11, 20)
ENV = cdk.Environment(account="123456789012", region="us-east-1")
PATHS = {"aws:cdk:enable-path-metadata": True}
USAGE = {
    "version": 1,
    "resource_type_default_usage": {
        "AWS::EC2::NatGateway": {"monthly_data_processed_gb": 100},
        "AWS::SecretsManager::Secret": {"monthly_api_calls": 10000},
    },
    "resource_usage": {
        "Shop/Data/*": {"storage_gb": 100, "monthly_put_requests": 1000, "monthly_get_requests": 1000},
        "Shop/Key/Resource": {"monthly_requests": 20000},
    },
}


def app_of(folder: Path, context: Mapping[str, object] = PATHS) -> cdk.App:
    return cdk.App(outdir=str(folder), context=dict(context), analytics_reporting=False)


def shop(scope: constructs.Construct, name: str = "Shop", env: cdk.Environment | None = ENV) -> cdk.Stack:
    stack = cdk.Stack(scope, name, env=env)
    s3.Bucket(stack, "Data")
    kms.Key(stack, "Key")
    ec2.CfnNatGateway(stack, "Nat", subnet_id="subnet-1")
    return stack


def template(folder: Path, name: str = "Shop") -> Json:
    data: Json = json.loads((folder / f"{name}.template.json").read_text(encoding="utf-8"))
    return data


def annotations_of(folder: Path, name: str = "Shop") -> dict[str, Json]:
    resources = template(folder, name)["Resources"]
    return {key: each["Metadata"][COST_KEY] for key, each in resources.items() if COST_KEY in each.get("Metadata", {})}


def held_against_estimate(folder: Path, usage: Json | None = USAGE, region: str | None = None) -> dict[str, Json]:
    """Return annotations by path, each of which says what `fmplan estimate` of the assembly says."""
    estimate = estimate_path(
        folder,
        book=PriceBook(),
        region=region,
        as_of=DAY,
        usage=parse_usage_by_resource(usage, source="usage") if usage else None,
    )
    found = {}
    for each in estimate.resources:
        entry: Json | None = dict(each.definition.get("Metadata", {})).get(COST_KEY)
        if entry is None:
            continue
        found[each.path] = entry
        assert entry["status"] == each.status, each.path
        assert entry.get("reason", "") == each.reason
        amounts = each.amounts
        stated = (amounts.monthly_usd, amounts.one_time_usd, amounts.idle_monthly_usd)
        if "monthly_usd" in entry:
            names = ("monthly_usd", "one_time_usd", "idle_monthly_usd")
            assert tuple(Decimal(entry[name]) for name in names) == stated
        else:
            assert each.status in {"unpriced", "unsupported"}  # no amount where none is known
            assert not any(stated)
        assert [line["usd"] for line in entry.get("lines", [])] == [format(line.usd, "f") for line in each.lines]
    return found


def test_each_resource_carries_what_an_estimate_of_its_template_says(tmp_path: Path) -> None:
    app = app_of(tmp_path)
    stack = shop(app)
    cdk.CfnResource(stack, "Strange", type="Custom::Strange")
    cdk.CfnResource(stack, "Odd", type="AWS::Odd::Thing")
    cdk.Aspects.of(app).add(CostAnnotations(usage=USAGE, as_of=DAY))
    app.synth()
    found = held_against_estimate(tmp_path)
    assert set(found) == {f"Shop/{each}" for each in ("Data/Resource", "Key/Resource", "Nat", "Strange", "Odd")}
    assert found["Shop/Nat"]["monthly_usd"] == "37.35"  # 730 h × 0.045 + 100 GB × 0.045 = 32.85 + 4.50
    assert found["Shop/Nat"]["idle_monthly_usd"] == "32.85"
    assert found["Shop/Odd"] == {
        "schema": 1,
        "status": "unsupported",
        "reason": "nothing is known here of what AWS::Odd::Thing costs",
    }
    assert COST_KEY not in template(tmp_path).get("Metadata", {})  # nobody takes it for a planned stack


def test_construct_paths_are_known_where_templates_do_not_tell_them(tmp_path: Path) -> None:
    both = {}
    for name, context in (("with", PATHS), ("without", {})):
        app = app_of(tmp_path / name, context)
        shop(app)
        cdk.Aspects.of(app).add(CostAnnotations(usage=USAGE, as_of=DAY))
        app.synth()
        both[name] = annotations_of(tmp_path / name)
    assert both["with"] == both["without"]
    bucket = next(each for name, each in both["without"].items() if name.startswith("Data"))
    assert bucket["status"] == "estimated"


def test_two_synths_write_the_same_bytes_and_no_day(tmp_path: Path) -> None:
    texts = []
    for number, day in enumerate((DAY, date(2026, 11, 21))):
        app = app_of(tmp_path / str(number))
        shop(app)
        cdk.Aspects.of(app).add(CostAnnotations(usage=USAGE, as_of=day))
        app.synth()
        texts.append((tmp_path / str(number) / "Shop.template.json").read_bytes())
    assert texts[0] == texts[1]


class Inner(cdk.NestedStack):
    def __init__(self, scope: constructs.Construct, name: str, depth: int = 0) -> None:
        super().__init__(scope, name)
        ec2.CfnNatGateway(self, "Nat", subnet_id="subnet-1")
        s3.Bucket(self, "Data")
        if depth:
            Inner(self, "Deeper", depth - 1)


def test_annotations_do_not_rename_what_is_named_by_a_hash(tmp_path: Path) -> None:
    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_lambda as lambda_

    found = {}
    for name in ("plain", "annotated"):
        app = app_of(tmp_path / name)
        stack = shop(app)
        code = lambda_.Code.from_inline("pass")
        function = lambda_.Function(stack, "F", runtime=lambda_.Runtime.PYTHON_3_13, handler="index.f", code=code)
        lambda_.Alias(stack, "Live", alias_name="live", version=function.current_version)
        apigateway.LambdaRestApi(stack, "Api", handler=function)
        Inner(stack, "Inner")
        if name == "annotated":
            cdk.Aspects.of(app).add(CostAnnotations(as_of=DAY))
        app.synth()
        found[name] = template(tmp_path / name)["Resources"]
    assert any(each["Type"] == "AWS::Lambda::Version" for each in found["plain"].values())
    for resource in found["annotated"].values():
        del resource["Metadata"][COST_KEY]
    # The nested template's address too: a cost that changes in it deploys nothing again.
    assert found["annotated"] == found["plain"]


@jsii.implements(cdk.IAspect)
class OtherZone:
    """Makes a gateway private, and adds a secret where there is none."""

    def visit(self, node: constructs.IConstruct) -> None:
        if isinstance(node, ec2.CfnNatGateway):
            node.add_property_override("ConnectivityType", "private")
        if isinstance(node, cdk.Stack) and node.node.try_find_child("Added") is None:
            secretsmanager.CfnSecret(node, "Added")


@pytest.mark.parametrize("ours_first", [True, False])
def test_what_other_aspects_change_is_priced_as_it_ends_up(tmp_path: Path, ours_first: bool) -> None:
    app = app_of(tmp_path)
    shop(app)
    aspects: list[Any] = [CostAnnotations(usage=USAGE, as_of=DAY), OtherZone()]
    for aspect in aspects if ours_first else reversed(aspects):
        cdk.Aspects.of(app).add(aspect)
    app.synth()
    found = held_against_estimate(tmp_path)
    assert template(tmp_path)["Resources"]["Nat"]["Properties"]["ConnectivityType"] == "private"
    assert "Shop/Added" in found


@pytest.mark.parametrize("context", [PATHS, {}, {**PATHS, "aws:cdk:enable-asset-metadata": True}])
def test_nested_stacks_are_annotated_too(tmp_path: Path, context: Mapping[str, object]) -> None:
    app = app_of(tmp_path, context)
    Inner(shop(app), "Inner", depth=1)
    usage = {
        "version": 1,
        "resource_usage": {
            "Shop/Inner/Nat": {"monthly_data_processed_gb": 200},
            "Shop/Inner/Deeper/Nat": {"monthly_data_processed_gb": 300},
        },
    }
    cdk.Aspects.of(app).add(CostAnnotations(usage=usage, as_of=DAY))
    cdk.Validations.of(app).add_plugins(CostGuard(budget_monthly_usd=200, usage=usage, as_of=DAY))
    app.synth()
    nested = [json.loads(each.read_text(encoding="utf-8")) for each in tmp_path.glob("*.nested.template.json")]
    # 730 h × 0.045 + 200 GB × 0.045 = 41.85; with 300 GB 46.35
    amounts = [each["Resources"]["Nat"]["Metadata"][COST_KEY]["monthly_usd"] for each in nested]
    assert sorted(amounts) == ["41.85", "46.35"]
    assert not [each for each in reported(tmp_path)["violations"] if each["ruleName"] == "fmplan::unused_usage"]


def test_an_aspect_on_part_of_a_stack_annotates_that_part(tmp_path: Path) -> None:
    app = app_of(tmp_path)
    stack = shop(app)
    cdk.Aspects.of(stack.node.find_child("Key")).add(CostAnnotations(usage=USAGE, as_of=DAY))
    app.synth()
    assert list(held_against_estimate(tmp_path)) == ["Shop/Key/Resource"]


def test_stages_are_annotated_where_the_aspect_is_on_them_and_guarded_from_the_app(tmp_path: Path) -> None:
    app = app_of(tmp_path)
    for name in ("Test", "Live"):
        stage = cdk.Stage(app, name, env=ENV)
        shop(stage)
        cdk.Aspects.of(stage).add(CostAnnotations(as_of=DAY))
    cdk.Validations.of(app).add_plugins(CostGuard(budget_monthly_usd=50, as_of=DAY))
    with pytest.raises(RuntimeError):
        app.synth()
    found = held_against_estimate(tmp_path, None)
    assert {path.split("/")[0] for path in found} == {"Test", "Live"}
    (violation,) = violations(tmp_path, "monthly_limit")
    # Each stage: 32.85 for the gateway and 1.00 for the key; without one of the gateways it is within 50.
    assert "at least $67.70" in violation["description"]
    assert len(violation["violatingConstructs"]) == 1


def test_a_planned_stack_keeps_its_own_annotation(tmp_path: Path) -> None:
    from stacks.app import add_stack
    from tests.stacks.workloads import NAMES, plan_of

    plan = plan_of(NAMES[0])
    before, after = app_of(tmp_path / "before"), app_of(tmp_path / "after")
    add_stack(before, plan)
    add_stack(after, plan)
    cdk.Aspects.of(after).add(CostAnnotations(as_of=DAY))
    before.synth()
    after.synth()
    name = f"{plan.name}.template.json"
    assert (tmp_path / "before" / name).read_bytes() == (tmp_path / "after" / name).read_bytes()


def test_a_stack_without_region_needs_one_stated(tmp_path: Path) -> None:
    app = app_of(tmp_path / "unknown")
    shop(app, env=None)
    cdk.Aspects.of(app).add(CostAnnotations(as_of=DAY))
    with pytest.raises(RuntimeError, match=r"Shop: its region is not known .* CostAnnotations\(region='us-east-1'\)"):
        app.synth()
    app = app_of(tmp_path / "stated")
    shop(app, env=None)
    cdk.Aspects.of(app).add(CostAnnotations(region="us-east-1", usage=USAGE, as_of=DAY))
    app.synth()
    assert held_against_estimate(tmp_path / "stated", region="us-east-1")["Shop/Nat"]["monthly_usd"] == "37.35"


def reported(folder: Path) -> Json:
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    (found,) = [each for each in report["pluginReports"] if each["pluginName"] == "fmplan"]
    return dict(found)


def violations(folder: Path, rule: str) -> list[Json]:
    return [each for each in reported(folder)["violations"] if each["ruleName"] == f"fmplan::{rule}"]


def guarded(folder: Path, context: Mapping[str, object] = PATHS, **settings: Any) -> cdk.App:  # noqa: ANN401  (as CostGuard takes them)
    app = app_of(folder, context)
    shop(app)
    cdk.Validations.of(app).add_plugins(CostGuard(**{"usage": USAGE, "as_of": DAY, **settings}))
    return app


def test_under_budget_passes(tmp_path: Path) -> None:
    guarded(tmp_path, budget_monthly_usd=100).synth()
    report = tmp_path / "validation-report.json"
    assert not report.exists() or not json.loads(report.read_text(encoding="utf-8"))["pluginReports"]


@pytest.mark.parametrize("context", [PATHS, {}])
def test_over_budget_fails_with_the_dearest_named(tmp_path: Path, context: Mapping[str, object]) -> None:
    with pytest.raises(RuntimeError, match="fmplan::monthly_limit"):
        guarded(tmp_path, context, budget_monthly_usd=10).synth()
    assert reported(tmp_path)["conclusion"] == "failure"
    (violation,) = violations(tmp_path, "monthly_limit")
    assert violation["severity"] == "error"
    # 37.35 for the gateway, 1.06 for the key, 2.31 for 100 GB and requests: without the gateway 3.37 is left.
    assert "Dearest: Shop/Nat $37.35." in violation["description"]
    assert violation["ruleMetadata"]["limit_usd"] == "10"
    (construct,) = violation["violatingConstructs"]
    assert construct["constructPath"] == "Shop/Nat"
    assert construct["cloudFormationResource"] == {"logicalId": "Nat", "templatePath": "Shop.template.json"}


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"budget_idle_monthly_usd": "33.5"}, "idle_limit"),
        ({"stack_budget_monthly_usd": 10}, "stack_monthly_limit"),
        ({"stack_budget_monthly_usd": {"Shop": 10}}, "stack_monthly_limit"),
        ({"resource_budget_monthly_usd": 37.3}, "resource_monthly_limit"),
    ],
)
def test_other_budgets(tmp_path: Path, settings: Json, rule: str) -> None:
    with pytest.raises(RuntimeError, match=f"fmplan::{rule}"):
        guarded(tmp_path, **settings).synth()
    (violation,) = violations(tmp_path, rule)
    assert [each["constructPath"] for each in violation["violatingConstructs"]] == ["Shop/Nat"]


@pytest.mark.parametrize("where", ["", "Shop", "Shop/Nat"])
def test_an_acknowledged_finding_passes_with_its_reason(tmp_path: Path, where: str) -> None:
    app = guarded(tmp_path, budget_monthly_usd=10)
    construct: constructs.IConstruct = app
    for name in filter(None, where.split("/")):
        construct = construct.node.find_child(name)
    cdk.Validations.of(construct).acknowledge(
        cdk.Acknowledgment(id="fmplan::monthly_limit", reason="Agreed for the launch, until spring")
    )
    app.synth()
    report = reported(tmp_path)
    assert report["conclusion"] == "success"
    (suppressed,) = [each for each in report["suppressedViolations"] if each["ruleName"] == "fmplan::monthly_limit"]
    assert suppressed["reason"] == "Agreed for the launch, until spring"
    assert suppressed["violatingConstructs"][0]["constructPath"] == "Shop/Nat"
    assert not violations(tmp_path, "monthly_limit")


def test_what_is_acknowledged_elsewhere_does_not_pass(tmp_path: Path) -> None:
    app = guarded(tmp_path, budget_monthly_usd=2)
    # Over 2: the gateway and the bucket have to go; only the gateway is accepted.
    gateway = app.node.find_child("Shop").node.find_child("Nat")
    cdk.Validations.of(gateway).acknowledge(cdk.Acknowledgment(id="fmplan::monthly_limit", reason="Agreed"))
    cdk.Validations.of(app).acknowledge(cdk.Acknowledgment(id="fmplan::idle_limit", reason="Another rule"))
    with pytest.raises(RuntimeError, match="Shop/Data/Resource"):
        app.synth()
    (violation,) = violations(tmp_path, "monthly_limit")
    assert [each["constructPath"] for each in violation["violatingConstructs"]] == ["Shop/Data/Resource"]


def test_a_stack_without_region_cannot_be_guarded_unless_one_is_stated(tmp_path: Path) -> None:
    for region in (None, "us-east-1"):
        folder = tmp_path / str(region)
        app = app_of(folder)
        shop(app, env=None)
        cdk.Validations.of(app).add_plugins(CostGuard(budget_monthly_usd=100, usage=USAGE, region=region, as_of=DAY))
        if region:
            app.synth()
            continue
        with pytest.raises(RuntimeError, match="its region is not known"):
            app.synth()
        (found,) = violations(folder, "input")
        assert "state CostGuard(region='us-east-1')" in found["description"]


def test_what_has_no_price_warns_and_fails_when_strict(tmp_path: Path) -> None:
    guarded(tmp_path / "lenient", usage=None, budget_monthly_usd=100).synth()
    (warning,) = violations(tmp_path / "lenient", "unpriced")
    assert warning["severity"] == "warning"
    assert "Shop: 3 of 3 resources" in warning["description"]
    with pytest.raises(RuntimeError, match="fmplan::unpriced"):
        guarded(tmp_path / "strict", usage=None, strict=True).synth()
    named = {
        each["constructPath"]
        for found in violations(tmp_path / "strict", "unpriced")
        for each in found["violatingConstructs"]
    }
    assert named == {"Shop/Data/Resource", "Shop/Key/Resource", "Shop/Nat"}


def test_a_usage_entry_that_nobody_answers_to_is_said(tmp_path: Path) -> None:
    usage = {"version": 1, "resource_usage": {"Shop/Natt": {"monthly_data_processed_gb": 1}}}
    guarded(tmp_path, usage=usage).synth()
    (found,) = violations(tmp_path, "unused_usage")
    assert "did you mean" in found["description"]


def test_wrong_usage_is_one_message_that_cannot_be_acknowledged(tmp_path: Path) -> None:
    app = guarded(tmp_path, usage={"version": 1, "resource_usage": {"Shop/Nat": {"storage_gb": 1}}})
    cdk.Validations.of(app).acknowledge(cdk.Acknowledgment(id="fmplan::input", reason="No"))
    with pytest.raises(RuntimeError, match="has no such usage"):
        app.synth()
    (found,) = violations(tmp_path, "input")
    assert found["severity"] == "fatal"
    assert "Shop/Nat.storage_gb: AWS::EC2::NatGateway has no such usage" in found["description"]


def test_a_policy_file_is_asked_and_its_waivers_hold(tmp_path: Path) -> None:
    policy = tmp_path / "fmplan-policy.yml"
    policy.write_text("version: 1\npolicies:\n  monthly_limit: {usd: 10}\n  resource_monthly_limit: {usd: 20}\n")
    with pytest.raises(RuntimeError, match="fmplan::resource_monthly_limit"):
        guarded(tmp_path / "a", policy=policy).synth()
    (found,) = violations(tmp_path / "a", "resource_monthly_limit")
    assert [each["constructPath"] for each in found["violatingConstructs"]] == ["Shop/Nat"]
    assert violations(tmp_path / "a", "monthly_limit")
    waiver = "waivers:\n"
    for name in ("monthly_limit", "resource_monthly_limit"):
        waiver += f"  - {{policy: {name}, reason: Agreed, owner: web, expires: 2026-12-31}}\n"
    policy.write_text(policy.read_text() + waiver)
    guarded(tmp_path / "b", policy=policy).synth()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"budget_monthly_usd": "much"}, "budget_monthly_usd: 'much' is no amount"),
        ({"budget_monthly_usd": -1}, "-1 is no amount"),
        ({"budget_monthly_usd": True}, "True is no amount"),
        ({"budget_one_time_usd": float("nan")}, "nan is no amount"),
        ({"stack_budget_monthly_usd": {"Shop": "x"}}, "stack_budget_monthly_usd\\['Shop'\\]"),
        ({"region": "here"}, "region: 'here' is no region"),
        ({"name": "a::b"}, "name: 'a::b'"),
        ({"usage": "/nowhere/usage.yml"}, "/nowhere/usage.yml"),
        ({"usage": {"version": 2}}, "version: 2 is not read"),
        ({"policy": "/nowhere/policy.yml"}, "/nowhere/policy.yml"),
    ],
)
def test_wrong_settings_are_refused_where_they_are_made(settings: Json, message: str) -> None:
    with pytest.raises(InputError, match=message):
        CostGuard(**settings)


def test_a_budget_for_a_stack_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="did you mean 'Shop'"):
        guarded(tmp_path, stack_budget_monthly_usd={"Shp": 10}).synth()


_WITHOUT_CDK = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"aws_cdk", "jsii", "constructs"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Refuse())
import planner, planner.app_costs.annotation, planner.app_costs.budget, planner.app_costs.paths
import planner.app_costs.policy, planner.app_costs.pricing, planner.app_costs.settings, planner.app_costs.written
import planner.cdk
"""


def test_without_cdk_the_import_says_what_to_install(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_CDK], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip().endswith("planner.cdk needs the AWS CDK: pip install 'fmplan[cdk]'")
