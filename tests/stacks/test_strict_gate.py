"""CDK's own validation, strict, as `cdk synth` runs it from cdk.json: no finding in any template."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_APP = """
import aws_cdk as cdk
from planner.bundled import cdk_context
from stacks.app import add_stack
from tests.stacks.workloads import NAMES, plan_of

app = cdk.App(analytics_reporting=False, context=cdk_context())
for name in NAMES:
    stack = add_stack(app, plan_of(name))
{fault}
app.synth()
"""
_FAULT = 'cdk.CfnResource(stack, "Fault", type="AWS::SNS::Topic", properties={"NoSuchProperty": 1})'


def run(fault: str, folder: Path, checkout: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"CDK_VALIDATION": "true", "CDK_OUTDIR": str(folder), "PYTHONPATH": str(checkout)}
    return subprocess.run(
        [sys.executable, "-c", _APP.format(fault=fault)],
        env=environment,
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_template_has_a_finding(tmp_path: Path, checkout: Path) -> None:
    done = run("", tmp_path, checkout)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_the_gate_is_not_asleep(tmp_path: Path, checkout: Path) -> None:
    done = run(_FAULT, tmp_path, checkout)
    assert done.returncode != 0
    assert "NoSuchProperty" in done.stderr
