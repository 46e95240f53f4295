"""The marker that a comment begins with, and what fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.comment.body import begins_with, fitted, marked, marker_of
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
