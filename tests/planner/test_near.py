from __future__ import annotations

import pytest

from planner.near import did_you_mean, nearest

REGIONS = ["us-east-1", "us-east-2", "us-west-2", "eu-central-1"]


@pytest.mark.parametrize(
    ("word", "choices", "found"),
    [
        ("us-eats-1", REGIONS, ["us-east-1"]),
        ("US-EAST-1", REGIONS, ["us-east-1"]),
        ("mars-north-7", ["knowledge", "behavior"], []),
        ("", REGIONS, []),
        ("word", [], []),
        # A part of a long name is near it, though the spelling is not; a part of two letters is in everything.
        (
            "haiku",
            ["anthropic.claude-haiku-4-5-20251001-v1:0", "amazon.nova-lite-v1:0"],
            ["anthropic.claude-haiku-4-5-20251001-v1:0"],
        ),
        ("li", ["amazon.nova-lite-v1:0"], []),
        ("rag", ["Rag", "rag"], ["Rag"]),
    ],
)
def test_the_nearest_names_come_best_first(word: str, choices: list[str], found: list[str]) -> None:
    assert nearest(word, choices) == found


def test_at_most_so_many_are_named() -> None:
    assert nearest("us-east-1", REGIONS, most=1) == ["us-east-1"]
    assert nearest("claude", [f"anthropic.claude-very-long-name-{number}" for number in range(9)], most=2) == [
        "anthropic.claude-very-long-name-0",
        "anthropic.claude-very-long-name-1",
    ]


@pytest.mark.parametrize(
    ("word", "choices", "text"),
    [
        ("chnages", ["changes", "citations"], "; did you mean 'changes'?"),
        ("us-east-3", ["us-east-1", "us-east-2"], "; did you mean 'us-east-2' or 'us-east-1'?"),
        ("zzz", ["changes"], ""),
    ],
)
def test_the_end_of_a_message_names_them(word: str, choices: list[str], text: str) -> None:
    assert did_you_mean(word, choices) == text


def test_a_word_of_any_length_is_answered_at_once() -> None:
    assert nearest("x" * 1_000_000, REGIONS) == []
