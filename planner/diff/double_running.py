"""What it costs that the old and the new one of a replaced resource run side by side for a while."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, NamedTuple

from planner.money import CONTEXT, ZERO, amount
from planner.units import HOURS_PER_MONTH

if TYPE_CHECKING:
    from planner.diff.resources import ResourceChange

__all__ = ["DoubleRunning", "double_running"]


class DoubleRunning(NamedTuple):
    """So many hours, and US dollars for them."""

    hours: Decimal
    usd: Decimal


def double_running(change: ResourceChange, *, hours: Decimal) -> DoubleRunning | None:
    """Return what double running costs: CloudFormation makes the new one before it removes the old.

    Traffic goes to one of the two; what both cost without traffic is paid twice, at the dearer one's rate.
    """
    if change.before is None or change.after is None or change.replacement == "no":
        return None
    idle = max(change.before.money.idle, change.after.money.idle)
    if idle <= ZERO:
        return None
    with localcontext(CONTEXT):
        return DoubleRunning(hours, amount(idle / HOURS_PER_MONTH, hours))
