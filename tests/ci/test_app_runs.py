"""Recipes for a CDK app that isn't ours: both sides are synthesized and compared."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner import __version__
from planner.ci_recipes import RecipeSettings, render_recipe
from tests.ci.repository import CDK_COMMAND, UNDER, Repository
from tests.ci.scratch import environment_of, load_yaml, scripts
from tests.ci.steps import run_steps

if TYPE_CHECKING:
    from collections.abc import Callable

APP = """\
import aws_cdk as cdk

app = cdk.App()
stack = cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))
for number in range({gateways}):
    cdk.CfnResource(stack, f"Gateway{{number}}", type="AWS::EC2::NatGateway", properties={{"SubnetId": "subnet-1"}})
app.synth()
"""
CDK_JSON = '{"app": "python app.py"}\n'
SETTINGS = RecipeSettings(version=__version__, app="infra", usage="infra/fmplan-usage.yml")
USAGE = """\
version: 1
resource_usage:
  Shop/Gateway*:
    monthly_data_processed_gb: 100
"""
# us-east-1: $0.045 an hour for 730 hours, $0.045 a GB for 100 GB = 32.85 + 4.50
GATEWAY = Decimal("37.35")


@pytest.fixture
def clone(repository: Callable[[str], Repository]) -> Repository:
    """A clone in which the app had one NAT gateway where the change began, and has three with it."""
    made = repository(UNDER)
    made.git("checkout", "--quiet", "main")
    app = {
        "infra/app.py": APP.format(gateways=1),
        "infra/cdk.json": CDK_JSON,
        "infra/requirements.txt": "aws-cdk-lib\n",
    }
    made.commit("An app", app | {"infra/fmplan-usage.yml": USAGE})
    made.git("push", "--quiet", "origin", "main")
    made.git("checkout", "--quiet", "-b", "more")
    made.commit("More gateways", {"infra/app.py": APP.format(gateways=3)})
    return made


def document(clone: Repository) -> dict[str, Any]:
    loaded = json.loads((clone.folder / "fmplan-out" / "diff.json").read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_both_sides_of_an_app_are_synthesized_on_github(clone: Repository) -> None:
    (text,) = render_recipe("github", SETTINGS).values()
    job = load_yaml(text)["jobs"]["cost"]
    steps = [step for step in job["steps"] if step["name"] not in {"Comment", "Check the policies"}]
    github = {"api_url": "", "base_ref": "main", "repository": "shop/assistant", "token": "", "event": {}}
    ran = run_steps(steps, clone, github=github, env=job["env"])
    assert not ran.failed, ran.printed
    delta = document(clone)["delta"]
    assert Decimal(delta["monthly_usd"]) == 2 * GATEWAY
    assert [each["path"] for each in document(clone)["resources"]] == ["Shop/Gateway1", "Shop/Gateway2"]
    assert clone.installed() == [
        f"-m pip install --disable-pip-version-check --quiet fmplan=={__version__}",
        *["-m pip install --disable-pip-version-check --quiet -r requirements.txt"] * 2,
    ]
    assert clone.git("worktree", "list").count("\n") == 0
    assert clone.git("status", "--porcelain", "--untracked-files=all").count("infra/") == 0


def test_an_app_that_is_new_is_all_new(clone: Repository) -> None:
    clone.git("push", "--quiet", "origin", "--force", "main~1:main")
    files = render_recipe("codebuild", SETTINGS)
    script = scripts("codebuild", files)[-1].rpartition("step fmplan check")[0] + "exit $worst\n)"
    done = clone.run(script, "bash", "{0}", **environment_of("codebuild", files))
    assert done.returncode == 0, done.stderr
    assert document(clone)["before"]["kind"] == "missing"
    assert Decimal(document(clone)["delta"]["monthly_usd"]) == 3 * GATEWAY


def test_an_app_that_does_not_synthesize_fails(clone: Repository) -> None:
    clone.commit("Broken", {"infra/app.py": "raise SystemExit('not today')\n"})
    files = render_recipe("gitlab", SETTINGS)
    done = clone.run(scripts("gitlab", files)[-1], "sh", "-e", "{0}", **environment_of("gitlab", files))
    assert done.returncode == 1
    assert "not today" in done.stderr
    assert not (clone.folder / "fmplan-out" / "diff.json").exists()


def test_the_code_of_an_app_sees_no_token(clone: Repository) -> None:
    seen = (
        "import os, pathlib\npathlib.Path(os.environ['HOME'], 'seen').write_text(str('GITLAB_TOKEN' in os.environ))\n"
    )
    clone.commit("Curious", {"infra/app.py": seen + APP.format(gateways=1)})
    files = render_recipe("gitlab", SETTINGS)
    clone.run(scripts("gitlab", files)[-1], "bash", "{0}", **environment_of("gitlab", files), GITLAB_TOKEN="made-up")
    assert (clone.folder.parent / "seen").read_text(encoding="utf-8") == "False"


def test_the_stand_in_is_for_the_command_that_recipes_ask_for() -> None:
    assert SETTINGS.environment["FMPLAN_CDK"] == CDK_COMMAND
