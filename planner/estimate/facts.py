"""What a kind of resource may ask: properties, stated usage, other resources; what isn't there becomes a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from planner.estimate.intrinsics import described, is_unknown
from planner.meters import quantities
from planner.model_id import IN_REGION
from planner.money import ZERO
from planner.price_book import PriceKey
from planner.units import HOURS_PER_MONTH
from planner.usage import MeterUsage, UsageQuantity

__all__ = ["Facts", "Gap", "Kind", "Use"]


class Use(NamedTuple):
    """So much of something that has a price; `idle` where it is there without any traffic."""

    quantity: UsageQuantity
    idle: bool


class Gap(NamedTuple):
    """What can't be priced, and why."""

    what: str
    reason: str


@dataclass(slots=True)
class Facts:
    """One resource, its properties resolved."""

    type: str
    properties: Mapping[str, Any]
    usage: Mapping[str, Decimal | str]
    others: Callable[[object], Facts | None]
    gaps: list[Gap] = field(default_factory=list)

    def raw(self, *names: str | int) -> Any:  # noqa: ANN401  (what a template holds is of any kind)
        """Return a property, or None where it isn't there."""
        value: Any = self.properties
        for name in names:
            if isinstance(value, Mapping) and not is_unknown(value):
                value = value.get(name)
            elif isinstance(value, list) and isinstance(name, int) and name < len(value):
                value = value[name]
            else:
                return value if is_unknown(value) else None
        return value

    def text(self, *names: str | int, default: str | None = None) -> str | None:
        """Return a property that is a text; a gap where it is unknown, or missing without a default."""
        return self.text_of(self.raw(*names), ".".join(map(str, names)), default)

    def number(self, *names: str | int, default: Decimal | int | None = None) -> Decimal | None:
        """Return a property that is a quantity; the same gaps as `text`."""
        return self.number_of(self.raw(*names), ".".join(map(str, names)), default)

    def text_of(self, value: object, name: str, default: str | None = None) -> str | None:
        """Return a value as a text."""
        if value is None and default is not None:
            return default
        if isinstance(value, str) and not is_unknown(value):
            return value
        self._unknown(name, value)
        return None

    def number_of(self, value: object, name: str, default: Decimal | int | None = None) -> Decimal | None:
        """Return a value as a quantity that is finite and not negative."""
        if value is None and default is not None:
            return Decimal(default)
        if isinstance(value, str | int | float | Decimal) and not isinstance(value, bool) and not is_unknown(value):
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                number = Decimal(-1)
            if number.is_finite() and number >= ZERO and number.adjusted() < 18:  # noqa: PLR2004  (as in usage files)
                return number
            self.gap(name, f"{name} is no quantity")
            return None
        self._unknown(name, value)
        return None

    def flag(self, *names: str | int) -> bool:
        """Return whether a property is true."""
        return str(self.raw(*names)).lower() == "true"

    def items(self, *names: str | int) -> list[Any]:
        """Return a property that is a list; a gap where it is unknown."""
        value = self.raw(*names)
        if is_unknown(value):
            self._unknown(".".join(map(str, names)), value)
        return value if isinstance(value, list) else []

    def used(self, key: str) -> Decimal | None:
        """Return stated usage; a gap where it isn't stated."""
        value = self.usage.get(key)
        if isinstance(value, Decimal):
            return value
        self.gap(key, "usage is not stated")
        return None

    def stated(self, key: str, default: Decimal | int = 0) -> Decimal:
        """Return usage that has a default."""
        value = self.usage.get(key)
        return value if isinstance(value, Decimal) else Decimal(default)

    def hours(self) -> Decimal:
        """Return how many hours of a month it runs; all, unless less is stated."""
        return self.stated("monthly_hours", HOURS_PER_MONTH)

    def gap(self, what: str, reason: str) -> None:
        """Say what can't be priced."""
        self.gaps.append(Gap(what, reason))

    def meter(self, name: str, *, idle: bool, **params: Decimal | str | int | None) -> Iterator[Use]:
        """Yield what a billing meter of the plan's comes to; nothing where a parameter is a gap."""
        known = {key: value for key, value in params.items() if value is not None}
        if len(known) == len(params):
            for quantity in quantities(MeterUsage(name, dict(known))):
                yield Use(quantity, idle)

    def priced(
        self,
        key: tuple[str, str, str | None],
        amount: Decimal | None,
        unit: str,
        rule: str,
        *,
        idle: bool,
    ) -> Iterator[Use]:
        """Yield a quantity of (service, item, SKU); nothing where it, or the SKU, is a gap."""
        service, item, sku = key
        if amount and sku is not None:
            meter, _, dimension = item.rpartition(".")
            name = f"{service}.{meter}" if meter else service
            yield Use(UsageQuantity(name, dimension, amount, unit, PriceKey(service, item, sku, IN_REGION), rule), idle)

    def _unknown(self, name: str, value: object) -> None:
        why = f"{name} is missing" if value is None else f"{name} is not known from the template ({described(value)})"
        self.gap(name, why if value is None or is_unknown(value) else f"{name} is of another kind")


@dataclass(frozen=True, slots=True)
class Kind:
    """A CloudFormation type: which usage can be stated for it, and what it uses."""

    type: str
    usage: tuple[str, ...]
    uses: Callable[[Facts], Iterator[Use]]
    free: Callable[[Facts], str | None] | None = None  # why one with such properties costs nothing
