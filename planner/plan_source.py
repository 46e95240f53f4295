"""What a user names to have it synthesized: a plan, which is read without loading the planner, or a workload."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.files import read_text
from planner.plan_document import is_plan, parse_plan_document
from planner.planned import Planned, exit_code_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from pathlib import Path

    from planner.currency import Currency
    from planner.price_book import PriceBook

__all__ = ["plan_or_read"]


def plan_or_read(
    path: Path,
    *,
    as_of: date,
    overrides: Sequence[str] = (),
    book: Callable[[], PriceBook] | None = None,
    currency: Currency | None = None,
) -> Planned:
    """Return the plan that a file holds, or the plan of the workload that it holds.

    `book` makes the price book that a workload is planned with, in place of the one that ships.

    Raises:
        InputError: for a file that is neither, or for overrides or prices on a plan that is made already.
    """
    if path.suffix.lower() == ".json":
        text = read_text(path)
        try:
            data = json.loads(text)
        except ValueError as error:
            message = f"{path}: not JSON: {error}"
            raise InputError(message) from None
        if is_plan(data):
            if overrides:
                message = f"{path}: a plan is made already; --set changes a workload"
                raise InputError(message)
            if book is not None or currency is not None:
                message = f"{path}: a plan is priced already; prices and currencies are for a workload"
                raise InputError(message)
            document = parse_plan_document(data, source=str(path))
            return Planned(document, exit_code_of(document.document))
    from planner.plan import Planner, plan_file

    planner = Planner(book() if book else None, currency=currency)
    return plan_file(path, as_of=as_of, overrides=overrides, flips=False, planner=planner)
