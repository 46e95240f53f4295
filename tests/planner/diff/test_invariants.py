"""What holds for any two sides: nothing changes against oneself, the way back is the way with other signs, sums."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from hypothesis import given

from planner.diff.document import diff_document
from planner.money import CONTEXT
from tests.planner.diff.sides import drawn_sides

if TYPE_CHECKING:
    from planner.diff.side import Side

AMOUNTS = ("monthly_usd", "one_time_usd", "idle_monthly_usd")
_OPPOSITE = {"added": "removed", "removed": "added", "changed": "changed"}


def diff(before: Side, after: Side) -> dict[str, Any]:
    return diff_document(before, after, double_running_hours=Decimal(24))


@given(drawn_sides())
def test_a_side_against_itself_is_empty(one: Side) -> None:
    document = diff(one, one)
    assert document["resources"] == []
    assert document["price_changes"] == []
    assert document["notes"] == []
    assert set(document["delta"].values()) == {"0"}


@given(drawn_sides(), drawn_sides())
def test_the_way_back_is_the_way_with_other_signs(one: Side, other: Side) -> None:
    there, back = diff(one, other), diff(other, one)
    for key in ("delta", "delta_from_prices", "delta_from_architecture"):
        for name in AMOUNTS:
            assert Decimal(there[key][name]) == -Decimal(back[key][name])
    assert there["double_running_usd"] == back["double_running_usd"]
    for forth, return_ in zip(there["resources"], back["resources"], strict=True):
        assert forth["path"] == return_["path"]
        assert forth["action"] == _OPPOSITE[return_["action"]]
        for name in AMOUNTS:
            assert forth[name]["before"] == return_[name]["after"]
            assert Decimal(forth[name]["delta"]) == -Decimal(return_[name]["delta"])
    moved = {
        (each["sku"], each["dimension"], each["before_usd"], each["after_usd"]): each for each in there["price_changes"]
    }
    for each in back["price_changes"]:
        forth = moved.pop((each["sku"], each["dimension"], each["after_usd"], each["before_usd"]))
        assert Decimal(forth["delta_monthly_usd"]) == -Decimal(each["delta_monthly_usd"])
    assert moved == {}


@given(drawn_sides(), drawn_sides())
def test_sums(one: Side, other: Side) -> None:
    document = diff(one, other)
    with localcontext(CONTEXT):
        for name in AMOUNTS:
            delta = Decimal(document["delta"][name])
            before, after = (Decimal(document[each]["cost"][name]) for each in ("before", "after"))
            assert after == before + delta
            assert delta == sum((Decimal(each[name]["delta"]) for each in document["resources"]), Decimal(0))
            parts = (document["delta_from_prices"][name], document["delta_from_architecture"][name])
            assert abs(delta - sum(map(Decimal, parts))) <= Decimal("1e-20")  # a division's last digit
        for charge, name in (("monthly", "monthly_usd"), ("one_time", "one_time_usd")):
            for each in document["resources"]:
                lines = sum(
                    (Decimal(line["delta_usd"]) for line in each["lines"] if line["charge"] == charge), Decimal(0)
                )
                assert lines == Decimal(each[name]["delta"])
