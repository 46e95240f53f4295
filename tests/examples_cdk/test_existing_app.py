"""The app that is not ours, run as its owners run it: `python app.py` in its folder, and the CDK command."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from planner.annotated import COST_KEY
from planner.bundled import node_binary

Json = dict[str, Any]
CHECKOUT = Path(__file__).resolve().parent.parent.parent
APP = CHECKOUT / "examples" / "existing-cdk-app"
STACKS = ("ShopNetwork", "ShopProcessing", "ShopApi")


@dataclass
class Run:
    """A synthesis: its exit code, what it said, and its assembly."""

    code: int
    said: str
    output: Path

    def template(self, stack: str) -> Json:
        found: Json = json.loads((self.output / f"{stack}.template.json").read_text(encoding="utf-8"))
        return found

    def report(self) -> Json:
        data = json.loads((self.output / "validation-report.json").read_text(encoding="utf-8"))
        (found,) = [each for each in data["pluginReports"] if each["pluginName"] == "fmplan"]
        return dict(found)


def environment() -> dict[str, str]:
    """As a user has it: nothing of pytest, no account; PYTHONPATH stands in for an installed fmplan."""
    own = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "AWS_", "CDK_"))}
    return {**own, "PYTHONPATH": str(CHECKOUT), "CDK_VALIDATION": "false"}


def run_app(output: Path, *, folder: Path = APP, context: Json | None = None) -> Run:
    surroundings = {**environment(), "CDK_OUTDIR": str(output), "CDK_CONTEXT_JSON": json.dumps(context or {})}
    done = subprocess.run(
        [sys.executable, "app.py"], cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    )
    return Run(done.returncode, done.stdout + done.stderr, output)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_app(tmp_path_factory.mktemp("plain"), context={"costs": "plain"})


@pytest.fixture(scope="module")
def with_costs(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_app(tmp_path_factory.mktemp("costs"))


def test_under_budget_it_passes(with_costs: Run) -> None:
    assert with_costs.code == 0, with_costs.said
    assert with_costs.report()["conclusion"] == "success"


def test_costs_are_all_that_is_added_to_its_templates(plain: Run, with_costs: Run) -> None:
    count = 0
    for stack in STACKS:
        bare, annotated = plain.template(stack), with_costs.template(stack)
        for resource in annotated["Resources"].values():
            assert resource["Metadata"].pop(COST_KEY)["schema"] == 1
            if not resource["Metadata"]:
                del resource["Metadata"]
            count += 1
        assert annotated == bare
    assert 60 <= count <= 120


def test_two_syntheses_write_the_same_templates(with_costs: Run, tmp_path: Path) -> None:
    again = run_app(tmp_path)
    for stack in STACKS:
        name = f"{stack}.template.json"
        assert (again.output / name).read_bytes() == (with_costs.output / name).read_bytes()


def test_its_own_stacks_are_what_it_imports(tmp_path: Path) -> None:
    # Ours, which lie in the checkout under the same name, would have no module `network`.
    script = (
        "import runpy, sys; sys.path.insert(0, '.'); runpy.run_path('app.py'); print(sys.modules['stacks'].__file__)"
    )
    surroundings = {**environment(), "CDK_OUTDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=APP, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.splitlines()[-1]).resolve() == APP / "stacks" / "__init__.py"


def test_the_estimate_of_its_assembly_says_the_same(with_costs: Run) -> None:
    estimate = [sys.executable, "-m", "planner.cli", "estimate", str(with_costs.output), "--format", "json"]
    # Without path metadata resources are named by logical ids, which the usage file doesn't state.
    done = subprocess.run(estimate, cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=True)
    by_id = {each["logical_id"]: each for each in json.loads(done.stdout)["resources"]}
    annotated = {name: each for stack in STACKS for name, each in with_costs.template(stack)["Resources"].items()}
    assert annotated.keys() == by_id.keys()
    for name, resource in annotated.items():
        if resource["Type"] in {"AWS::EC2::EIP", "AWS::CloudWatch::Alarm"}:  # they take no usage
            assert resource["Metadata"][COST_KEY]["monthly_usd"] == by_id[name]["monthly_usd"]


def test_with_construct_paths_all_amounts_are_the_estimates(tmp_path: Path) -> None:
    run = run_app(tmp_path, context={"aws:cdk:enable-path-metadata": True})
    estimate = [sys.executable, "-m", "planner.cli", "estimate", str(run.output), "--format", "json"]
    usage = ["--usage", str(APP / "fmplan-usage.yml")]
    done = subprocess.run(
        [*estimate, *usage], cwd=CHECKOUT, env=environment(), capture_output=True, text=True, check=True
    )
    resources = json.loads(done.stdout)["resources"]
    assert sum(each["status"] == "estimated" for each in resources) > 20
    for each in resources:
        stack = each["path"].split("/")[0]
        entry = run.template(stack)["Resources"][each["logical_id"]]["Metadata"][COST_KEY]
        assert entry["status"] == each["status"]
        for amount in ("monthly_usd", "one_time_usd", "idle_monthly_usd"):
            assert entry.get(amount, "0") == each[amount]


def test_over_budget_it_ends_with_1_and_names_the_construct(tmp_path: Path) -> None:
    run = run_app(tmp_path, context={"budget": 100})
    assert run.code == 1
    assert "fmplan::monthly_limit" in run.said
    (violation,) = [each for each in run.report()["violations"] if each["severity"] == "error"]
    assert "above its budget of $100.00" in violation["description"]
    dearest = violation["violatingConstructs"][0]["constructPath"]
    assert dearest in run.said
    assert dearest.startswith("Shop")


def test_acknowledged_it_passes_and_the_report_has_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    shutil.copytree(APP, folder, ignore=shutil.ignore_patterns("cdk.out", "__pycache__"))
    app = folder / "app.py"
    line = 'cdk.Validations.of(app).acknowledge(cdk.Acknowledgment(id="fmplan::monthly_limit", reason="Black Friday"))'
    app.write_text(app.read_text(encoding="utf-8").replace("app.synth()", f"{line}\n\napp.synth()"), encoding="utf-8")
    run = run_app(tmp_path / "out", folder=folder, context={"budget": 100})
    assert run.code == 0, run.said
    (accepted,) = run.report()["suppressedViolations"]
    assert accepted["ruleName"] == "fmplan::monthly_limit"
    assert accepted["reason"] == "Black Friday"


@pytest.mark.parametrize(("budget", "code"), [(100, 1), (5000, 0)])
def test_the_cdk_command_passes_and_fails_alike(tmp_path: Path, budget: int, code: int) -> None:
    command = CHECKOUT / "node_modules" / ".bin" / "cdk"
    node = node_binary()
    if not command.exists() or node is None:
        pytest.skip("the CDK command is not installed: run make setup")
    surroundings = {**environment(), "CDK_DISABLE_CLI_TELEMETRY": "true", "HOME": str(tmp_path)}
    surroundings["PATH"] = os.pathsep.join((str(Path(node).parent), surroundings["PATH"]))
    arguments = ["synth", "--quiet", "--no-notices", "--app", f"{sys.executable} app.py", "-o", str(tmp_path / "out")]
    done = subprocess.run(
        [str(command), *arguments, "-c", f"budget={budget}"],
        cwd=APP,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    assert ("fmplan::monthly_limit" in said) == bool(code)
    run = Run(done.returncode, said, tmp_path / "out")
    # The command turns path metadata on, and costs stand beside it.
    metadata = [each["Metadata"] for each in run.template("ShopNetwork")["Resources"].values()]
    assert all(
        {"aws:cdk:path", COST_KEY} <= each.keys() for each in metadata if "CDKMetadata" not in each["aws:cdk:path"]
    )
    assert not (APP / "cdk.context.json").exists()  # it asks AWS for nothing
