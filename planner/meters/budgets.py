"""AWS Budgets: budgets with actions, by the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.meters.parameters import Quantity
from planner.meters.params import number
from planner.meters.spec import Meter
from planner.model_id import IN_REGION
from planner.price_book import PriceKey
from planner.units import HOURS_PER_DAY, HOURS_PER_MONTH
from planner.usage import UsageQuantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params

__all__ = ["METERS"]


def _action(params: Params) -> Iterator[UsageQuantity]:
    days = number(params, "months") * HOURS_PER_MONTH / HOURS_PER_DAY
    yield UsageQuantity(
        "budgets.action",
        "budget_day",
        number(params, "budgets") * days,
        "budget-day",
        PriceKey("budgets", "action.budget_day", "standard", IN_REGION),
        "budgets with actions × days, 730 / 24 a month",
        periods=days,
    )


METERS = (Meter("budgets.action", (Quantity("budgets"), Quantity("months")), ("budget_day",), _action),)
