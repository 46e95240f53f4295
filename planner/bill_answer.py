"""A bill of stated usage: lines, what is unpriced, what was free; and the JSON object that `fmplan bill` answers."""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.bill import DISCOUNT, GIVEN, PricedQuantity, Unpriced, price_quantity
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
    from planner.price_book import Price, PriceBook
    from planner.usage import UsageQuantity
    from planner.usage_file import UsageFile

__all__ = ["UsageBill", "bill_answer", "bill_of"]

Json = dict[str, Any]
UNPRICED_CODE = 3


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
    bill = bill_of(usage, book=book)
    answer: Json = {
        "total_usd": plain(bill.total_usd),
        "complete": not bill.unpriced,
        "lines": [_line(line) for line in bill.lines],
        "unpriced": [_unpriced(item) for item in bill.unpriced],
        "region": usage.region,
        "as_of": usage.as_of.isoformat(),
        "free_tier": usage.free_tier,
    }
    if bill.free:
        answer["free"] = [_free(each) for each in bill.free]
    if bill.list_usd != bill.total_usd:
        answer["list_usd"] = plain(bill.list_usd)
    if currency is not None:
        answer["currency"] = currency.stated(total=bill.total_usd)
    answer["warnings"] = _warnings(bill.lines, usage.as_of)
    return answer, bill.exit_code


def _line(line: PricedQuantity) -> Json:
    quantity, price = line.quantity, line.price
    stated: Json = {
        "meter": quantity.meter,
        "dimension": quantity.dimension,
        "quantity": plain(line.billed),
        "unit": price.unit,
        "unit_price_usd": plain(line.unit_price_usd),
        "usd": plain(line.usd),
        "rule": quantity.rule,
        "item": quantity.key.item,
        "sku": quantity.key.sku,
        "scope": quantity.key.scope,
        "price": GIVEN if price.source == GIVEN else _stated(price),
    }
    if line.tier:
        stated["tier_above"] = plain(price.tiers[line.tier].above)
    return stated


# What is said of a price is the same on each line of a batch that has it. The price is kept, so that its id stays its.
_STATED: dict[int, tuple[Price, Json]] = {}
_MOST_STATED = 10_000


def _stated(price: Price) -> Json:
    known = _STATED.get(id(price))
    if known is None:
        if len(_STATED) >= _MOST_STATED:
            _STATED.clear()
        known = _STATED[id(price)] = (price, _price(price))
    return known[1]


def _price(price: Price) -> Json:
    stated: Json = {
        "sku": price.key.sku,
        "effective": price.effective.isoformat(),
        "observed": price.observed.isoformat() if price.observed else None,
        "source": price.source,
        "confidence": price.confidence,
    }
    if price.own:
        stated["own"] = True
    if price.conflicts:
        stated["conflicts"] = [
            {"usd": plain(each.usd), "source": each.source, "confidence": each.confidence} for each in price.conflicts
        ]
    return stated


def _unpriced(item: Unpriced) -> Json:
    quantity = item.quantity
    return {
        "meter": quantity.meter,
        "dimension": quantity.dimension,
        "quantity": plain(quantity.quantity),
        "unit": quantity.unit,
        "item": quantity.key.item,
        "sku": quantity.key.sku,
        "scope": quantity.key.scope,
        "reason": item.reason,
    }


def _free(use: FreeUse) -> Json:
    return {
        "meter": use.allowance.meter,
        "dimension": use.allowance.dimension,
        "quantity": plain(use.quantity),
        "unit": use.unit,
        "source": use.allowance.source,
    }


def _warnings(lines: Sequence[PricedQuantity], as_of: date) -> list[str]:
    observed = {
        line.price.observed or line.price.effective
        for line in lines
        if line.price.source not in {GIVEN, DISCOUNT} and not line.price.own
    }
    warning = stale_warning(observed, as_of)
    return [warning] if warning else []
