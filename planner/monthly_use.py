"""What of a monthly quantity is used already: tiers and free allowances count an account's month, not a line.

A bill's lines may cover different numbers of months. They are taken to begin together: 20 alarms for one month and 5
for twelve are 25 in the first month and 5 in each of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from planner.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Hashable
    from decimal import Decimal

    from planner.price_book import Price

__all__ = ["MonthlyUse", "Stretch", "Timeline"]


class Stretch(NamedTuple):
    """Periods in a row that are alike: what was used before in each of them, how many they are, what is used now."""

    used: Decimal
    periods: Decimal
    here: Decimal


class Timeline:
    """What is used in each period from the first one on."""

    __slots__ = ("_segments",)

    def __init__(self) -> None:
        # (end, used): used in each period up to the end; nothing is used after the last end.
        self._segments: list[tuple[Decimal, Decimal]] = []

    def add(self, per_period: Decimal, periods: Decimal) -> list[Stretch]:
        """Use so much in each of the first periods; return the stretches with what was used in them before."""
        self._cut(periods)
        start, stretches = ZERO, []
        for index, (end, used) in enumerate(self._segments):
            if end > periods:
                break
            stretches.append(Stretch(used, end - start, per_period))
            self._segments[index] = (end, used + per_period)
            start = end
        return stretches

    def _cut(self, at: Decimal) -> None:
        """Let a segment end at a period."""
        for index, (end, used) in enumerate(self._segments):
            if end == at:
                return
            if end > at:
                self._segments.insert(index, (at, used))
                return
        self._segments.append((at, ZERO))


class MonthlyUse:
    """What a bill's lines have used of each price that has tiers."""

    __slots__ = ("_timelines",)

    def __init__(self) -> None:
        self._timelines: dict[Hashable, Timeline] = {}

    def add(self, price: Price, per_period: Decimal, periods: Decimal) -> list[Stretch]:
        """Use so much of a price in each of so many periods; return what was used of it before."""
        # A rate of one's own has tiers of its own.
        timeline = self._timelines.setdefault((price.key, price.region, price.tiers), Timeline())
        return timeline.add(per_period, periods)
