"""When prices are old: the newest of those used counts, 90 days are not yet too many."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.price_age import STALE_AFTER_DAYS, stale_warning

DAY = date(2026, 11, 20)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("observed", "says"),
    [
        # November has 20 days until the 20th, October 31, September 30: 22 August is 90 days before.
        (["2026-08-22"], ""),
        (["2026-08-21"], "seen on 2026-08-21, 91 days before 2026-11-20"),
        (["2024-07-01", "2026-08-21", "2025-01-01"], "seen on 2026-08-21, 91 days before 2026-11-20"),
        (["2024-07-01", "2026-08-22"], ""),
        (["2026-11-20"], ""),
        # A plan for a day of the past rests on what was seen later.
        (["2027-03-01"], ""),
        # Rates of one's own have no day.
        ([], ""),
    ],
)
def test_the_newest_price_decides(observed: list[str], says: str) -> None:
    warning = stale_warning(map(date.fromisoformat, observed), DAY)
    assert (warning is None) == (not says)
    assert says in (warning or "")


def test_it_says_what_to_do() -> None:
    assert "fmplan prices refresh" in str(stale_warning([date(2024, 7, 1)], DAY))


@given(st.lists(DAYS), DAYS)
def test_it_warns_where_all_are_old_and_nowhere_else(observed: list[date], as_of: date) -> None:
    old = [as_of - day > timedelta(STALE_AFTER_DAYS) for day in observed]
    assert (stale_warning(observed, as_of) is not None) == (bool(observed) and all(old))
