"""docs/cdk-plugin.md: its Python runs, its arguments and rules are the code's."""

from __future__ import annotations

import inspect
import json
import re
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2

from planner.app_costs.budget import RULES
from planner.cdk import CostAnnotations, CostGuard

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def text(checkout: Path) -> str:
    return (checkout / "docs" / "cdk-plugin.md").read_text(encoding="utf-8")


def test_its_python_runs(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checkout: Path) -> None:
    monkeypatch.chdir(tmp_path)
    usage = "version: 1\nresource_usage:\n  Shop/Nat: {monthly_data_processed_gb: 8000}\n"
    (tmp_path / "fmplan-usage.yml").write_text(usage, encoding="utf-8")
    lines, accepted = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    for blocks, passes in (((lines,), False), ((lines, accepted), True)):
        app = cdk.App(outdir=str(tmp_path / str(passes)), analytics_reporting=False)
        stack = cdk.Stack(app, "Shop", env=cdk.Environment(account="123456789012", region="us-east-1"))
        nat = ec2.CfnNatGateway(stack, "Nat", subnet_id="subnet-1")
        names: dict[str, Any] = {"cdk": cdk, "app": app}
        for block in blocks:
            exec(block, names)  # noqa: S102  (what readers copy)
        # 730 h × 0.045 + 8000 GB × 0.045 = 392.85: within 400; a second gateway is not.
        ec2.CfnNatGateway(stack, "Second", subnet_id="subnet-1")
        if passes:
            app.synth()
        else:
            with pytest.raises(RuntimeError, match="fmplan::monthly_limit"):
                app.synth()
        template = json.loads((tmp_path / str(passes) / "Shop.template.json").read_text(encoding="utf-8"))
        assert template["Resources"][nat.node.id]["Metadata"]["fmplan::cost"]["monthly_usd"] == "392.85"


def test_its_tables_have_every_argument_and_every_rule(text: str) -> None:
    explained = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    stated = {name for each in (CostAnnotations, CostGuard) for name in inspect.signature(each).parameters}
    assert explained == stated
    rules = "\n".join(re.findall(r"^\| (`fmplan::.*?) \|", text, re.MULTILINE))
    assert set(re.findall(r"`fmplan::(\w+)`", rules)) == set(RULES)
