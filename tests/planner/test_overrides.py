from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.overrides import apply_overrides


@pytest.mark.parametrize(
    ("override", "expected"),
    [
        ("region=us-west-2", {"name": "w1", "region": "us-west-2"}),
        ("need.knowledge={}", {"name": "w1", "need": {"knowledge": {}}}),
        ("traffic.requests_per_month=2000000", {"name": "w1", "traffic": {"requests_per_month": 2_000_000}}),
        ("traffic.growth_per_month=-0.10", {"name": "w1", "traffic": {"growth_per_month": Decimal("-0.10")}}),
        ("constraints.regions=[us-east-1]", {"name": "w1", "constraints": {"regions": ["us-east-1"]}}),
        ("design.model=amazon.nova-lite-v1:0", {"name": "w1", "design": {"model": "amazon.nova-lite-v1:0"}}),
        ("description=a = b", {"name": "w1", "description": "a = b"}),
        ("description='5'", {"name": "w1", "description": "5"}),
        ("constraints.open_weights = true", {"name": "w1", "constraints": {"open_weights": True}}),
        ("name=", {"name": None}),
    ],
)  # fmt: skip
def test_sets_a_value(override: str, expected: object) -> None:
    assert apply_overrides({"name": "w1"}, [override], source="w.yaml") == expected


def test_later_ones_win_and_the_data_stays_as_it_is() -> None:
    shared = {"count": 1}
    data = {"data": {"documents": shared}, "other": shared}
    changed = apply_overrides(data, ["data.documents.count=2", "data.documents.count=3"], source="w.yaml")
    assert changed == {"data": {"documents": {"count": 3}}, "other": {"count": 1}}
    assert data == {"data": {"documents": {"count": 1}}, "other": {"count": 1}}


def test_adds_to_a_file_without_keys_and_leaves_what_is_no_mapping() -> None:
    assert apply_overrides(None, ["name=w1"], source="w.yaml") == {"name": "w1"}
    assert apply_overrides([1], ["name=w1"], source="w.yaml") == [1]


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("region", "--set region: is no key=value, such as traffic.requests_per_month=2000000"),
        ("=5", "--set =5: is no key=value, such as traffic.requests_per_month=2000000"),
        ("a..b=5", "--set a..b=5: is no key=value, such as traffic.requests_per_month=2000000"),
        ("region.name=x", "--set region.name=x: w.yaml has region: 'us-east-1', which holds no keys"),
        ("data.tags.x=1", "--set data.tags.x=1: w.yaml has data.tags: a list, which holds no keys"),
        ("a=[1, 2", "--set a=[1, 2:1:6: expected ',' or ']', but got '<stream end>'"),
        ("a=.nan", "--set a=.nan: .nan is no number that can be planned with; write a finite number"),
        ("a=x: y: z", "--set a=x: y: z:1:5: mapping values are not allowed here"),
    ],
)
def test_errors_name_the_override(override: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        apply_overrides({"region": "us-east-1", "data": {"tags": [1]}}, [override], source="w.yaml")
    assert str(caught.value) == message


@given(st.text(max_size=30) | st.tuples(st.sampled_from(["a", "a.b", "c.d"]), st.text(max_size=20)).map("=".join))
def test_any_text_is_applied_or_refused(override: str) -> None:
    message = "--set "
    try:
        apply_overrides({"a": {"b": 1}, "c": 2}, [override], source="w.yaml")
    except InputError as error:
        message = str(error)
    assert message.startswith("--set ")
