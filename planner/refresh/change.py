"""What a refresh finds: rows to append, rows held back and why, and what it counted on the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from planner.refresh.book import Key
    from planner.refresh.product import Offer

__all__ = ["Change", "Findings", "Held", "Unknown"]


@dataclass(frozen=True, slots=True)
class Change:
    """A row to append: a price that the book does not have, or has otherwise."""

    key: Key
    above: Decimal
    unit: str
    before: Decimal | None
    after: Decimal
    effective: date
    offer: Offer


class Held(NamedTuple):
    """A price that differs from the book's and is not applied, and why."""

    key: Key
    above: Decimal
    before: Decimal | None
    after: Decimal
    reason: str


class Unknown(NamedTuple):
    """Products that no rule knows, by service code and usage type."""

    code: str
    usagetype: str


@dataclass(slots=True)
class Findings:
    """Everything that a refresh found."""

    products: int = 0
    confirmed: int = 0
    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    renewed: list[Change] = field(default_factory=list)  # confirmed, and appended as seen anew
    held: list[Held] = field(default_factory=list)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)  # (code, reason) → products
    unknown: Counter[Unknown] = field(default_factory=Counter)

    @property
    def rows(self) -> list[Change]:
        """All rows to append, in the book's order."""
        return sorted((*self.added, *self.changed, *self.renewed), key=lambda change: (change.key, change.above))
