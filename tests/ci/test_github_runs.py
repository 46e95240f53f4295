"""GitHub's recipe and the composite action: their steps run for real in a repository, with a loopback API."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner import __version__
from planner.ci_recipes import RecipeSettings, render_recipe
from tests.ci.repository import OVER, UNDER
from tests.ci.scratch import load_yaml
from tests.ci.steps import Ran, run_steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.ci.comments_api import CommentsApi
    from tests.ci.repository import Repository

TOKEN = "ghs_made_up_for_this_test"


def context(api: CommentsApi, head: str = "shop/assistant") -> dict[str, Any]:
    """Return the context `github` of a pull request from a branch of `head`."""
    return {
        "api_url": api.url,
        "base_ref": "main",
        "repository": "shop/assistant",
        "token": TOKEN,
        "event": {
            "number": 7,
            "pull_request": {"number": 7, "head": {"repo": {"full_name": head}}},
            "repository": {"default_branch": "main", "full_name": "shop/assistant"},
        },
    }


def merged(repository: Repository) -> Repository:
    """Check out what GitHub checks out for a pull request: the change merged into the base branch as it is now."""
    repository.git("checkout", "--quiet", "--detach", "origin/main")
    repository.git("merge", "--quiet", "--no-ff", "-m", "Merge change into main", "change")
    return repository


def run_workflow(repository: Repository, github: dict[str, Any], **settings: Any) -> Ran:  # noqa: ANN401  (of several types)
    (text,) = render_recipe("github", RecipeSettings(version=__version__, **settings)).values()
    job = load_yaml(text)["jobs"]["cost"]
    return run_steps(job["steps"], repository, github=github, env=job["env"])


def dollars(amount: Decimal) -> str:
    return f"+${amount:,.2f}"


def test_the_workflow_compares_comments_and_passes(
    repository: Callable[[str], Repository], api: CommentsApi, monthly: dict[str, Decimal]
) -> None:
    clone = merged(repository(UNDER))
    ran = run_workflow(clone, context(api))
    assert set(ran.outcomes.values()) == {"success"}, ran.printed
    assert clone.installed() == [f"-m pip install --disable-pip-version-check --quiet fmplan[cdk]=={__version__}"]
    assert (clone.folder / "fmplan-out" / "cdk.out" / "support-assistant.template.json").is_file()

    # What the base branch has since is on both sides.
    delta = monthly["both"] - monthly["since"]
    document = json.loads((clone.folder / "fmplan-out" / "diff.json").read_text(encoding="utf-8"))
    assert Decimal(document["delta"]["monthly_usd"]) == delta
    (comment,) = api.comments.values()
    assert comment.startswith("<!-- fmplan:comment:cost -->\n")
    assert dollars(delta) in comment
    assert dollars(delta) in ran.summary
    assert "traffic.requests_per_month" in comment
    assert len(api.tokens) == 1
    assert TOKEN in next(iter(api.tokens))
    assert TOKEN not in "".join(ran.printed.values())

    actions = {uses.partition("@")[0]: given for uses, given in ran.used}
    assert actions["github/codeql-action/upload-sarif"]["sarif_file"] == "fmplan-out/check.sarif"
    assert json.loads((clone.folder / "fmplan-out" / "check.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert actions["actions/checkout"] == {"fetch-depth": "0", "persist-credentials": "false"}

    # Once more, after a push: the comment is changed, not joined by another.
    text = (clone.folder / "workload.yaml").read_text(encoding="utf-8")
    clone.commit("Three times", {"workload.yaml": text.replace("600000", "900000")})
    again = run_workflow(clone, context(api), synth=False)
    assert not again.failed
    (changed,) = api.comments.values()
    assert changed != comment


def test_the_gate_fails_over_the_limit_and_the_comment_is_there(
    repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    ran = run_workflow(merged(repository(OVER)), context(api), synth=False)
    assert ran.failed
    assert [name for name, outcome in ran.outcomes.items() if outcome == "failure"] == ["Check the policies"]
    # The comment and the summary have what failed below what changed.
    (comment,) = api.comments.values()
    for text in (comment, ran.summary, ran.printed["Check the policies"]):
        assert "monthly_delta" in text
    assert comment.index("**Monthly cost") < comment.index("`monthly_delta`")
    # The findings are uploaded all the same.
    assert "github/codeql-action/upload-sarif" in str(ran.used)


def test_a_fork_gets_a_notice_and_the_gate(repository: Callable[[str], Repository], api: CommentsApi) -> None:
    api.may_write = False
    ran = run_workflow(merged(repository(OVER)), context(api, head="stranger/assistant"), synth=False)
    assert ran.outcomes["Comment"] == "success"
    assert "::notice title=fmplan::No comment was written" in ran.printed["Comment"]
    assert ran.outcomes["Check the policies"] == "failure"
    assert ran.outcomes["Show the findings in code scanning"] == "skipped"
    assert "**Monthly cost" in ran.summary


def test_a_workload_that_cannot_be_read_fails_the_job(
    repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    clone = merged(repository(UNDER))
    clone.commit("Broken", {"workload.yaml": "name: 1\n"})
    ran = run_workflow(clone, context(api))
    assert ran.failed
    assert ran.outcomes["Compare"] == "failure"
    assert "workload.yaml" in ran.printed["Compare"]
    assert api.comments == {}


def test_a_missed_constraint_fails_the_job_and_is_commented(
    repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    clone = merged(repository(UNDER))
    text = (clone.folder / "workload.yaml").read_text(encoding="utf-8")
    clone.commit("Less money", {"workload.yaml": text.replace("monthly_usd: 5000", "monthly_usd: 1")})
    ran = run_workflow(clone, context(api))
    assert ran.outcomes["Synthesize"] == "failure"
    assert ran.outcomes["Compare"] == "success"
    assert len(api.comments) == 1


def test_a_base_without_the_workload_is_all_new(
    repository: Callable[[str], Repository], api: CommentsApi, monthly: dict[str, Decimal]
) -> None:
    clone = repository(UNDER)
    clone.git("mv", "workload.yaml", "other.yaml")
    clone.git("commit", "--quiet", "-m", "Another name")
    ran = run_workflow(clone, context(api), synth=False, workload="other.yaml")
    assert ran.outcomes["Compare"] == "success", ran.printed
    document = json.loads((clone.folder / "fmplan-out" / "diff.json").read_text(encoding="utf-8"))
    assert document["before"]["kind"] == "missing"
    assert Decimal(document["delta"]["monthly_usd"]) == monthly["change"]


class Action:
    """The composite action, run with inputs as a workflow gives them."""

    def __init__(self, checkout: Path) -> None:
        self.definition = load_yaml((checkout / "action.yml").read_text(encoding="utf-8"))

    def run(self, repository: Repository, github: dict[str, Any], **given: str) -> tuple[Ran, dict[str, str]]:
        """Return what ran, and the action's outputs."""
        github = {**github, "action_path": "/the/action"}
        inputs = {
            name: str(each.get("default", "")).replace("${{ github.token }}", github["token"])
            for name, each in self.definition["inputs"].items()
        }
        stated = {name.replace("_", "-"): value for name, value in given.items()}
        assert set(stated) <= set(inputs)
        ran = run_steps(self.definition["runs"]["steps"], repository, github=github, inputs=inputs | stated)
        outputs = {}
        for name, each in self.definition["outputs"].items():
            step, key = re.fullmatch(r"\$\{\{ steps\.(\w+)\.outputs\.([\w-]+) \}\}", each["value"]).groups()  # type: ignore[union-attr]
            outputs[name] = ran.outputs.get(step, {}).get(key, "")
        return ran, outputs


@pytest.fixture(scope="module")
def action(checkout: Path) -> Action:
    return Action(checkout)


def test_the_action_says_what_it_does(action: Action) -> None:
    definition = action.definition
    assert set(definition["inputs"]) >= {"workload", "base", "policy", "comment", "strict", "python-version"}
    assert set(definition["outputs"]) == {"total-delta", "monthly", "passed"}
    assert definition["runs"]["using"] == "composite"
    for step in definition["runs"]["steps"]:
        if "run" in step:
            assert step["shell"] == "bash -eu -o pipefail {0}"
            assert "${{" not in step["run"], step["name"]
        else:
            assert re.fullmatch(r"actions/setup-python@[0-9a-f]{40}", step["uses"])


def test_the_action_has_outputs_a_summary_and_a_comment(
    action: Action, repository: Callable[[str], Repository], api: CommentsApi, monthly: dict[str, Decimal]
) -> None:
    clone = merged(repository(UNDER))
    ran, outputs = action.run(clone, context(api), policy="fmplan-policy.yml")
    assert not ran.failed, ran.printed
    delta = monthly["both"] - monthly["since"]
    assert outputs.pop("passed") == "true"
    assert {name: Decimal(value) for name, value in outputs.items()} == {
        "total-delta": delta,
        "monthly": monthly["both"],
    }
    assert dollars(delta) in ran.summary
    assert [dollars(delta) in comment for comment in api.comments.values()] == [True]
    assert clone.installed() == ["-m pip install --disable-pip-version-check --quiet /the/action"]
    assert clone.git("status", "--porcelain") == ""
    assert TOKEN not in "".join(ran.printed.values())


def test_the_action_fails_over_the_limit(
    action: Action, repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    ran, outputs = action.run(merged(repository(OVER)), context(api), policy="fmplan-policy.yml")
    assert ran.failed
    assert outputs["passed"] == "false"
    assert outputs["total-delta"]
    assert ["`monthly_delta`" in comment for comment in api.comments.values()] == [True]
    assert "`monthly_delta`" in ran.summary


def test_the_action_gates_and_comments_as_it_is_asked(
    action: Action, repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    ran, outputs = action.run(merged(repository(OVER)), context(api), comment="false", python_version="")
    assert not ran.failed, ran.printed
    assert outputs["passed"] == "true"
    assert api.comments == {}
    assert ran.used == []


def test_the_action_passes_nothing_where_the_comparison_fails(
    action: Action, repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    clone = merged(repository(UNDER))
    ran, outputs = action.run(clone, context(api), base="nowhere")
    assert ran.failed
    assert outputs == {"total-delta": "", "monthly": "", "passed": "false"}
    ran, outputs = action.run(clone, context(api), workload="nowhere.yaml", policy="fmplan-policy.yml")
    assert ran.failed
    assert outputs == {"total-delta": "", "monthly": "", "passed": "false"}
    assert api.comments == {}


@pytest.mark.parametrize(
    "name", ["$(touch hit)", "`touch hit`", "x; touch hit", "--output=hit", "-h", '"; touch hit; "']
)
def test_inputs_are_never_run(
    name: str, action: Action, repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    clone = merged(repository(UNDER))
    for key in ("workload", "base", "policy"):
        ran, outputs = action.run(clone, context(api), **{key: name})
        assert ran.failed, key
        assert outputs["passed"] == "false"
    assert not list(clone.folder.rglob("hit"))


def test_a_pull_request_from_a_hostile_branch_is_a_name_like_any_other(
    action: Action, repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    clone = repository(UNDER)
    branch = "$(touch${IFS}hit)"
    clone.git("checkout", "--quiet", "-b", branch)
    github = context(api) | {"head_ref": branch, "ref_name": branch}
    github["event"]["pull_request"] |= {"title": "`touch hit`", "head": {"ref": branch, "repo": {"full_name": "x/y"}}}
    ran, outputs = action.run(clone, github)
    assert not ran.failed, ran.printed
    assert outputs["passed"] == "true"
    assert not list(clone.folder.rglob("hit"))
