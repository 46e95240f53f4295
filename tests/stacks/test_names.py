from __future__ import annotations

import re

import pytest

from stacks.names import physical_name

# Bedrock's rule for names of models, prompts and knowledge bases, save their length.
_BEDROCK = re.compile(r"([0-9a-zA-Z][_-]?)+")


@pytest.mark.parametrize(
    ("workload", "limit", "suffix", "expected"),
    [
        ("support-assistant", 28, "", "support-assistant"),
        ("support-assistant", 32, "-kb", "support-assistant-kb"),
        # Too long: cut, and told apart by the digest of the whole.
        ("a" * 40, 28, "", "a" * 21 + "-<digest>"),
        ("double--hyphen", 28, "", "double-hyphen-<digest>"),
        ("ends-", 28, "", "ends-<digest>"),
    ],
)
def test_a_name_is_what_services_take(workload: str, limit: int, suffix: str, expected: str) -> None:
    name = physical_name(workload, limit=limit, suffix=suffix)
    assert re.sub(r"-[0-9a-f]{6}$", "-<digest>", name) == expected
    assert len(name) <= limit
    assert _BEDROCK.fullmatch(name)


def test_names_that_were_changed_are_never_shared() -> None:
    names = {physical_name(workload, limit=20) for workload in ("a--b", "a-b", "a---b", "a-b-", "x" * 30, "x" * 31)}
    assert len(names) == 6
