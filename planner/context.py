"""What a plan is made under: workload, defaults that fill its gaps, catalogue, prices, region and date."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from planner.assumptions import load_assumptions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from planner.assumptions import AssumptionValue
    from planner.catalog import Catalog
    from planner.price_book import PriceBook
    from planner.workload import Workload

__all__ = ["Assumed", "Context"]


@dataclass(slots=True)
class Assumed:
    """Reads assumptions and remembers which were read: that record is the plan's list of assumptions.

    `stated` holds what the workload puts in place of defaults, `tried` what a sensitivity run puts in place of both.
    """

    stated: Mapping[str, AssumptionValue]
    tried: Mapping[str, Decimal] = field(default_factory=dict)
    read: dict[str, AssumptionValue] = field(default_factory=dict)

    @contextmanager
    def recording(self, into: dict[str, AssumptionValue]) -> Iterator[None]:
        """Remember in `into` what is read for a while, so that each rung's reads are known apart."""
        before, self.read = self.read, into
        try:
            yield
        finally:
            self.read = before

    def value(self, key: str) -> AssumptionValue:
        """Return what is assumed under a key, and remember that it was asked for."""
        found: AssumptionValue
        if key in self.tried:
            found = self.tried[key]
        elif key in self.stated:
            found = self.stated[key]
        else:
            found = load_assumptions()[key].value
        self.read[key] = found
        return found

    def number(self, key: str) -> Decimal:
        """Return an assumed quantity, in the unit that its entry names.

        Raises:
            TypeError: for an entry that is no quantity, or one that has no default and was not stated.
        """
        found = self.value(key)
        if isinstance(found, Decimal):
            return found
        if isinstance(found, int) and not isinstance(found, bool):
            return Decimal(found)
        message = f"assumption {key} is {found!r}, not a number"
        raise TypeError(message)

    def number_if_known(self, key: str) -> Decimal | None:
        """Return a quantity that has no default, or None where nobody stated it; None is not recorded."""
        if key not in self.stated and load_assumptions()[key].value is None:
            return None
        return self.number(key)

    def word(self, key: str) -> str:
        """Return an assumed word."""
        found = self.value(key)
        if isinstance(found, str):
            return found
        message = f"assumption {key} is {found!r}, not a word"
        raise TypeError(message)

    def flag(self, key: str) -> bool:
        """Return an assumed switch."""
        found = self.value(key)
        if isinstance(found, bool):
            return found
        message = f"assumption {key} is {found!r}, not true or false"
        raise TypeError(message)

    def stated_or(self, value: Decimal | int | None, key: str) -> Decimal:
        """Return what the workload states, or else the default under the same key, which is then an assumption."""
        if value is None or key in self.tried:
            return self.number(key)
        return Decimal(value)


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a plan depends on; `as_of` is the day whose prices count."""

    workload: Workload
    catalog: Catalog
    book: PriceBook
    region: str
    as_of: date
    assumed: Assumed
    tables: dict[str, Any] = field(default_factory=dict)  # what was looked up for this region and day already

    def trying_all(self, tried: Mapping[str, Decimal]) -> Context:
        """Return the same context with some assumptions at other values and nothing recorded yet."""
        return replace(self, assumed=Assumed(self.assumed.stated, tried))

    def unrecorded(self) -> Context:
        """Return the same context with nothing recorded yet."""
        return replace(self, assumed=Assumed(self.assumed.stated, self.assumed.tried))
