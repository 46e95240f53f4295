"""What is commented on: options, else what the job's environment names."""

from __future__ import annotations

import pytest

from planner.comment.github import github_place
from planner.comment.gitlab import gitlab, gitlab_place
from planner.errors import InputError

JOB = {
    "CI_PROJECT_ID": "12",
    "CI_PROJECT_PATH": "team/app",
    "CI_PROJECT_URL": "https://gitlab.example/team/app",
    "CI_SERVER_URL": "https://gitlab.example",
    "CI_MERGE_REQUEST_IID": "7",
}
# A pipeline that runs in a fork: the merge request is in the project that it was forked from.
OF_FORK = {
    **JOB,
    "CI_MERGE_REQUEST_PROJECT_ID": "1",
    "CI_MERGE_REQUEST_PROJECT_PATH": "origin/app",
    "CI_MERGE_REQUEST_PROJECT_URL": "https://gitlab.example/origin/app",
}
URL = "https://gitlab.example"


@pytest.mark.parametrize(
    ("environment", "project", "number", "words", "page"),
    [
        (JOB, None, None, "project 12!7", f"{URL}/team/app/-/merge_requests/7"),
        (OF_FORK, None, None, "project 1!7", f"{URL}/origin/app/-/merge_requests/7"),
        (JOB, "12", 9, "project 12!9", f"{URL}/team/app/-/merge_requests/9"),
        (JOB, "team/app", None, "team/app!7", f"{URL}/team/app/-/merge_requests/7"),
        (JOB, "a/b/c.d", 3, "a/b/c.d!3", f"{URL}/a/b/c.d/-/merge_requests/3"),
        (JOB, "99", 3, "project 99!3", ""),  # the page of a number is not known
        ({}, "a/b", 3, "a/b!3", ""),
        ({**JOB, "CI_PROJECT_URL": "https://x\n::error::"}, None, None, "project 12!7", ""),
    ],
)
def test_which_merge_request(
    environment: dict[str, str], project: str | None, number: int | None, words: str, page: str
) -> None:
    place = gitlab_place(environment, project=project, number=number)
    assert (place.words, place.page) == (words, page)


@pytest.mark.parametrize(
    ("environment", "project", "number", "said"),
    [
        ({}, None, None, "state it with --merge-request 12"),
        ({"CI_MERGE_REQUEST_IID": "7/../8"}, "a/b", None, "state it with --merge-request 12"),
        ({"CI_MERGE_REQUEST_IID": "²"}, "a/b", None, "state it with --merge-request 12"),
        ({"CI_MERGE_REQUEST_IID": "7" * 5000}, "a/b", None, "state it with --merge-request 12"),
        ({}, None, 7, "write its number or group/name"),
        ({}, "..", 7, "write its number or group/name"),
        ({}, "a/../b", 7, "write its number or group/name"),
        ({}, "a//b", 7, "write its number or group/name"),
        ({}, "/a", 7, "write its number or group/name"),
        ({}, "a b", 7, "write its number or group/name"),
    ],
)
def test_merge_requests_that_are_not_known(
    environment: dict[str, str], project: str | None, number: int | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        gitlab_place(environment, project=project, number=number)


def test_a_project_s_name_is_one_part_of_the_path() -> None:
    environment = {"GITLAB_TOKEN": "x"}
    found = gitlab(environment, project="group/ü.name", number=7, sleep=lambda _: None, now=lambda: 0.0)
    assert found.path == "/projects/group%2F%C3%BC.name/merge_requests/7/notes"


@pytest.mark.parametrize(
    ("repository", "number", "commit", "words"),
    [
        ("team/app", 7, None, "team/app#7"),
        ("team/.github", 7, None, "team/.github#7"),
        (None, None, "ABCDEF0", "commit abcdef0 of job/app"),
        (None, None, "0" * 64, f"commit {'0' * 64} of job/app"),
    ],
)
def test_which_pull_request_or_commit(
    repository: str | None, number: int | None, commit: str | None, words: str
) -> None:
    environment = {"GITHUB_REPOSITORY": "job/app"}
    assert github_place(environment, repository=repository, number=number, commit=commit).words == words


@pytest.mark.parametrize(
    ("repository", "number", "commit", "said"),
    [
        ("app", 7, None, "write it as owner/name"),
        ("team/..", 7, None, "write it as owner/name"),
        ("team/app/x", 7, None, "write it as owner/name"),
        ("team/app?x", 7, None, "write it as owner/name"),
        ("team/app\n", 7, None, "write it as owner/name"),
        ("team/app", None, None, "state it with --pull-request 12"),
        ("team/app", None, "HEAD", "is no SHA"),
        ("team/app", None, "abc", "is no SHA"),
        ("team/app", 7, "abcdef0", "name one of them"),
    ],
)
def test_pull_requests_and_commits_that_are_not_known(
    repository: str, number: int | None, commit: str | None, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        github_place({}, repository=repository, number=number, commit=commit)


@pytest.mark.parametrize("event", ['{"pull_request": {"number": true}}', '{"pull_request": [7]}', "[" * 200_000, "7"])
def test_an_event_that_names_no_pull_request(tmp_path_factory: pytest.TempPathFactory, event: str) -> None:
    path = tmp_path_factory.mktemp("event") / "event.json"
    path.write_text(event, encoding="utf-8")
    with pytest.raises(InputError, match="--pull-request 12"):
        github_place({"GITHUB_REPOSITORY": "a/b", "GITHUB_EVENT_PATH": str(path)}, repository=None, number=None)
