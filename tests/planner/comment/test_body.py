"""The marker that a comment begins with, and what fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.comment.body import begins_with, fitted, marked, marker_of
from planner.comment.forge import address, body_of
from planner.errors import InputError

MARKER = "<!-- fmplan:comment:cost -->"


@pytest.mark.parametrize(
    "text",
    [
        "text",
        "\ufefftext",
        f"{MARKER}\ntext",
        "<!-- fmplan:comment:other -->\ntext",
        "\n\ntext",
        f"\n{MARKER} \n\ntext",
    ],
)
def test_a_text_begins_with_one_marker(text: str) -> None:
    assert marked(text, marker_of("cost")) == f"{MARKER}\ntext"


@pytest.mark.parametrize("name", ["", "Cost", "a b", "a-->", "x" * 41, "ä"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(InputError, match="small letters, digits and hyphens"):
        marker_of(name)


def test_a_quoted_marker_is_none() -> None:
    assert begins_with(f"{MARKER}\r\ntext", MARKER)
    assert not begins_with(f"> {MARKER}", MARKER)
    assert not begins_with("<!-- fmplan:comment:costs -->", MARKER)


@given(st.text(alphabet="a`~<>/details \n", max_size=400), st.integers(120, 500))
def test_what_fits_is_left_alone_and_what_is_cut_fits(text: str, longest: int) -> None:
    found = fitted(text, longest)
    assert len(found) <= longest
    if len(text) <= longest:
        assert found == text
    else:
        assert "does not fit" in found


NOTE = "\n\n_The rest does not fit into a comment; the whole report is with the job._\n"


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("a", ""),
        ("<details>", "\n\n</details>"),
        ("<details open><summary>x</summary>\n<details>", "\n\n</details>\n\n</details>"),
        ("<details>\n</details>", ""),
        ("</details>\n<details>", "\n\n</details>"),  # one too many before does not close one after
        ("```text", "\n```"),
        ("~~~~\n~~~\nx", "\n~~~~"),  # three do not end four
        ("```\nx\n`````", ""),  # more do
        ("```\n``` python", "\n```"),  # with words it is a line of the block
        ("```\n~~~\nx", "\n```"),
        ("```\n<details>", "\n```"),  # a block's content is no tag
        ("<details>\n\n```diff\n-a", "\n```\n\n</details>"),  # the inner one first
        ("> ```", "\n```"),
    ],
)
def test_what_a_cut_leaves_open_is_closed(text: str, closed: str) -> None:
    rest = "\n" + "x" * 500
    assert fitted(text + rest, len(text) + 150) == f"{text}{closed}{NOTE}"


def test_a_comment_that_is_cut_begins_with_its_marker_still() -> None:
    for rest in ("a line\n" * 50_000, "x" * 100_000, "```\n" * 30_000):
        body = body_of(rest, marker=MARKER, longest=65_536)
        assert len(body) <= 65_536
        assert begins_with(body, MARKER)
        assert body.endswith(NOTE.strip())


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("https://github.com/a/b/pull/7#issuecomment-1", True),
        ("http://127.0.0.1:80/x", True),
        ("https://x\n::set-env name=A::b", False),  # a line of its own would be a command to the job's runner
        ("https://x \x1b[2J", False),
        ("javascript:alert(1)", False),
        (None, False),
    ],
)
def test_addresses_that_are_printed(stated: str | None, shown: bool) -> None:
    assert address(stated) == (stated if shown else "")
