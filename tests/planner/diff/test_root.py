"""Stacks of other names: compared below their names where each side has one."""

from __future__ import annotations

import pytest

from planner.diff.root import under_one_name
from tests.planner.diff.sides import resource, side


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (["a/Bucket", "a/Key"], ["b/Bucket"], ["b/Bucket", "b/Key"]),
        (["a", "a/Bucket"], ["b/Bucket"], ["b", "b/Bucket"]),  # what no resource owns lies under the stack itself
        (["a/Bucket"], ["a/Bucket"], ["a/Bucket"]),
        (["a/Bucket", "c/Key"], ["b/Bucket"], ["a/Bucket", "c/Key"]),  # two stacks: which is which is not known
        (["Bucket", "Key"], ["b/Bucket"], ["Bucket", "Key"]),  # logical ids lie in no stack
        (["Bucket"], ["b/Bucket"], ["Bucket"]),
        ([], ["b/Bucket"], []),
        (["ab/Bucket"], ["a/Bucket"], ["a/Bucket"]),
    ],
)
def test_paths(before: list[str], after: list[str], moved: list[str]) -> None:
    old, new = (side(*(resource(path=path) for path in paths)) for paths in (before, after))
    found, note = under_one_name(old, new)
    assert [each.path for each in found.resources] == moved
    assert (note is not None) == (moved != before)


def test_what_has_no_price_moves_too() -> None:
    old = side(
        resource(path="a/Bucket"),
        unpriced=({"resource": "a/Bucket", "reason": "no price"},),
        unsupported=({"path": "a/Odd", "type": "AWS::Odd::One"},),
    )
    found, note = under_one_name(old, side(resource(path="b/Bucket")))
    assert found.unpriced[0]["resource"] == "b/Bucket"
    assert found.unsupported[0]["path"] == "b/Odd"
    assert note == "The stack is named a before and b after; resources are compared by their paths below it."
