"""A bill of stated usage: lines, what is unpriced, what was free; and the JSON object that `fmplan bill` answers."""

from __future__ import annotations

import json
from decimal import localcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.bill import DISCOUNT, GIVEN, PricedQuantity, Unpriced, price_quantity
from planner.bill_json import encode, free_json, line_json, list_json, unpriced_json
from planner.free_allowances import take_free
from planner.meters import quantities
from planner.money import CONTEXT, ZERO, plain
from planner.monthly_use import MonthlyUse
from planner.price_age import stale_warning

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from planner.bill import Given
    from planner.currency import Currency
    from planner.free_allowances import FreeUse
    from planner.price_book import PriceBook
    from planner.usage import UsageQuantity
    from planner.usage_file import UsageFile

__all__ = ["UsageBill", "bill_answer", "bill_of", "bill_text"]

Json = dict[str, Any]
UNPRICED_CODE = 3
_NOT_LISTED = {GIVEN, DISCOUNT}


class UsageBill(NamedTuple):
    """A usage file's bill; `total_usd` is the sum of the lines, discounts among them."""

    lines: list[PricedQuantity]
    unpriced: list[Unpriced]
    free: list[FreeUse]
    total_usd: Decimal
    list_usd: Decimal

    @property
    def exit_code(self) -> int:
        """0, or 3 where something has no price."""
        return UNPRICED_CODE if self.unpriced else 0


def bill_of(usage: UsageFile, *, book: PriceBook) -> UsageBill:
    """Price a usage file: tiers and free allowances count the whole bill, not each line."""
    with localcontext(CONTEXT):
        return _bill(usage, book)


def _bill(usage: UsageFile, book: PriceBook) -> UsageBill:
    metered: list[tuple[UsageQuantity, Given | None]] = [
        (quantity, line.given) for line in usage.lines for quantity in quantities(line.usage)
    ]
    free: list[FreeUse] = []
    if usage.free_tier:
        left, free = take_free([quantity for quantity, _ in metered])
        metered = [(now, given) for now, (_, given) in zip(left, metered, strict=True) if now.quantity]
    lines: list[PricedQuantity] = []
    unpriced: list[Unpriced] = []
    uses = MonthlyUse()
    total = list_usd = ZERO
    for quantity, given in metered:
        for priced in price_quantity(
            quantity, book=book, region=usage.region, as_of=usage.as_of, given=given, uses=uses
        ):
            if isinstance(priced, Unpriced):
                unpriced.append(priced)
                continue
            lines.append(priced)
            total += priced.usd
            if priced.quantity.dimension != DISCOUNT:
                list_usd += priced.usd
    return UsageBill(lines, unpriced, free, total, list_usd)


def bill_answer(usage: UsageFile, *, book: PriceBook, currency: Currency | None = None) -> tuple[Json, int]:
    """Return the answer and the exit code of `fmplan bill`."""
    text, code = bill_text(usage, book=book, currency=currency)
    return json.loads(text), code


def bill_text(usage: UsageFile, *, book: PriceBook, currency: Currency | None = None) -> tuple[str, int]:
    """Return the answer as compact JSON, and the exit code."""
    bill = bill_of(usage, book=book)
    parts = [
        f'{{"total_usd":"{plain(bill.total_usd)}","complete":{"false" if bill.unpriced else "true"}',
        f'"lines":{list_json(map(line_json, bill.lines))}',
        f'"unpriced":{list_json(map(unpriced_json, bill.unpriced))}',
        f'"region":"{usage.region}","as_of":"{usage.as_of}","free_tier":{"true" if usage.free_tier else "false"}',
    ]
    if bill.free:
        parts.append(f'"free":{list_json(map(free_json, bill.free))}')
    if bill.list_usd != bill.total_usd:
        parts.append(f'"list_usd":"{plain(bill.list_usd)}"')
    if currency is not None:
        parts.append(f'"currency":{encode(currency.stated(total=bill.total_usd))}')
    warnings = _warnings(bill.lines, usage.as_of)
    parts.append(f'"warnings":{encode(warnings) if warnings else "[]"}}}')
    return ",".join(parts), bill.exit_code


def _warnings(lines: Sequence[PricedQuantity], as_of: date) -> list[str]:
    prices = (line.price for line in lines)
    observed = [
        price.observed or price.effective for price in prices if price.source not in _NOT_LISTED and not price.own
    ]
    warning = stale_warning(observed, as_of)
    return [warning] if warning else []
