"""The ends of the range lie no further from the estimate than this many percent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from planner.money import CONTEXT, plain
from planner.number_format import money, percent
from planner.policies.finding import Finding, NotApplicable
from planner.policies.parameters import Amount, Word
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["UNCERTAINTY"]

_HUNDRED: Final = Decimal(100)
_AMOUNTS: Final = {"monthly": "monthly_usd", "total": "total_usd", "one_time": "one_time_usd"}
_WORDS: Final = {"monthly": "A month", "total": "Over the horizon", "one_time": "Once"}


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    what = str(setting.values["of"])
    key, cost = _AMOUNTS[what], document.data["cost"]
    estimate = Decimal(cost[key])
    if not estimate:
        yield NotApplicable("the estimate is nothing, so there is nothing to take a percent of")
        return
    movers = [each["key"] for each in document.data["assumptions"] if each["moves_total_by_usd"]][:3]
    most = f"; what moves it most: {', '.join(movers)}" if movers else ""
    for end, name in (("high", "above_percent"), ("low", "below_percent")):
        limit: Decimal | None = setting.values.get(name)
        distance = abs(Decimal(cost[end][key]) - estimate)
        if limit is None or distance * _HUNDRED <= limit * estimate:
            continue
        far = "above" if end == "high" else "below"
        shown = f"{_WORDS[what]}: {money(cost[end][key])} is {percent(CONTEXT.divide(distance, estimate))} {far}"
        text = f"{shown} the estimate of {money(estimate)}; the limit is {plain(limit)} %{most}"
        measured = plain(CONTEXT.divide(distance, estimate) * _HUNDRED)
        yield Finding(text, measured, plain(limit), keys=tuple(f"assumptions.{key}" for key in movers[:1]))


UNCERTAINTY = Policy(
    "uncertainty",
    "The ends of the range lie no further from the estimate than this many percent.",
    "warning",
    ("plan",),
    (
        Amount("above_percent", "how far the high end may lie above the estimate, in percent of it", optional=True),
        Amount("below_percent", "how far the low end may lie below it", optional=True),
        Word("of", "which amount", tuple(_AMOUNTS), "monthly"),
    ),
    _check,
    any_of=("above_percent", "below_percent"),
)
