"""`fmplan comment` as a job runs it: a child process, its environment, one line of output."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.docs_blocks import CHECKOUT
from tests.planner.comment.forges import TOKEN, State, forge

if TYPE_CHECKING:
    from pathlib import Path

    from tests.planner.comment.forges import Odd

_RUN = "import sys; sys.path.insert(0, sys.argv.pop(1)); from planner.cli import main; main()"


def fmplan(*arguments: str | Path, stdin: str | bytes = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GITLAB_", "CI_", "GH_"))}
    command = [sys.executable, "-P", "-c", _RUN, str(CHECKOUT), "comment", *map(str, arguments)]
    content = stdin.encode() if isinstance(stdin, str) else stdin
    surroundings = {**kept, "PYTHONUTF8": "1", **environment}
    return subprocess.run(command, input=content, env=surroundings, capture_output=True, check=False)


def job(state: State) -> dict[str, str]:
    if state.kind == "github":
        return {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORY": "team/app",
            "GITHUB_API_URL": state.address,
            "GITHUB_REF": "refs/pull/7/merge",
        }
    return {
        "GITLAB_TOKEN": TOKEN,
        "CI_PROJECT_ID": "12",
        "CI_API_V4_URL": state.address,
        "CI_MERGE_REQUEST_IID": "7",
        "CI_PROJECT_URL": "https://gitlab.example/team/app",
    }


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_a_job_comments_and_updates(kind: str, tmp_path: Path) -> None:
    report = tmp_path / "diff.md"
    report.write_text("**Monthly cost +$1.00** → ü\n", encoding="utf-8")
    with forge(kind) as state:
        first = fmplan(kind, "--file", report, **job(state))
        assert (first.returncode, first.stderr) == (0, b"")
        assert first.stdout.startswith(b"created https://")
        assert state.bodies() == ["<!-- fmplan:comment:cost -->\n**Monthly cost +$1.00** → ü"]
        second = fmplan(kind, "--file", "-", stdin="other", **job(state))
        assert second.stdout.startswith(b"updated https://")
        third = fmplan(kind, "--file", "-", "--name", "security", stdin="more", **job(state))
        assert third.stdout.startswith(b"created https://")
        assert len(state.comments) == 2
        for finished in (first, second, third):
            assert TOKEN.encode() not in finished.stdout + finished.stderr
        if kind == "gitlab":
            assert b"https://gitlab.example/team/app/-/merge_requests/7#note_" in first.stdout


def test_a_fork_s_token_is_an_error_or_a_notice(tmp_path: Path) -> None:
    report = tmp_path / "diff.md"
    report.write_text("text", encoding="utf-8")
    refusal: Odd = (403, {}, b'{"message": "Resource not accessible by integration"}')
    with forge("github") as state:
        state.odd.append(("POST", refusal))
        refused = fmplan("github", "--file", report, **job(state))
        assert refused.returncode == 2
        assert b"pull-requests: write" in refused.stderr
        assert refused.stderr.count(b"\n") == 1
        state.odd.append(("POST", refusal))
        tolerated = fmplan("github", "--file", report, "--tolerate-forbidden", **job(state))
        assert tolerated.returncode == 0
        assert tolerated.stderr.startswith(b"fmplan: no comment is written: ")


def test_a_limit_of_the_api_is_an_error_even_where_a_403_is_tolerated() -> None:
    with forge("github") as state:
        state.odd.append(("GET /repos", (403, {"Retry-After": "3600"}, b"{}")))
        finished = fmplan("github", "--file", "-", "--tolerate-forbidden", stdin="x", **job(state))
        assert (finished.returncode, finished.stdout) == (2, b"")
        assert b"the API limits requests; try again later" in finished.stderr


@pytest.mark.parametrize("kind", ["github", "gitlab"])
def test_a_token_that_is_not_valid_is_in_no_output(kind: str) -> None:
    with forge(kind) as state:
        surroundings = {**job(state), f"{kind.upper()}_TOKEN": "wrong-0123456789"}
        finished = fmplan(kind, "--file", "-", "--tolerate-forbidden", stdin="x", **surroundings)
        assert (finished.returncode, finished.stdout) == (2, b"")
        assert b"401: Bad credentials: the token is not valid" in finished.stderr
        assert b"wrong-0123456789" not in finished.stderr
        assert finished.stderr.count(b"\n") == 1


def test_an_address_that_would_be_a_command_of_the_job_s_runner_is_not_printed() -> None:
    with forge("github") as state:
        answer = b'{"id": 1, "body": "", "html_url": "https://x\\n::add-path::/evil"}'
        state.odd.append(("POST", (201, {}, answer)))
        finished = fmplan("github", "--file", "-", stdin="x", **job(state))
        assert (finished.returncode, finished.stdout) == (0, b"created\n")


def test_older_ones_with_the_same_marker_are_said() -> None:
    with forge("github") as state:
        for _ in range(2):
            fmplan("github", "--file", "-", "--mode", "new", stdin="a", **job(state))
        finished = fmplan("github", "--file", "-", stdin="b", **job(state))
        assert b"1 older comment has the same marker; it is left as it is" in finished.stderr


@pytest.mark.parametrize(
    ("kind", "options", "said"),
    [
        ("github", (), "would update the comment cost on team/app#7, or write it:"),
        ("github", ("--mode", "new", "--name", "x"), "would write one more comment x on team/app#7:"),
        (
            "github",
            ("--commit", "ABCDEF0"),
            "would update the comment cost on commit abcdef0 of team/app, or write it:",
        ),
        ("gitlab", ("--mode", "delete-and-new"), "would write the comment cost on project 12!7 and delete"),
        (
            "gitlab",
            ("--project", "a/b", "--merge-request", "9"),
            "would update the comment cost on a/b!9, or write it:",
        ),
    ],
)
def test_a_dry_run_asks_nobody_and_needs_no_token(kind: str, options: tuple[str, ...], said: str) -> None:
    with forge(kind) as state:
        surroundings = {key: value for key, value in job(state).items() if not key.endswith("_TOKEN")}
        finished = fmplan(kind, "--file", "-", "--dry-run", *options, stdin="text\n", **surroundings)
        assert (finished.returncode, finished.stderr, state.asked) == (0, b"", [])
    first, rest = finished.stdout.decode().split("\n", 1)
    assert first.startswith(said)
    name = options[-1] if "--name" in options else "cost"
    assert rest == f"\n<!-- fmplan:comment:{name} -->\ntext\n"


@pytest.mark.parametrize(("kind", "longest"), [("github", 65_536), ("gitlab", 1_000_000)])
def test_a_dry_run_shows_what_fits(kind: str, longest: int) -> None:
    finished = fmplan(kind, "--file", "-", "--dry-run", stdin="a line\n" * 200_000, **job(State(kind)))
    body = finished.stdout.decode().split("\n\n", 1)[1]
    assert longest - 10 < len(body) <= longest
    assert body.endswith("does not fit into a comment; the whole report is with the job._\n")


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("github", "--file", "nothing.md"), "", b"nothing.md: no such file"),
        (("github", "--file", "-"), "", b"stdin: is empty"),
        (("github", "--file", "-"), b"\xff\xfe", b"stdin: is not UTF-8"),
        (("github", "--file", "-", "--name", "A B"), "x", b"small letters, digits and hyphens"),
        (("github", "--file", "-", "--mode", "replace"), "x", b"is not one of"),
        (("github", "--file", "-", "--pull-request", "0"), "x", b"is not in the range"),
        (("github", "--file", "-"), "x", b"GITHUB_TOKEN is not set"),
        (("gitlab", "--file", "-"), "x", b"GITLAB_TOKEN is not set"),
        (("github", "--file", "-", "--dry-run"), "x", b"write it as owner/name"),
        (("github", "--file", "-", "--dry-run", "--repository", "a/b"), "x", b"state it with --pull-request 12"),
        (("gitlab", "--file", "-", "--dry-run"), "x", b"state it with --merge-request 12"),
        (("bitbucket",), "", b"No such command"),
    ],
)
def test_wrong_input_is_one_message(arguments: tuple[str, ...], stdin: str | bytes, said: bytes) -> None:
    finished = fmplan(*arguments, stdin=stdin)
    assert finished.returncode == 2
    assert said in finished.stderr
    assert b"Traceback" not in finished.stderr
    assert finished.stdout == b""
