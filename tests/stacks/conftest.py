"""One CDK app with the stacks of all workloads, synthesized once: the first app of a process is the slow one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.stacks.workloads import NAMES, plan_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from aws_cdk.assertions import Template

Json = dict[str, Any]


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a cloud assembly with a stack of each workload."""
    return _synthesized(tmp_path_factory.mktemp("assembly"))


@pytest.fixture(scope="session")
def second_assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same once more, by another app."""
    return _synthesized(tmp_path_factory.mktemp("second"))


def _synthesized(folder: Path) -> Path:
    import aws_cdk as cdk

    from planner.bundled import cdk_context
    from stacks.app import add_stack

    app = cdk.App(analytics_reporting=False, context=cdk_context(), outdir=str(folder))
    for name in NAMES:
        add_stack(app, plan_of(name))
    app.synth()
    return folder


@pytest.fixture(scope="session")
def templates(assembly: Path) -> dict[str, Json]:
    """The templates by workload."""
    return {name: json.loads((assembly / f"{plan_of(name).name}.template.json").read_text()) for name in NAMES}


@pytest.fixture(scope="session")
def template_of(templates: dict[str, Json]) -> Callable[[str], Template]:
    """A workload's template for CDK's assertions."""
    from aws_cdk.assertions import Template

    return lambda name: Template.from_json(templates[name])
