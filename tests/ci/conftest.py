"""The repository that recipes run in, and what a change to it costs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from planner.plan import plan_file
from tests.ci.comments_api import CommentsApi, comments_api
from tests.ci.repository import BASE, CHANGE, SINCE, Repository, make_repository

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def repository(tmp_path: Path) -> Callable[[str], Repository]:
    """Make a repository with the given policies in it."""
    return lambda policy: make_repository(tmp_path, policy=policy)


@pytest.fixture
def api() -> Iterator[CommentsApi]:
    with comments_api() as served:
        yield served


@pytest.fixture(scope="session")
def monthly(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Decimal]:
    """What a month costs today: where the change began, with it, on the base branch since, and with both."""
    # The commands read the clock, so their prices are today's too.
    day = datetime.now(tz=UTC).date()
    folder = tmp_path_factory.mktemp("workloads")
    both = SINCE.replace("requests_per_month: 300000", "requests_per_month: 600000")
    assert both not in {BASE, CHANGE, SINCE}
    amounts = {}
    for name, text in {"base": BASE, "change": CHANGE, "since": SINCE, "both": both}.items():
        path = folder / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        amounts[name] = Decimal(plan_file(path, as_of=day, flips=False).document.document["cost"]["monthly_usd"])
    # Otherwise comparing with the wrong revision could go unseen.
    assert len({amounts["change"] - amounts["base"], amounts["change"] - amounts["since"]}) == 2
    assert amounts["both"] - amounts["since"] > 0
    return amounts
