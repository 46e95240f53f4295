"""Comments left on both forges, against servers that behave like theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.comment.forge import leave
from planner.comment.github import github
from planner.comment.gitlab import gitlab
from planner.errors import InputError
from tests.planner.comment.forges import TOKEN, Odd, State, forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.comment.forge import Forge, Outcome

MARKER = "<!-- fmplan:comment:cost -->"
NOW = 1_000_000.0


@pytest.fixture(params=["github", "gitlab"])
def state(request: pytest.FixtureRequest) -> Iterator[State]:
    """A server of each forge."""
    with forge(request.param) as found:
        yield found


class Clock:
    """Waits without waiting."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)

    def now(self) -> float:
        return NOW


def at(state: State, clock: Clock, **environment: str) -> Forge:
    if state.kind == "github":
        stated = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "team/app", "GITHUB_API_URL": state.address}
        return github({**stated, **environment}, repository=None, number=7, sleep=clock.sleep, now=clock.now)
    stated = {"GITLAB_TOKEN": TOKEN, "CI_PROJECT_ID": "12", "CI_API_V4_URL": state.address, **environment}
    return gitlab(stated, project=None, number=7, sleep=clock.sleep, now=clock.now)


def post(state: State, text: str = "text", *, mode: str = "update", clock: Clock | None = None) -> Outcome:
    return leave(at(state, clock or Clock()), text, marker=MARKER, mode=mode)


def test_the_first_comment_is_written_and_the_second_run_updates_it(state: State) -> None:
    state.add("hello", login="somebody")
    assert post(state, "first").done == "created"
    assert state.bodies() == ["hello", f"{MARKER}\nfirst"]
    assert post(state, "second").done == "updated"
    assert state.bodies() == ["hello", f"{MARKER}\nsecond"]


def test_an_unchanged_comment_is_not_written(state: State) -> None:
    post(state, "text\n")
    state.asked.clear()
    assert post(state, "text\n").done == "up to date"
    assert [each for each in state.asked if not each.startswith("GET")] == []


def test_line_ends_that_a_form_on_the_web_made_are_no_change(state: State) -> None:
    state.add(f"{MARKER}\r\na\r\nb\r\n")
    assert post(state, "a\nb").done == "up to date"


def test_ours_is_found_on_a_later_page(state: State) -> None:
    post(state, "first")
    for number in range(7):
        state.add(f"comment {number}", login="somebody")
    assert post(state, "second").done == "updated"
    assert len(state.comments) == 8


def test_new_writes_one_more(state: State) -> None:
    post(state)
    assert post(state, mode="new").done == "created"
    assert len(state.comments) == 2


def test_delete_and_new_leaves_one_at_the_end(state: State) -> None:
    post(state, "a")
    post(state, "b", mode="new")
    state.add("hello", login="somebody")
    outcome = post(state, "c", mode="delete-and-new")
    assert (outcome.done, outcome.removed) == ("created", 2)
    assert state.bodies() == ["hello", f"{MARKER}\nc"]


def test_what_can_t_be_replaced_is_still_there(state: State) -> None:
    post(state, "a")
    state.odd.append(("POST", json_(422)))
    with pytest.raises(InputError, match="422"):
        post(state, "b", mode="delete-and-new")
    assert state.bodies() == [f"{MARKER}\na"]


def test_one_that_goes_while_it_is_deleted_is_deleted(state: State) -> None:
    post(state, "a")
    state.gone.add(state.comments[0]["id"])
    assert post(state, "b", mode="delete-and-new").done == "created"


def test_the_token_is_in_one_header_alone(state: State) -> None:
    for mode in ("update", "update", "new", "delete-and-new"):
        post(state, mode, mode=mode)
    assert len(state.sent) > 8
    assert TOKEN not in "".join(state.sent)


def test_of_several_the_newest_is_edited_and_the_others_said(state: State) -> None:
    post(state, "a")
    post(state, "b", mode="new")
    outcome = post(state, "c")
    assert (outcome.done, outcome.others) == ("updated", 1)
    assert state.bodies() == [f"{MARKER}\na", f"{MARKER}\nc"]


@pytest.mark.parametrize(
    ("body", "login"),
    [
        (f"> {MARKER}\n> quoted", "me"),  # a quotation by the same user
        (f"{MARKER}\ncopied", "somebody"),  # somebody else's
        ("<!-- fmplan:comment:other -->\nx", "me"),  # another comment of ours
    ],
)
def test_what_is_not_ours_is_not_touched(state: State, body: str, login: str) -> None:
    state.add(body, login=login)
    for mode in ("update", "delete-and-new"):
        post(state, mode, mode=mode)
    assert state.bodies()[0] == body


def test_a_comment_that_was_deleted_meanwhile_is_written_anew(state: State) -> None:
    post(state, "a")
    state.gone.add(state.comments[0]["id"])
    assert post(state, "b").done == "created"


@pytest.mark.parametrize(
    ("viewer", "login", "kind", "own"),
    [
        # GITHUB_TOKEN may not ask for /user. GraphQL tells it its bot.
        ("github-actions[bot]", "github-actions[bot]", "Bot", True),
        ("github-actions", "github-actions[bot]", "Bot", True),  # as GraphQL calls bots elsewhere
        ("our-app[bot]", "our-app[bot]", "Bot", True),
        ("our-app[bot]", "github-actions[bot]", "Bot", False),
        ("our-app[bot]", "our-app", "User", False),  # a person who took the name
        # GraphQL does not answer either: the job's.
        (None, "github-actions[bot]", "Bot", True),
        (None, "another[bot]", "Bot", False),
        (None, "github-actions", "User", False),
        (None, "somebody", "User", False),
    ],
)
def test_a_bot_s_token_edits_its_own_comments_alone(viewer: str | None, login: str, kind: str, own: bool) -> None:
    with forge("github", login=None, viewer=viewer) as state:
        state.add(f"{MARKER}\nold", login=login, kind=kind)
        assert post(state, "new").done == ("updated" if own else "created")
        assert state.bodies()[0] == f"{MARKER}\n{'new' if own else 'old'}"


def test_logins_have_no_case() -> None:
    with forge("github", login="Me") as state:
        state.add(f"{MARKER}\nold", login="mE")
        assert post(state, "new").done == "updated"


def test_an_enterprise_server_has_graphql_beside_its_rest_api() -> None:
    with forge("github", login=None, viewer="our-app[bot]") as state:
        state.add(f"{MARKER}\nold", login="our-app[bot]", kind="Bot")
        at_server = at(state, Clock(), GITHUB_API_URL=f"{state.address}/api/v3/")
        assert leave(at_server, "new", marker=MARKER, mode="update").done == "updated"
        assert state.asked[:2] == ["GET /api/v3/user", "POST /api/graphql"]


@pytest.mark.parametrize(
    ("login", "own"),
    [("project_12_bot_0a1b", True), ("group_3_bot", True), ("project_12_bot3", True), ("somebody", False)],
)
def test_of_a_gitlab_token_that_may_not_ask_who_it_is_a_bot_s_note_is_its_own(login: str, own: bool) -> None:
    with forge("gitlab", login=None) as state:
        state.add(f"{MARKER}\nold", login=login)
        assert post(state, "new").done == ("updated" if own else "created")


def test_a_commit_s_comments_are_kept_up_to_date_too() -> None:
    with forge("github") as state:
        environment = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "team/app", "GITHUB_API_URL": state.address}
        for text, done in (("a", "created"), ("b", "updated"), ("b", "up to date")):
            clock = Clock()
            at_commit = github(
                environment, repository=None, number=None, commit="abcdef0", sleep=clock.sleep, now=clock.now
            )
            assert leave(at_commit, text, marker=MARKER, mode="update").done == done
        changes = [each for each in state.asked if not each.startswith("GET")]
        assert changes == ["POST /repos/team/app/commits/abcdef0/comments", "PATCH /repos/team/app/comments/101"]


def test_pages_by_gitlab_s_number_where_its_links_lead_nowhere() -> None:
    with forge("gitlab", links=False) as state:
        for number in range(7):
            state.add(f"comment {number}", login="somebody")
        state.add(f"{MARKER}\nold")
        assert post(state, "new").done == "updated"
        assert len([each for each in state.asked if each.startswith("GET /projects")]) == 3  # 8 notes, 3 a page
        assert "per_page=100" in state.sent[-2]  # the last page keeps the rest of the query


def test_notes_of_gitlab_itself_are_no_comments() -> None:
    with forge("gitlab") as state:
        state.add(f"{MARKER}\nx", system=True)
        assert post(state, "y").done == "created"


def json_(status: int, text: str = '{"message": "said\\u0007 so"}', **headers: str) -> Odd:
    return (status, {name.replace("_", "-"): value for name, value in headers.items()}, text.encode())


@pytest.mark.parametrize(
    ("beginning", "answers", "waited"),
    [
        ("GET", [json_(502)], [1.0]),
        ("GET", [json_(503), json_(503), json_(503)], [1.0, 2.0, 4.0]),
        ("GET", [json_(429, Retry_After="7")], [7.0]),
        ("GET", [json_(403, Retry_After="30")], [30.0]),  # GitHub's secondary limit
        ("GET", [json_(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(NOW) + 9))], [9.0]),
        ("GET", [None], [1.0]),  # the connection is closed
        ("POST", [json_(429, Retry_After="3")], [3.0]),
    ],
)
def test_what_helps_to_ask_again(state: State, beginning: str, answers: list[Odd], waited: list[float]) -> None:
    clock = Clock()
    state.odd += [(beginning, answer) for answer in answers]
    assert post(state, clock=clock).done == "created"
    assert clock.waited == waited
    assert len(state.comments) == 1


@pytest.mark.parametrize(
    ("beginning", "answers", "said"),
    [
        ("POST", [json_(403)], "403: said so: the token may not write"),
        ("POST", [json_(401)], "401: said so: the token is not valid"),
        ("POST", [json_(404)], "404: said so: there is no such"),
        ("POST", [json_(422, '{"message": "no", "errors": [{"message": "too long"}]}')], "422: no too long: "),
        ("POST", [json_(500)], "500: said so"),  # it may have been written: not written twice
        ("POST", [None], "the connection was closed"),
        ("GET", [json_(503)] * 5, "503: said so: the server fails; try again later"),
        ("GET", [json_(429)] * 5, "429: the API limits requests; try again later"),
        ("GET", [json_(429, Retry_After="4000")], "the API limits requests; try again later"),
        ("GET", [json_(500, "<html>oops</html>")] * 5, "500"),
        ("POST", [json_(201, "<html>")], "the answer is no JSON"),
        ("POST", [json_(201, "[]")], "something else than a"),
        ("POST", [json_(302, "", Location="https://evil.example/")], "a token is not sent there"),
    ],
)
def test_what_is_refused_in_one_message(state: State, beginning: str, answers: list[Odd], said: str) -> None:
    state.odd += [(beginning, answer) for answer in answers]
    with pytest.raises(InputError) as refused:
        post(state)
    assert said in str(refused.value)
    assert TOKEN not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "\x07" not in str(refused.value)
    assert state.comments == []


def test_a_list_that_is_none_and_a_next_page_elsewhere(state: State) -> None:
    for answer, said in (
        (json_(200, "{}"), "the answer is no list"),
        (json_(200, "[]", Link='<https://evil.example/x>; rel="next"'), "the next page is on another host"),
    ):
        path = "/repos" if state.kind == "github" else "/projects"
        state.odd.append((f"GET {path}", answer))
        with pytest.raises(InputError, match=said):
            post(state)


def test_a_body_that_is_too_long_is_cut_and_says_so() -> None:
    with forge("github") as state:
        text = "# head\n<details>\n\n```text\n" + "a line\n" * 20_000 + "```\n</details>\n"
        assert post(state, text).done == "created"
        (body,) = state.bodies()
        assert len(body) <= 65_536
        assert body.endswith("</details>\n\n_The rest does not fit into a comment; the whole report is with the job._")
        assert body.count("```") == 2


@pytest.mark.parametrize(
    ("kind", "environment", "said"),
    [
        ("github", {"GITHUB_TOKEN": ""}, "GITHUB_TOKEN is not set"),
        ("github", {"GITHUB_TOKEN": "abc\ndef"}, "characters that no token has"),
        ("github", {"GITHUB_REPOSITORY": "app"}, "write it as owner/name"),
        ("github", {"GITHUB_REPOSITORY": "../app"}, "write it as owner/name"),
        ("github", {"GITHUB_API_URL": "http://api.github.com"}, "is no https address"),
        ("github", {"GITHUB_API_URL": "https://user:pass@x"}, "is no https address"),
        ("gitlab", {"GITLAB_TOKEN": ""}, "GITLAB_TOKEN is not set"),
        ("gitlab", {"GITLAB_TOKEN": "", "CI_JOB_TOKEN": "x"}, "CI_JOB_TOKEN may not write notes"),
        ("gitlab", {"GITLAB_TOKEN": "a b"}, "characters that no token has"),
        ("gitlab", {"CI_PROJECT_ID": "a?b"}, "write its number or group/name"),
        ("gitlab", {"CI_API_V4_URL": "ftp://x"}, "is no https address"),
    ],
)
def test_what_is_missing_is_told_before_anybody_is_asked(kind: str, environment: dict[str, str], said: str) -> None:
    with pytest.raises(InputError) as refused:
        at(State(kind, address="http://127.0.0.1:9"), Clock(), **environment)
    assert said in str(refused.value)
    assert "pass" not in str(refused.value)


def test_nobody_answers(state: State) -> None:
    state.address = "http://127.0.0.1:9"
    clock = Clock()
    with pytest.raises(InputError, match="no connection"):
        post(state, clock=clock)
    assert clock.waited == [1.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("event", "ref", "number"),
    [
        ('{"pull_request": {"number": 7}}', "", 7),
        ('{"issue": {"number": 8}}', "", 8),
        ("{}", "refs/pull/9/merge", 9),
        ("broken", "refs/pull/9/head", 9),
        ("{}", "refs/heads/main", None),
        (None, "", None),
    ],
)
def test_the_pull_request_of_the_job(tmp_path: Path, event: str | None, ref: str, number: int | None) -> None:
    environment = {"GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "team/app", "GITHUB_REF": ref}
    if event is not None:
        (tmp_path / "event.json").write_text(event, encoding="utf-8")
        environment["GITHUB_EVENT_PATH"] = str(tmp_path / "event.json")
    clock = Clock()
    if number is None:
        with pytest.raises(InputError, match="--pull-request 12"):
            github(environment, repository=None, number=None, sleep=clock.sleep, now=clock.now)
        return
    found = github(environment, repository=None, number=None, sleep=clock.sleep, now=clock.now)
    assert found.path == f"/repos/team/app/issues/{number}/comments"
