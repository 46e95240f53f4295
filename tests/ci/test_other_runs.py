"""The recipes of the other systems: their scripts run for real, with each system's shell and variables."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner import __version__
from planner.ci_recipes import SYSTEMS, RecipeSettings, render_recipe
from tests.ci.repository import OVER, UNDER
from tests.ci.scratch import environment_of, scripts

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.ci.repository import Repository

# How each system runs a script.
SHELLS = {
    "gitlab": ("bash", "-eo", "pipefail", "{0}"),
    "jenkins": ("sh", "-xe", "{0}"),
    "codebuild": ("bash", "{0}"),
    "codepipeline": ("bash", "{0}"),
    "azure": ("bash", "--noprofile", "--norc", "{0}"),
    "bitbucket": ("sh", "-e", "{0}"),
}
PREDEFINED = {
    "gitlab": {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_IID": "7",
        "CI_PROJECT_ID": "42",
    },
    "jenkins": {"CHANGE_TARGET": "main", "CHANGE_ID": "7"},
    "codebuild": {"CODEBUILD_WEBHOOK_BASE_REF": "refs/heads/main"},
    "codepipeline": {},
    "azure": {"SYSTEM_PULLREQUEST_TARGETBRANCH": "main"},
    "bitbucket": {"BITBUCKET_PR_DESTINATION_BRANCH": "main"},
}
# One whose shell is bash and one whose shell is any: where the scripts are the same.
EITHER = pytest.mark.parametrize("system", ["codebuild", "bitbucket"])
EACH = pytest.mark.parametrize("system", [system for system in SYSTEMS if system != "github"])


def run_recipe(
    system: str, clone: Repository, settings: RecipeSettings, **variables: str
) -> list[subprocess.CompletedProcess[str]]:
    files = render_recipe(system, settings)
    environment = {**environment_of(system, files), **PREDEFINED[system], **variables}
    done = []
    for script in scripts(system, files):
        done.append(clone.run(script, *SHELLS[system], **environment))
        if done[-1].returncode:
            break
    return done


def document(clone: Repository) -> dict[str, Any]:
    loaded = json.loads((clone.folder / "fmplan-out" / "diff.json").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


@EACH
def test_the_recipe_compares_with_where_the_change_began_and_passes(
    system: str, repository: Callable[[str], Repository], monthly: dict[str, Decimal]
) -> None:
    clone = repository(UNDER)
    done = run_recipe(system, clone, RecipeSettings(version=__version__, synth=False))
    assert [each.returncode for each in done] == [0] * len(done), done[-1].stdout + done[-1].stderr
    delta = monthly["change"] - monthly["base"]
    assert Decimal(document(clone)["delta"]["monthly_usd"]) == delta
    shown = done[-1].stdout
    if system == "azure":
        assert f"##vso[task.uploadsummary]{clone.folder}/fmplan-out/report.md" in shown
    else:
        assert f"+${delta:,.2f}" in shown
    for name in ("diff.html", "diff.json", "report.md", "test-results/check.xml", "check.sarif"):
        assert (clone.folder / "fmplan-out" / name).is_file(), name
    if system != "codepipeline":  # whose project installs it, not the script
        assert clone.installed() == [f"-m pip install --disable-pip-version-check --quiet fmplan=={__version__}"]


@EACH
def test_the_gate_fails_over_the_limit_and_the_report_is_there(
    system: str, repository: Callable[[str], Repository]
) -> None:
    clone = repository(OVER)
    *_, last = run_recipe(system, clone, RecipeSettings(version=__version__, synth=False))
    assert last.returncode == 1, last.stdout + last.stderr
    report = (clone.folder / "fmplan-out" / "report.md").read_text(encoding="utf-8")
    assert "**Monthly cost" in report
    assert "`monthly_delta`" in report
    assert (clone.folder / "fmplan-out" / "diff.html").is_file()
    assert (clone.folder / "fmplan-out" / "test-results" / "check.xml").is_file()


@EITHER
def test_bad_input_is_worse_than_a_gate(system: str, repository: Callable[[str], Repository]) -> None:
    clone = repository(OVER)
    clone.commit("Broken", {"workload.yaml": "name: 1\n"})
    *_, last = run_recipe(system, clone, RecipeSettings(version=__version__, synth=False))
    assert last.returncode == 2


@EITHER
def test_a_shallow_clone_of_one_branch_gets_what_it_needs(
    system: str, repository: Callable[[str], Repository], monthly: dict[str, Decimal]
) -> None:
    clone = repository(UNDER)
    origin = clone.folder.parent / "origin.git"
    shallow = clone.folder.parent / "shallow"
    # A file address: a path would be copied whole.
    clone.git("clone", "--quiet", "--depth", "1", "--branch", "change", f"file://{origin}", str(shallow))
    clone = type(clone)(shallow, clone.environment)
    assert clone.git("rev-list", "--count", "HEAD") == "1"
    assert "main" not in clone.git("branch", "--all")
    *_, last = run_recipe(system, clone, RecipeSettings(version=__version__, synth=False))
    assert last.returncode == 0, last.stderr
    assert Decimal(document(clone)["delta"]["monthly_usd"]) == monthly["change"] - monthly["base"]


def test_what_the_checkout_fetched_is_enough(repository: Callable[[str], Repository]) -> None:
    """Jenkins and Azure keep credentials from scripts: there a fetch fails, and the branch is there already."""
    clone = repository(UNDER)
    clone.git("remote", "set-url", "origin", "https://127.0.0.1:9/needs/credentials.git")
    *_, last = run_recipe("jenkins", clone, RecipeSettings(version=__version__, synth=False))
    assert last.returncode == 0, last.stderr


@EITHER
def test_a_base_branch_that_is_nowhere_fails(system: str, repository: Callable[[str], Repository]) -> None:
    clone = repository(UNDER)
    settings = RecipeSettings(version=__version__, synth=False, base="nowhere")
    *_, last = run_recipe(system, clone, settings, BITBUCKET_PR_DESTINATION_BRANCH="nowhere")
    assert last.returncode == 2
    assert "fmplan: there is no branch nowhere to compare with" in last.stderr
    assert not (clone.folder / "fmplan-out" / "diff.json").exists()


def test_the_report_of_the_build_before_is_gone(repository: Callable[[str], Repository]) -> None:
    """Jenkins keeps a workspace from one build to the next."""
    clone = repository(UNDER)
    settings = RecipeSettings(version=__version__, synth=False)
    run_recipe("jenkins", clone, settings)
    assert (clone.folder / "fmplan-out" / "report.md").is_file()
    clone.commit("Broken", {"workload.yaml": "name: 1\n"})
    run_recipe("jenkins", clone, settings)
    assert not (clone.folder / "fmplan-out" / "report.md").exists()


def test_the_stack_is_synthesized_too(repository: Callable[[str], Repository]) -> None:
    clone = repository(UNDER)
    *_, last = run_recipe("codebuild", clone, RecipeSettings(version=__version__))
    assert last.returncode == 0, last.stderr
    assert (clone.folder / "fmplan-out" / "cdk.out" / "support-assistant.template.json").is_file()


def test_a_missed_constraint_fails_where_the_stack_is_synthesized(repository: Callable[[str], Repository]) -> None:
    clone = repository(UNDER)
    text = (clone.folder / "workload.yaml").read_text(encoding="utf-8")
    clone.commit("Less money", {"workload.yaml": text.replace("monthly_usd: 5000", "monthly_usd: 1")})
    *_, last = run_recipe("codebuild", clone, RecipeSettings(version=__version__))
    assert last.returncode == 1, last.stderr
    assert (clone.folder / "fmplan-out" / "diff.html").is_file()


def test_bitbucket_leaves_other_destinations_alone(repository: Callable[[str], Repository]) -> None:
    clone = repository(OVER)
    settings = RecipeSettings(version=__version__, synth=False)
    *_, last = run_recipe("bitbucket", clone, settings, BITBUCKET_PR_DESTINATION_BRANCH="develop")
    assert last.returncode == 0
    assert not (clone.folder / "fmplan-out").exists()
