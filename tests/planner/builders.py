"""Builders of what most tests need: a context and signals of a small workload, a made-up price book, quantities."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from planner.assumptions import check_assumption, replaceable_names
from planner.catalog import load_catalog
from planner.context import Assumed, Context
from planner.cost import Loads
from planner.meters import quantities
from planner.price_book import Price, PriceBook, PriceKey, PriceNotFound, Tier
from planner.signals import derive_signals
from planner.usage import Load, MeterUsage, Rate
from planner.workload import parse_workload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.part import Part
    from planner.signals import Signals
    from planner.usage import Usage, UsageQuantity, Value

DAY = date(2026, 11, 20)
REGION = "us-east-1"
SHIPPED_BOOK = PriceBook()


class MadeUpBook(PriceBook):
    """A price book in memory: an item has one price in every region, or tiers; what it doesn't hold has no price."""

    def __init__(self, prices: Mapping[str, str | Mapping[int, str]] | None = None, *, otherwise: str = "") -> None:
        """Take USD by item, or by item and SKU, as "0.06" or as tiers {0: "0.023", 51200: "0.022"}.

        `otherwise` is the price of all that is not named.
        """
        super().__init__()
        self._prices = dict(prices or {})
        self._otherwise = otherwise

    def price(self, key: PriceKey, *, region: str, as_of: date) -> Price | PriceNotFound:
        item = f"{key.service}.{key.item}"
        stated = self._prices.get(f"{item} {key.sku}") or self._prices.get(item) or self._otherwise
        if not stated:
            return PriceNotFound(key, region, as_of, f"{key.service}.{key.item} is in no made-up book")
        steps = {0: stated} if isinstance(stated, str) else stated
        tiers = tuple(Tier(Decimal(above), Decimal(usd)) for above, usd in sorted(steps.items()))
        return Price(key, region, f"unit of {key.item}", tiers, date(2026, 1, 1), None, "made-up", "A")


def params(**values: Value | str) -> dict[str, Value]:
    """Return a meter's parameters: whole numbers and text of a number become decimals, other words stay."""
    found: dict[str, Value] = {}
    for key, value in values.items():
        is_text = isinstance(value, str) and value.replace(".", "", 1).isdigit()
        if is_text or (isinstance(value, int) and not isinstance(value, bool)):
            found[key] = Decimal(str(value))
        else:
            found[key] = value
    return found


def measured(meter: str, **values: Value | str) -> dict[str, Decimal]:
    """Return a meter's quantities by dimension."""
    found = quantities(MeterUsage(meter, params(**values)))
    assert len({quantity.dimension for quantity in found}) == len(found)
    return {quantity.dimension: quantity.quantity for quantity in found}


def only_quantity(meter: str, **values: Value | str) -> UsageQuantity:
    """Return the single quantity that a meter gives."""
    (quantity,) = quantities(MeterUsage(meter, params(**values)))
    return quantity


def context_of(
    data: Mapping[str, Any] | None = None, *, book: PriceBook | None = None, region: str = REGION, as_of: date = DAY
) -> Context:
    """Return the context of a workload, stated as its file would; the name is filled in."""
    workload = parse_workload(
        {"name": "made-up", **(data or {})}, source="made-up.yaml", assumption_names=replaceable_names()
    )
    stated = {key: check_assumption(key, value, source="made-up.yaml") for key, value in workload.assumptions.items()}
    return Context(workload, load_catalog(), book or SHIPPED_BOOK, region, as_of, Assumed(stated))


def both_of(
    data: Mapping[str, Any] | None = None, *, book: PriceBook | None = None, region: str = REGION, as_of: date = DAY
) -> tuple[Context, Signals]:
    """Return the context of a workload with the signals that are derived from it."""
    context = context_of(data, book=book, region=region, as_of=as_of)
    return context, derive_signals(context)


def load(requests: str | int = 0, refreshes: str | int = 0, retrainings: str | int = 0, months: str | int = 1) -> Load:
    """Return a load from text or whole numbers."""
    return Load(Decimal(requests), Decimal(refreshes), Decimal(retrainings), Decimal(months))


def loads(first: Load, *, growth: str = "0", months: int = 12) -> Loads:
    """Return the loads of a horizon."""
    return Loads.over(first, growth_per_month=Decimal(growth), horizon_months=months)


def plainly(usage: Usage) -> dict[str, object]:
    """Return usage for comparison: a rate as its non-zero coefficients, {"fixed": 730}; settings as they are."""
    return {
        key: {name: part for name, part in value._asdict().items() if part} if isinstance(value, Rate) else value
        for key, value in usage
    }


def by_component(parts: tuple[Part, ...]) -> dict[str, Part]:
    """Return parts by component, of which there must be no second one of the same name and path."""
    found = {part.component if part.component != "logs" else f"logs {part.path}": part for part in parts}
    assert len(found) == len(parts)
    return found
