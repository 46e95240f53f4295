"""`fmplan check` as a user meets it: every kind of target, the base, policies, files, exit codes, wrong input."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from planner.cli import main
from tests.docs_blocks import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

EXAMPLES = CHECKOUT / "examples"
POLICY = EXAMPLES / "policies" / "fmplan-policy.yml"
DAY = "2026-11-20"
SECRET = "Sup3rS3cret-do-not-show"
ENDPOINT = {
    "Type": "AWS::SageMaker::EndpointConfig",
    "Properties": {
        "ProductionVariants": [{"InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 1, "VariantName": "a"}]
    },
}


def invoke(command: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)])


def check(*arguments: str | Path) -> Result:
    return invoke("check", *arguments, "--as-of", DAY)


def answer(*arguments: str | Path) -> dict[str, Any]:
    result = check(*arguments, "--format", "json")
    assert result.stderr == ""
    document = json.loads(result.stdout)
    assert isinstance(document, dict)
    assert document["exit_code"] == result.exit_code
    return document


def statuses(made: dict[str, Any]) -> dict[str, str]:
    return {each["id"]: each["status"] for each in made["results"]}


def refused(*arguments: str | Path) -> str:
    """Return the one message of a command that refused its input: nothing on stdout, no traceback, exit code 2."""
    result = invoke("check", *arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.stderr
    return result.stderr


def policies(folder: Path, **settings: object) -> Path:
    path = folder / "fmplan-policy.yml"
    path.write_text(json.dumps({"version": 1, "policies": settings}), encoding="utf-8")
    return path


def template(folder: Path, name: str = "template.json", **resources: object) -> Path:
    path = folder / name
    path.write_text(json.dumps({"Resources": resources}, indent=1), encoding="utf-8")
    return path


def written(folder: Path, name: str, command: str, *arguments: str | Path) -> Path:
    path = folder / name
    result = invoke(command, *arguments, "--as-of", DAY, "--format", "json", "-o", path)
    assert result.exit_code == 0, result.output
    return path


# --- targets ----------------------------------------------------------------------------------------------------------


def test_the_example_passes_its_policies_with_its_waiver_shown() -> None:
    result = check(EXAMPLES / "support-assistant.yaml", "--policy", POLICY)
    assert result.exit_code == 0
    assert result.stdout.startswith("Passed\n")
    assert "waived until 2027-03-31 by support-platform@example.com: answers to customers are filtered" in result.stdout
    assert "  allowed_instance_families  it names no instance type\n" in result.stdout
    assert result.stdout.endswith("18 policies: 1 waived, 11 passed, 6 not applicable\n")


def test_the_example_fails_the_day_after_its_waiver() -> None:
    arguments = (EXAMPLES / "support-assistant.yaml", "--policy", POLICY, "--format", "json")
    last, after = (
        json.loads(invoke("check", *arguments, "--as-of", day).stdout) for day in ("2027-03-31", "2027-04-01")
    )
    assert statuses(last)["no_dear_guardrail"] == "waived"
    assert statuses(after)["no_dear_guardrail"] == "violated"
    (finding,) = next(each for each in after["results"] if each["id"] == "no_dear_guardrail")["findings"]
    assert finding["expired_waiver"]["expires"] == "2027-03-31"


def test_a_workload_and_its_plan_are_checked_alike(tmp_path: Path) -> None:
    workload = EXAMPLES / "contract-clauses.yaml"
    plan = written(tmp_path, "plan.json", "plan", workload)
    settings = policies(
        tmp_path,
        monthly_limit={"usd": 1000},
        idle_limit={"usd": 1000},
        allowed_instance_families={"allow": ["ml.g6*"]},
        allowed_models={"allow": ["mistralai/*"]},
        required_tags={"tags": ["owner"]},
    )
    first, second = (answer(target, "--policy", settings) for target in (workload, plan))
    expected = {
        "monthly_limit": "violated",
        "idle_limit": "violated",
        "allowed_instance_families": "violated",
        "allowed_models": "passed",
        "required_tags": "not_applicable",
    }
    assert statuses(first) == statuses(second) == expected
    texts = [[each["text"] for result in made["results"] for each in result["findings"]] for made in (first, second)]
    assert texts[0] == texts[1]
    assert texts[0][2:] == ["The endpoint's instance ml.g5.xlarge is not allowed: ml.g6*"]


def test_findings_point_at_the_workload_even_of_a_plan(tmp_path: Path) -> None:
    workload = EXAMPLES / "contract-clauses.yaml"
    plan = written(tmp_path, "plan.json", "plan", workload)
    settings = policies(tmp_path, monthly_limit={"usd": 1}, allowed_regions={"regions": ["eu-*"]})

    def lines(*arguments: str | Path) -> list[str]:
        found = []
        for result in answer(*arguments, "--policy", settings)["results"]:
            place = result["findings"][0]["place"]
            shown = (CHECKOUT / place["file"]).read_text("utf-8").splitlines()[place["line"] - 1]
            found.append(shown[place["column"] - 1 :])
        return found

    stated = ["monthly_usd: 4000", "region: us-east-1"]
    assert lines(workload) == stated
    assert lines(plan, "--workload", workload) == stated
    assert lines(plan) == ['"monthly_usd": "4000",', '"region": "us-east-1",']


def test_a_template_is_estimated_and_findings_point_at_its_resources(tmp_path: Path) -> None:
    path = template(tmp_path, Bucket={"Type": "AWS::S3::Bucket"}, Config=ENDPOINT)
    settings = policies(
        tmp_path,
        allowed_instance_families={"deny": ["*g5*"]},
        required_tags={"tags": ["owner"], "types": ["AWS::S3::*"]},
        monthly_limit={"usd": 5000},
        unpriced=None,
    )
    made = answer(path, "--policy", settings, "--region", "us-east-1")
    assert statuses(made) == {
        "allowed_instance_families": "violated",
        "required_tags": "violated",
        "monthly_limit": "unconfirmed",
        "unpriced": "violated",
    }
    assert made["exit_code"] == 1
    lines = path.read_text("utf-8").splitlines()
    shown = [lines[each["place"]["line"] - 1].strip() for result in made["results"] for each in result["findings"][:1]]
    assert shown == ['"InstanceType": "ml.g5.xlarge",', '"Bucket": {', "{", '"Bucket": {']


def test_what_is_unpriced_ends_with_3_where_strict(tmp_path: Path) -> None:
    path = template(tmp_path, Thing={"Type": "AWS::Odd::Thing"})
    kept, broken = policies(tmp_path, monthly_limit={"usd": 5}), tmp_path / "other.yml"
    broken.write_text("version: 1\npolicies: {unsupported: {severity: error}}", "utf-8")
    arguments = (path, "--region", "us-east-1")
    assert check(*arguments, "--policy", kept).exit_code == 0
    assert check(*arguments, "--policy", kept, "--strict").exit_code == 3
    assert check(*arguments, "--policy", broken).exit_code == 1
    assert check(*arguments, "--policy", broken, "--strict").exit_code == 3


def test_usage_and_parameters_reach_the_estimate(tmp_path: Path) -> None:
    usage = tmp_path / "usage.yml"
    usage.write_text(
        "version: 1\nresource_usage: {Bucket: {storage_gb: 1000, monthly_put_requests: 0, monthly_get_requests: 0}}",
        "utf-8",
    )
    path = tmp_path / "template.json"
    owner = {"Parameters": {"Owner": {"Type": "String"}}}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"Tags": [{"Key": "owner", "Value": {"Ref": "Owner"}}]}}
    path.write_text(json.dumps({**owner, "Resources": {"Bucket": bucket}}), "utf-8")
    settings = policies(tmp_path, monthly_limit={"usd": 22}, required_tags={"tags": {"owner": ["data"]}})
    without = answer(path, "--policy", settings, "--region", "us-east-1")
    assert statuses(without) == {"monthly_limit": "unconfirmed", "required_tags": "unconfirmed"}
    stated = ("--usage", usage, "--parameter", "Owner=data")
    made = answer(path, "--policy", settings, "--region", "us-east-1", *stated)
    # 1,000 GB × $0.023 = $23.00
    assert statuses(made) == {"monthly_limit": "violated", "required_tags": "passed"}
    assert made["results"][0]["findings"][0]["measured"] == "23"


def test_a_cloud_assembly_is_estimated_and_findings_point_at_their_policy(tmp_path: Path) -> None:
    folder = tmp_path / "cdk.out"
    folder.mkdir()
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/us-east-1",
        "properties": {"templateFile": "Shop.template.json"},
    }
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": {"Shop": stack}}), "utf-8")
    bucket = {"Type": "AWS::S3::Bucket", "Metadata": {"aws:cdk:path": "Shop/Data/Resource"}}
    template(folder, "Shop.template.json", Config=ENDPOINT, Bucket=bucket)
    settings = policies(
        tmp_path, allowed_regions={"regions": ["eu-*"]}, required_tags={"tags": ["owner"], "paths": ["*/Data/*"]}
    )
    made = answer(folder, "--policy", settings, "--base", folder)
    found = [each for result in made["results"] for each in result["findings"]]
    assert [each["measured"] for each in found] == ["us-east-1", None]
    assert found[1]["text"] == "Shop/Data/Resource (AWS::S3::Bucket): tag owner missing"
    assert {each["place"]["file"] for each in found} == {str(settings)}


def test_a_workload_in_json_is_pointed_into(tmp_path: Path) -> None:
    path = tmp_path / "workload.json"
    path.write_text('{"name": "shop",\n "traffic": {\n  "requests_per_month": 1000}}', "utf-8")
    made = answer(path, "--policy", policies(tmp_path, monthly_limit={"usd": 0}))
    place = made["results"][0]["findings"][0]["place"]
    assert (place["file"], place["line"]) == (str(path), 2)


def test_an_estimate_that_was_written_is_read_back(tmp_path: Path) -> None:
    path = template(tmp_path, Config=ENDPOINT)
    estimate = written(tmp_path, "estimate.json", "estimate", path, "--region", "us-east-1")
    settings = policies(tmp_path, monthly_limit={"usd": 1}, allowed_instance_families={"deny": ["ml.g5"]})
    made = answer(estimate, "--policy", settings)
    assert statuses(made) == {"monthly_limit": "violated", "allowed_instance_families": "violated"}
    assert made["results"][1]["findings"][0]["place"]["file"] == str(path)


# --- changes ----------------------------------------------------------------------------------------------------------


def test_a_base_brings_the_policies_on_changes_into_play(tmp_path: Path) -> None:
    base, head = EXAMPLES / "ticket-triage.yaml", EXAMPLES / "support-assistant.yaml"
    settings = policies(
        tmp_path,
        monthly_delta={"usd": 100},
        monthly_delta_percent={"percent": 10},
        decision_change={},
        allowed_models={"allow": ["*"]},
    )
    alone, made = answer(head, "--policy", settings), answer(head, "--policy", settings, "--base", base)
    assert statuses(alone) == {
        "monthly_delta": "not_applicable",
        "monthly_delta_percent": "not_applicable",
        "decision_change": "not_applicable",
        "allowed_models": "passed",
    }
    assert statuses(made) == {
        "monthly_delta": "violated",
        "monthly_delta_percent": "violated",
        "decision_change": "violated",
        "allowed_models": "passed",
    }
    # Of the diff that was written the same is found, save what only a plan tells.
    diff = written(tmp_path, "diff.json", "diff", base, head)
    of_file = answer(diff, "--policy", settings)
    assert statuses(of_file) == {**statuses(made), "allowed_models": "not_applicable"}
    assert of_file["results"][0]["findings"] == made["results"][0]["findings"]


def test_nothing_changes_and_every_policy_on_changes_passes(tmp_path: Path) -> None:
    head = EXAMPLES / "support-assistant.yaml"
    names = ("monthly_delta", "one_time_delta", "idle_delta", "resource_delta")
    settings = policies(
        tmp_path, **{name: {"usd": 0} for name in names}, replacement=None, decision_change={"choices": ["*"]}
    )
    made = answer(head, "--policy", settings, "--base", head)
    assert set(statuses(made).values()) == {"passed"}
    assert len(made["results"]) == 6


def test_a_base_of_another_revision_and_one_that_does_not_exist_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = template(tmp_path, Config=ENDPOINT)
    settings = policies(tmp_path, monthly_delta={"usd": 5}, replacement={})
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], check=True, cwd=tmp_path)
    more = {**ENDPOINT, "Properties": {"ProductionVariants": [{**ENDPOINT["Properties"]["ProductionVariants"][0]}]}}  # type: ignore[index]
    template(tmp_path, Config=ENDPOINT, Second=more)
    made = answer(path.name, "--base", "HEAD:template.json", "--region", "us-east-1")
    # 730 hours × $1.41 = $1,029.30 more
    assert statuses(made) == {"monthly_delta": "violated", "replacement": "passed"}
    assert made["results"][0]["findings"][0]["measured"] == "1029.3"
    new = answer(path.name, "--base", "HEAD:not-there.json", "--region", "us-east-1", "--policy", settings)
    assert new["results"][0]["findings"][0]["measured"] == "2058.6"


# --- policies, formats, files -----------------------------------------------------------------------------------------


def test_the_policy_file_of_the_folder_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    target = EXAMPLES / "ticket-triage.yaml"
    assert refused(target) == (
        "fmplan: there is no fmplan-policy.yml in this folder; write one, or name one: --policy FILE\n"
    )
    policies(tmp_path, monthly_limit={"usd": 5000})
    assert check(target).exit_code == 0


def test_outputs_are_each_in_the_format_of_their_suffix(tmp_path: Path) -> None:
    files = [tmp_path / f"check.{suffix}" for suffix in ("txt", "json", "md", "sarif", "xml")]
    outputs = [each for file in files for each in ("-o", file)]
    settings = policies(tmp_path, monthly_limit={"usd": 5})
    target = EXAMPLES / "ticket-triage.yaml"
    result = check(target, "--policy", settings, *outputs)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == f"fmplan: {target}: Failed: 1 error\n"
    text, data, markdown, sarif, junit = (file.read_text("utf-8") for file in files)
    assert text.startswith("Failed: 1 error\n")
    assert json.loads(data)["exit_code"] == 1
    assert markdown.startswith("### ❌ Failed: 1 error\n")
    (run,) = json.loads(sarif)["runs"]
    assert [each["ruleId"] for each in run["results"]] == ["monthly_limit"]
    assert ET.fromstring(junit).get("failures") == "1"  # noqa: S314


def test_paths_below_the_folder_are_told_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CHECKOUT)
    settings = policies(tmp_path, monthly_limit={"usd": 5})
    target = EXAMPLES / "ticket-triage.yaml"
    assert target.is_absolute()
    found = answer(target, "--policy", settings)["results"][0]["findings"][0]
    assert found["place"]["file"] == "examples/ticket-triage.yaml"


def test_a_check_is_the_same_each_time(tmp_path: Path) -> None:
    settings = policies(tmp_path, monthly_limit={"usd": 5}, required_tags={"tags": {"b": [], "a": ["x"]}})
    for suffix in ("text", "json", "markdown", "sarif", "junit"):
        arguments = (EXAMPLES / "ticket-triage.yaml", "--policy", settings, "--format", suffix)
        assert check(*arguments).stdout == check(*arguments).stdout


# --- wrong input ------------------------------------------------------------------------------------------------------


def test_what_can_not_be_checked_is_refused(tmp_path: Path) -> None:
    settings = ("--policy", policies(tmp_path, unpriced=None))
    workload = EXAMPLES / "ticket-triage.yaml"
    plan = written(tmp_path, "plan.json", "plan", workload)
    diff = written(tmp_path, "diff.json", "diff", workload, workload)
    assert "no such file" in refused(tmp_path / "nope.yaml", *settings)
    assert "a diff; --base goes with a workload" in refused(diff, *settings, "--base", workload)
    assert "is priced already; --region" in refused(plan, *settings, "--region", "us-west-2")
    assert "--usage and --parameter are for templates" in refused(workload, *settings, "--parameter", "a=b")
    assert "limits are US dollars" in refused(workload, *settings, "--currency", "EUR", "--rate", "0.9")
    assert "leave --format out" in refused(workload, *settings, "--format", "json", "-o", "a.json", "-o", "b.json")
    assert "no such file" in refused(workload, *settings, "--base", tmp_path / "nope.yaml")
    assert "does not begin with '-'" in refused(workload, *settings, "--base=-x:a.yaml")
    assert "no such file" in refused(workload, "--policy", tmp_path / "nope.yml")
    assert "no such file" in refused(plan, *settings, "--workload", tmp_path / "nope.yml")
    (tmp_path / "broken.json").write_text('{"schema": 1,', "utf-8")
    assert "not JSON" in refused(tmp_path / "broken.json", *settings)
    (tmp_path / "deep.json").write_text("{" + '"a":{' * 100_000, "utf-8")
    assert "nested" in refused(tmp_path / "deep.json", *settings)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("schema",), 2, "schema: 2 is not understood"),
        (("cost", "monthly_usd"), "1", "is not the sum of the bill's lines"),
        (("bill",), [], "is not the sum of the bill's lines"),
        (("cost", "total_usd"), "much", "the document is damaged"),
        (("horizon_months",), None, None),
        (("cost",), {}, "the plan is damaged"),
        (("assumptions",), 5, "the plan is damaged (assumptions: is not a list)"),
        (("cost", "complete"), False, "cost.complete: false is not what is unpriced says, true; the plan was changed"),
        (("decision", "admissible"), False, "decision.admissible: false is not what its misses say, true"),
        (("unpriced",), [5], "the plan is damaged (unpriced[0]: is not a mapping)"),
        (("decision", "misses"), 5, "the plan is damaged (decision.misses: is not a list)"),
        (
            ("decision", "misses"),
            [{"constraint": "x", "text": "y"}],
            "decision.admissible: true is not what its misses",
        ),
        (("parts", 0), 5, "the plan is damaged"),
        (("parts",), [{}], "the plan is damaged"),
    ],
)
def test_a_plan_that_was_changed_by_hand_is_refused_without_a_traceback(
    tmp_path: Path, path: tuple[Any, ...], value: object, said: str | None
) -> None:
    plan = written(tmp_path, "plan.json", "plan", EXAMPLES / "support-assistant.yaml")
    data = json.loads(plan.read_text("utf-8"))
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    plan.write_text(json.dumps(data), "utf-8")
    settings = policies(tmp_path, total_limit={"usd": 1}, uncertainty={"above_percent": 1}, price_age={"days": 1})
    if said is None:
        assert check(plan, "--policy", settings).exit_code == 1
    else:
        assert said in refused(plan, "--policy", settings)


def test_a_plan_whose_unpriced_parts_were_taken_out_is_refused(tmp_path: Path) -> None:
    workload = tmp_path / "workload.yaml"
    workload.write_text("name: shop\ndesign: {approach: rag, vector_store: kendra}\nregion: us-west-2\n", "utf-8")
    plan = tmp_path / "plan.json"
    assert invoke("plan", workload, "--as-of", DAY, "-o", plan).exit_code == 3
    settings = policies(tmp_path, monthly_limit={"usd": 1_000_000})
    assert statuses(answer(plan, "--policy", settings)) == {"monthly_limit": "unconfirmed"}
    data = json.loads(plan.read_text("utf-8"))
    data["unpriced"] = []
    plan.write_text(json.dumps(data), "utf-8")
    assert "cost.complete: false is not what is unpriced says, true" in refused(plan, "--policy", settings)


def test_a_diff_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    diff = written(tmp_path, "diff.json", "diff", EXAMPLES / "ticket-triage.yaml", EXAMPLES / "support-assistant.yaml")
    data = json.loads(diff.read_text("utf-8"))
    data["delta"]["monthly_usd"] = "1"
    diff.write_text(json.dumps(data), "utf-8")
    settings = policies(tmp_path, monthly_delta={"usd": 5})
    assert "delta.monthly_usd: 1 is not after less before" in refused(diff, "--policy", settings)


def test_secrets_of_a_template_are_not_told(tmp_path: Path) -> None:
    database = {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {"DBInstanceClass": "db.m5.large", "MasterUserPassword": SECRET, "Tags": [{"Key": "a"}]},
    }
    path = template(tmp_path, Database=database)
    settings = policies(
        tmp_path,
        monthly_limit={"usd": 0},
        required_tags={"tags": {"owner": [], "a": ["b"]}},
        allowed_instance_families={"allow": ["x"]},
        unpriced=None,
    )
    for suffix in ("text", "json", "markdown", "sarif", "junit"):
        result = check(path, "--policy", settings, "--region", "us-east-1", "--format", suffix)
        assert result.exit_code == 1
        assert SECRET not in result.output


def test_a_check_of_a_plan_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    plan = written(tmp_path, "plan.json", "plan", EXAMPLES / "ticket-triage.yaml")
    settings = policies(tmp_path, monthly_limit={"usd": 5000})
    code = (
        "import sys, atexit; from planner.cli import main\n"
        "heavy = {'aws_cdk', 'boto3', 'pandas', 'pydantic', 'jinja2', 'planner.catalog', 'planner.plan'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules))))\n"
        f"sys.argv = ['fmplan', 'check', {str(plan)!r}, '--policy', {str(settings)!r}]\nmain()"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, check=True, capture_output=True, text=True)
    assert result.stdout.endswith("\n[]\n")


def test_a_diff_whose_source_is_another_file_by_now_points_at_itself(tmp_path: Path) -> None:
    workload = tmp_path / "workload.yaml"
    workload.write_text((EXAMPLES / "ticket-triage.yaml").read_text("utf-8"), "utf-8")
    diff = written(tmp_path, "diff.json", "diff", workload, workload)
    settings = policies(tmp_path, monthly_limit={"usd": 0})

    def place() -> str:
        return str(answer(diff, "--policy", settings)["results"][0]["findings"][0]["place"]["file"])

    assert place() == str(workload)
    workload.write_bytes(b"\0binary")
    assert place() == str(diff)
    workload.unlink()
    assert place() == str(diff)
