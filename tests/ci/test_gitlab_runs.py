"""GitLab's recipe: its note on the merge request, with a loopback API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner import __version__
from planner.ci_recipes import RecipeSettings, render_recipe
from tests.ci.repository import OVER, UNDER
from tests.ci.scratch import environment_of, scripts

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from decimal import Decimal

    from tests.ci.comments_api import CommentsApi
    from tests.ci.repository import Repository

FILES = render_recipe("gitlab", RecipeSettings(version=__version__, synth=False))
PREDEFINED = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_MERGE_REQUEST_IID": "7",
    "CI_PROJECT_ID": "42",
}


def run_job(clone: Repository, api: CommentsApi, token: str) -> subprocess.CompletedProcess[str]:
    (script,) = scripts("gitlab", FILES)
    variables = {**environment_of("gitlab", FILES), **PREDEFINED, "GITLAB_TOKEN": token, "CI_API_V4_URL": api.url}
    return clone.run(script, "bash", "-eo", "pipefail", "{0}", **variables)


def test_gitlab_comments_once(
    repository: Callable[[str], Repository], api: CommentsApi, monthly: dict[str, Decimal]
) -> None:
    clone = repository(UNDER)
    token = "glpat-made-up-for-this-test"
    for _ in range(2):
        last = run_job(clone, api, token)
        assert last.returncode == 0, last.stderr
        assert token not in last.stdout + last.stderr
    (comment,) = api.comments.values()
    assert comment.startswith("<!-- fmplan:comment:cost -->\n")
    assert f"+${monthly['change'] - monthly['base']:,.2f}" in comment
    assert len(api.tokens) == 1
    assert token in next(iter(api.tokens))


@pytest.mark.parametrize("token", ["", "glpat-that-may-only-read"])
def test_gitlab_without_a_token_that_may_write_still_gates(
    token: str, repository: Callable[[str], Repository], api: CommentsApi
) -> None:
    api.may_write = False
    clone = repository(OVER)
    last = run_job(clone, api, token)
    assert last.returncode == 1, last.stderr
    assert "the report is in the job's artifacts" in last.stdout
    assert api.comments == {}
