"""Which template of an assembly becomes a deployed stack: by the stack's name, in stages too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from planner.diff.deployed_head import template_of_stack
from planner.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def assembly(folder: Path, **artifacts: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}), encoding="utf-8")
    return folder


def stack(folder: Path, file: str, **properties: str) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    (folder / file).write_text('{"Resources": {}}', encoding="utf-8")
    environment = "aws://unknown-account/eu-west-1"
    return {
        "type": "aws:cloudformation:stack",
        "environment": environment,
        "properties": {"templateFile": file, **properties},
    }


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Two stacks, and a stage with one that is named otherwise than its artifact."""
    stage = tmp_path / "assembly-Prod"
    assembly(stage, ProdApiF00=stack(stage, "ProdApiF00.template.json", stackName="Prod-Api"))
    return assembly(
        tmp_path,
        Api=stack(tmp_path, "Api.template.json"),
        Data=stack(tmp_path, "Data.template.json"),
        Assets={"type": "cdk:asset-manifest", "properties": {"templateFile": "Data.template.json"}},
        Prod={"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
    )


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Api", "Api.template.json"),
        ("Data", "Data.template.json"),
        ("Prod-Api", "assembly-Prod/ProdApiF00.template.json"),
    ],
)
def test_the_stack_of_that_name(app: Path, name: str, file: str) -> None:
    found = template_of_stack(app, name, source="cdk.out")
    assert (found.path, found.region) == (app / file, "eu-west-1")


def test_an_only_stack_may_have_another_name(tmp_path: Path) -> None:
    app = assembly(tmp_path, Api=stack(tmp_path, "Api.template.json"))
    assert template_of_stack(app, "Old", source="cdk.out").path == app / "Api.template.json"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Dat", "cdk.out: has no stack named 'Dat'; did you mean 'Data'?"),
        ("ProdApiF00", "did you mean 'Prod-Api'"),
        ("Zzz", "cdk.out: has no stack named 'Zzz'; it has Api, Data, Prod-Api; or name a template of it"),
    ],
)
def test_none_of_several(app: Path, name: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        template_of_stack(app, name, source="cdk.out")
    assert said in str(refused.value)
