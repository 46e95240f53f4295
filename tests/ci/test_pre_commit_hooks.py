"""The hooks for pre-commit: each runs as pre-commit would run it, with several files too."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner

from planner.cli import main
from tests.ci.repository import BASE, CHANGE
from tests.ci.scratch import load_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

FILES = ["workload.yaml", "infra/workload-eu.yml", "fmplan-policy.yml", "fmplan.yaml", "my-workload.txt", "app.py"]


@pytest.fixture(scope="module")
def hooks(checkout: Path) -> dict[str, dict[str, Any]]:
    listed = load_yaml((checkout / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return {hook["id"]: hook for hook in listed}


def run_hook(hook: dict[str, Any], *changed: str) -> Result | None:
    """Run a hook in the working folder as pre-commit does; None where no changed file is of its kind."""
    names = [name for name in changed if re.search(hook["files"], name)]
    if not names:
        return None
    command, *rest = shlex.split(hook["entry"])
    assert command == "fmplan"
    return CliRunner().invoke(main, [*rest, *hook["args"], *(names if hook.get("pass_filenames", True) else [])])


def test_the_hooks_are_what_pre_commit_reads(hooks: dict[str, dict[str, Any]]) -> None:
    assert set(hooks) == {"fmplan-plan", "fmplan-check"}
    known = {"id", "name", "description", "entry", "args", "language", "files", "pass_filenames"}
    for hook in hooks.values():
        assert set(hook) <= known
        assert hook["language"] == "python"
        assert shlex.split(hook["entry"])[1] in main.list_commands(click.Context(main))


def test_the_hooks_run_for_their_files(hooks: dict[str, dict[str, Any]]) -> None:
    def matching(name: str) -> list[str]:
        return [file for file in FILES if re.search(hooks[name]["files"], file)]

    assert matching("fmplan-plan") == ["workload.yaml", "infra/workload-eu.yml"]
    assert matching("fmplan-check") == ["workload.yaml", "infra/workload-eu.yml", "fmplan-policy.yml"]


def test_plan_takes_all_changed_files(
    hooks: dict[str, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workload.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "workload-eu.yaml").write_text(BASE.replace("name: support-assistant", "name: other"), encoding="utf-8")
    result = run_hook(hooks["fmplan-plan"], "workload.yaml", "workload-eu.yaml")
    assert result is not None
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("support-assistant: ") or "\nsupport-assistant: " in result.stdout
    assert "\nother: " in result.stdout or result.stdout.startswith("other: ")


def test_plan_fails_where_a_workload_misses_its_constraints_or_is_none(
    hooks: dict[str, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "workload.yaml").write_text(BASE.replace("monthly_usd: 5000", "monthly_usd: 1"), encoding="utf-8")
    (tmp_path / "workload-eu.yaml").write_text("name: 1\n", encoding="utf-8")
    missed, invalid = (run_hook(hooks["fmplan-plan"], name) for name in ("workload.yaml", "workload-eu.yaml"))
    assert missed is not None
    assert missed.exit_code == 1
    assert invalid is not None
    assert invalid.exit_code == 2


def test_check_runs_for_the_workload_and_for_its_policies(
    hooks: dict[str, dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    policies = "version: 1\npolicies:\n  monthly_limit: {usd: 500}\n"
    (tmp_path / "fmplan-policy.yml").write_text(policies, encoding="utf-8")
    (tmp_path / "workload.yaml").write_text(BASE, encoding="utf-8")
    # $447.67 a month, below the limit; several names are no several workloads.
    for changed in (["workload.yaml"], ["fmplan-policy.yml"], ["workload.yaml", "fmplan-policy.yml"]):
        passed = run_hook(hooks["fmplan-check"], *changed)
        assert passed is not None
        assert passed.exit_code == 0, passed.output
    (tmp_path / "workload.yaml").write_text(CHANGE, encoding="utf-8")  # $893.86
    failed = run_hook(hooks["fmplan-check"], "workload.yaml")
    assert failed is not None
    assert failed.exit_code == 1
    assert "monthly_limit" in failed.stdout
    assert run_hook(hooks["fmplan-check"], "app.py") is None
