"""What a part costs: monthly, one-time, idle, and over the horizon with growth; line by line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from planner.bill import DISCOUNT, GIVEN, price_usage
from planner.components import COMPONENTS, meter_usages
from planner.money import ZERO, plain
from planner.part import property_value, usage_at
from planner.price_book import Tier
from planner.usage import IDLE, Load, Rate

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from planner.bill import PricedQuantity, Unpriced
    from planner.part import Part
    from planner.price_book import Conflict, PriceBook
    from planner.usage import Params

__all__ = [
    "Amounts",
    "LineItem",
    "Loads",
    "PartCost",
    "UnpricedItem",
    "cost_of_part",
    "cost_of_usage",
    "line_as_json",
    "sum_amounts",
    "unpriced_as_json",
]


class Amounts(NamedTuple):
    """The amounts of a bill in US dollars; one-time and monthly are only added over a horizon, in `total_usd`."""

    monthly_usd: Decimal = ZERO
    one_time_usd: Decimal = ZERO
    idle_monthly_usd: Decimal = ZERO
    total_usd: Decimal = ZERO

    def plus(self, other: Amounts) -> Amounts:
        """Return the sum, amount by amount."""
        return Amounts(
            self.monthly_usd + other.monthly_usd,
            self.one_time_usd + other.one_time_usd,
            self.idle_monthly_usd + other.idle_monthly_usd,
            self.total_usd + other.total_usd,
        )


def sum_amounts(amounts: Iterable[Amounts]) -> Amounts:
    """Return the sum of amounts, zero for none."""
    monthly = one_time = idle = total = ZERO
    for each in amounts:
        monthly += each.monthly_usd
        one_time += each.one_time_usd
        idle += each.idle_monthly_usd
        total += each.total_usd
    return Amounts(monthly, one_time, idle, total)


class LineItem(NamedTuple):
    """One line of a bill, in FOCUS's terms: a pricing quantity at a list unit price."""

    component: str
    variant: str
    resource: str | None
    resource_type: str
    meter: str
    dimension: str
    quantity: Decimal
    unit: str
    unit_price_usd: Decimal
    usd: Decimal
    charge: str  # monthly | one_time
    idle_usd: Decimal
    rule: str
    sku: str
    effective: date
    observed: date | None
    source: str
    confidence: str
    conflicts: tuple[Conflict, ...]
    own: bool


class UnpricedItem(NamedTuple):
    """Usage without a price, and why."""

    component: str
    variant: str
    resource: str | None
    resource_type: str
    meter: str
    dimension: str
    quantity: Decimal
    unit: str
    charge: str
    reason: str


@dataclass(frozen=True, slots=True)
class Loads:
    """The loads that a plan is priced under: the first full month, idle, each month of the horizon and their sum."""

    first: Load
    months: tuple[Load, ...]
    horizon: Load
    growing: bool

    @staticmethod
    def over(first: Load, *, growth_per_month: Decimal, horizon_months: int) -> Loads:
        """Return the loads of a horizon whose requests grow by a constant share a month."""
        months: list[Load] = []
        requests = first.requests
        for _ in range(horizon_months):
            months.append(Load(requests, first.refreshes, first.retrainings))
            requests = requests * (1 + growth_per_month)
        count = Decimal(horizon_months)
        horizon = Load(
            sum((month.requests for month in months), ZERO), first.refreshes * count, first.retrainings * count, count
        )
        return Loads(first, tuple(months), horizon, bool(growth_per_month))


class _Priced(NamedTuple):
    """Usage after pricing: lines, and what has no price."""

    lines: list[PricedQuantity]
    unpriced: list[Unpriced]


_NOTHING = _Priced([], [])


class PartCost(NamedTuple):
    """A part's amounts; its lines are written out where somebody asks for them."""

    part: Part
    amounts: Amounts
    monthly: _Priced
    idle: _Priced
    one_time: _Priced

    @property
    def is_unpriced(self) -> bool:
        """Whether something of the part has no price."""
        return bool(self.monthly.unpriced or self.one_time.unpriced or self.part.unpriced)

    @property
    def lines(self) -> tuple[LineItem, ...]:
        """The bill lines: monthly ones with what of them stays when idle, then one-time ones."""
        # Idle usage is part of the month's, dimension by dimension; a part may have several quantities of one.
        waiting: dict[tuple[str, str, str, int], list[Decimal]] = {}
        for line in self.idle.lines:
            waiting.setdefault(_identity(line), []).append(line.usd)
        found = []
        for line in self.monthly.lines:
            idle = waiting.get(_identity(line))
            found.append(_line(self.part, line, charge="monthly", idle_usd=idle.pop(0) if idle else ZERO))
        found += [_line(self.part, line, charge="one_time", idle_usd=ZERO) for line in self.one_time.lines]
        return tuple(found)

    @property
    def unpriced(self) -> tuple[UnpricedItem, ...]:
        """What of the part has no price, with the reasons."""
        found = [_unpriced(self.part, item, charge="monthly") for item in self.monthly.unpriced]
        found += [_unpriced(self.part, item, charge="one_time") for item in self.one_time.unpriced]
        if self.part.unpriced:
            found.append(_stated_unpriced(self.part))
        return tuple(found)


def _identity(line: PricedQuantity) -> tuple[str, str, str, int]:
    # A discount's dimension is the same on all lines; its rule says of which one it is.
    name = line.quantity.rule if line.quantity.dimension == DISCOUNT else line.quantity.dimension
    return (line.quantity.meter, name, line.price.key.sku, line.tier)


class _Pricer:
    """Prices one part's usage under several loads against one book, region and date."""

    __slots__ = ("as_of", "book", "part", "properties", "region")

    def __init__(self, part: Part, *, book: PriceBook, region: str, as_of: date) -> None:
        self.part = part
        self.properties: Mapping[str, object] = {key: property_value(value) for key, value in part.properties}
        self.book, self.region, self.as_of = book, region, as_of

    def price(self, usage: Params, *, first_tier: bool = False) -> _Priced:
        lines, unpriced = price_usage(
            meter_usages(self.part.type, self.properties, usage),
            book=self.book,
            region=self.region,
            as_of=self.as_of,
            given={name: (Tier(ZERO, usd),) for name, usd in self.part.given_usd} if self.part.given_usd else None,
            first_tier=first_tier,
        )
        return _Priced(lines, unpriced)

    def monthly(self, load: Load, *, first_tier: bool = False) -> _Priced:
        return self.price(usage_at(self.part.monthly, load), first_tier=first_tier)


def cost_of_usage(
    part: Part,
    *,
    monthly: Params,
    idle: Params,
    one_time: Params,
    properties: Mapping[str, object],
    book: PriceBook,
    region: str,
    as_of: date,
) -> PartCost:
    """Price stated usage of a resource, as a template read back has it; no horizon is known, so its total is zero."""
    pricer = _Pricer(part, book=book, region=region, as_of=as_of)
    pricer.properties = properties
    return _cost(
        part,
        monthly=pricer.price(monthly) if monthly else _NOTHING,
        idle=pricer.price(idle) if idle else _NOTHING,
        one_time=pricer.price(one_time) if one_time else _NOTHING,
        total_of_months=ZERO,
    )


def cost_of_part(part: Part, *, loads: Loads, book: PriceBook, region: str, as_of: date) -> PartCost:
    """Price a part: its lines, what of it has no price, and its amounts over the horizon.

    Raises:
        KeyError: for a part whose type no component serves.
    """
    if part.type not in COMPONENTS and part.unpriced:
        return PartCost(part, Amounts(), _NOTHING, _NOTHING, _NOTHING)
    pricer = _Pricer(part, book=book, region=region, as_of=as_of)
    monthly, idle, total = _NOTHING, _NOTHING, ZERO
    if part.monthly:
        rates = [value for _, value in part.monthly if isinstance(value, Rate)]
        monthly = pricer.monthly(loads.first)
        if not any(rate.moves for rate in rates):
            # Nothing in it follows the load: a month is a month, idle or not.
            idle, total = monthly, _usd(monthly) * len(loads.months)
        else:
            # Where all that is there comes with the load, nothing is there without it.
            idle = pricer.monthly(IDLE) if any(rate.fixed for rate in rates) else _NOTHING
            total = _total_of_months(pricer, monthly, loads)
    one_time = pricer.price(usage_at(part.one_time, IDLE)) if part.one_time else _NOTHING
    return _cost(part, monthly=monthly, idle=idle, one_time=one_time, total_of_months=total)


def _total_of_months(pricer: _Pricer, first: _Priced, loads: Loads) -> Decimal:
    if not loads.growing:
        return _usd(first) * len(loads.months)
    if not any(map(_has_monthly_tiers, first.lines)):
        return _usd(pricer.monthly(loads.horizon))
    # A price whose tiers count a month's quantity is asked month by month, but where no month leaves the first tier:
    # requests grow or shrink all the way, so the months at the ends say that of all.
    last = pricer.monthly(loads.months[-1])
    if any(line.tier and _has_monthly_tiers(line) for line in (*first.lines, *last.lines)):
        return sum((_usd(pricer.monthly(month)) for month in loads.months), ZERO)
    return _usd(pricer.monthly(loads.horizon, first_tier=True))


def _has_monthly_tiers(line: PricedQuantity) -> bool:
    return len(line.price.tiers) > 1 and line.quantity.step_by is None and line.quantity.tier_by is None


def _usd(priced: _Priced) -> Decimal:
    total = ZERO
    for line in priced.lines:
        total += line.usd
    return total


def _cost(part: Part, *, monthly: _Priced, idle: _Priced, one_time: _Priced, total_of_months: Decimal) -> PartCost:
    once = _usd(one_time)
    amounts = Amounts(_usd(monthly), once, _usd(idle), once + total_of_months)
    return PartCost(part, amounts, monthly, idle, one_time)


def _line(part: Part, priced: PricedQuantity, *, charge: str, idle_usd: Decimal) -> LineItem:
    quantity, price = priced.quantity, priced.price
    return LineItem(
        part.component,
        part.variant,
        part.path,
        part.type,
        quantity.meter,
        quantity.dimension,
        priced.billed,
        price.unit,
        priced.unit_price_usd,
        priced.usd,
        charge,
        idle_usd,
        quantity.rule,
        price.key.sku,
        price.effective,
        price.observed,
        price.source,
        price.confidence,
        price.conflicts if priced.tier == 0 else (),  # other sources are known for the first tier's price alone
        price.own,
    )


def _unpriced(part: Part, item: Unpriced, *, charge: str) -> UnpricedItem:
    quantity = item.quantity
    return UnpricedItem(
        part.component,
        part.variant,
        part.path,
        part.type,
        quantity.meter,
        quantity.dimension,
        quantity.quantity,
        quantity.unit,
        charge,
        item.reason,
    )


def _stated_unpriced(part: Part) -> UnpricedItem:
    return UnpricedItem(
        part.component, part.variant, part.path, part.type, part.type, "", ZERO, "", "monthly", part.unpriced
    )


def line_as_json(line: LineItem, *, stack: str) -> dict[str, object]:
    """Return a line in the words of the answer; a resource's path begins with its stack."""
    return {
        "component": line.component,
        "variant": line.variant,
        "resource": None if line.resource is None else f"{stack}/{line.resource}",
        "resource_type": line.resource_type,
        "meter": line.meter,
        "dimension": line.dimension,
        "quantity": plain(line.quantity),
        "unit": line.unit,
        "unit_price_usd": plain(line.unit_price_usd),
        "usd": plain(line.usd),
        "charge": line.charge,
        "idle_usd": plain(line.idle_usd),
        "rule": line.rule,
        "price": {
            "sku": line.sku,
            # A given rate has no date: the day of planning must not reach a template.
            "effective": None if line.source == GIVEN else line.effective.isoformat(),
            "observed": line.observed.isoformat() if line.observed else None,
            "source": line.source,
            "confidence": line.confidence,
            **_beside(line),
        },
    }


def _beside(line: LineItem) -> dict[str, object]:
    """Return what few prices have: that they are the user's own, and what other sources say."""
    said = [{"usd": plain(each.usd), "source": each.source, "confidence": each.confidence} for each in line.conflicts]
    return {**({"own": True} if line.own else {}), **({"conflicts": said} if said else {})}


def unpriced_as_json(item: UnpricedItem, *, stack: str) -> dict[str, object]:
    """Return what has no price in the words of the answer."""
    return {
        "component": item.component,
        "variant": item.variant,
        "resource": None if item.resource is None else f"{stack}/{item.resource}",
        "resource_type": item.resource_type,
        "meter": item.meter,
        "dimension": item.dimension,
        "quantity": plain(item.quantity),
        "unit": item.unit,
        "charge": item.charge,
        "reason": item.reason,
    }
