"""Properties compared: by dotted path, as CloudFormation reads them, with what each calls for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.diff.properties import property_changes, strongest

if TYPE_CHECKING:
    from collections.abc import Sequence


def said(path: Sequence[str | int]) -> str:
    return "yes" if path[0] == "Name" else "no"


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"A": 1}, {"A": 1}, []),
        ({"A": 5}, {"A": "5"}, []),  # a number and its text are one value to CloudFormation
        ({"A": True}, {"A": "true"}, []),
        ({"A": 1}, {}, [("A", 1, None)]),
        ({}, {"A": {"B": 1}}, [("A", None, {"B": 1})]),
        ({"A": {"B": 1, "C": 2}}, {"A": {"B": 1, "C": 3}}, [("A.C", 2, 3)]),
        ({"A": [1, {"B": 1}]}, {"A": [1, {"B": 2}]}, [("A.1.B", 1, 2)]),
        ({"A": [1]}, {"A": [1, 2]}, [("A", [1], [1, 2])]),
        ({"A": {"Ref": "X"}}, {"A": "x"}, [("A", {"Ref": "X"}, "x")]),
        # an intrinsic is one value, not a mapping with a key
        (
            {"A": {"Fn::GetAtt": ["X", "Arn"]}},
            {"A": {"Fn::GetAtt": ["Y", "Arn"]}},
            [("A", {"Fn::GetAtt": ["X", "Arn"]}, {"Fn::GetAtt": ["Y", "Arn"]})],
        ),
        ({"A": {}}, {"A": []}, [("A", {}, [])]),
        ({"A": [1, 2]}, {"A": "[1, 2]"}, [("A", [1, 2], "[1, 2]")]),
        ({"B": 1, "A": 1}, {"A": 2, "B": 2}, [("A", 1, 2), ("B", 1, 2)]),
    ],
)
def test_changes(before: dict[str, Any], after: dict[str, Any], changed: list[tuple[str, Any, Any]]) -> None:
    found = property_changes(before, after, said)
    assert [(each.property, each.before, each.after) for each in found] == changed
    back = property_changes(after, before, said)
    assert [(each.property, each.after, each.before) for each in back] == changed


def test_each_change_says_whether_it_replaces() -> None:
    found = property_changes({"Name": "a", "Size": 1}, {"Name": "b", "Size": 2}, said)
    assert [(each.property, each.replacement) for each in found] == [("Name", "yes"), ("Size", "no")]


@pytest.mark.parametrize(
    ("replacements", "found"),
    [([], "no"), (["no", "maybe"], "maybe"), (["yes", "maybe", "no"], "yes"), (["no"], "no")],
)
def test_the_strongest_counts(replacements: list[str], found: str) -> None:
    assert strongest(replacements) == found
