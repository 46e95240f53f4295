"""How old prices are: what a report says when none of those it used was seen lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

__all__ = ["STALE_AFTER_DAYS", "stale_warning"]

# A quarter: AWS changes some price of these services in most of them.
STALE_AFTER_DAYS: Final = 90


def stale_warning(observed: Iterable[date], as_of: date) -> str | None:
    """Return a sentence where the newest of the prices used was seen more than 90 days before a day, else nothing."""
    newest = max(observed, default=None)
    if newest is None or (age := (as_of - newest).days) <= STALE_AFTER_DAYS:
        return None
    return (
        f"The newest price here was seen on {newest.isoformat()}, {age} days before {as_of.isoformat()}:"
        " 'fmplan prices refresh' brings the price book up to date."
    )
