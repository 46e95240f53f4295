"""Rules as a table: a usage type, attributes that must match, and the row that it prices."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.refresh.outcome import IN_REGION, Outcome, Rule, Skip, Target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.refresh.product import Product

__all__ = ["Priced", "Unpriced", "rule_of"]


@dataclass(frozen=True, slots=True)
class Priced:
    """A usage type that prices a row; `sku` may hold {names} of the pattern's groups or of attributes."""

    usage: str  # a whole usage type without its region's prefix, as a regular expression
    row: tuple[str, str, str, str]  # service, item, sku, unit
    where: Mapping[str, str] = field(default_factory=dict)  # attribute → regular expression of its whole value
    free_first: bool = False
    free: bool = False
    known_only: bool = False
    above: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A usage type that is known and not in the book, and why."""

    usage: str
    reason: str
    where: Mapping[str, str] = field(default_factory=dict)


def rule_of(lines: Sequence[Priced | Unpriced]) -> Rule:
    """Return the rule that the first matching line of a table makes."""
    compiled = [(re.compile(line.usage, re.ASCII), line) for line in lines]

    def rule(product: Product) -> Outcome:
        for pattern, line in compiled:
            found = pattern.fullmatch(product.usage)
            if found is not None and _matches(product, line.where):
                return Skip(line.reason) if isinstance(line, Unpriced) else _target(product, line, found)
        return None

    return rule


def _matches(product: Product, where: Mapping[str, str]) -> bool:
    return all(re.fullmatch(pattern, product.attribute(name), re.ASCII) for name, pattern in where.items())


def _target(product: Product, line: Priced, found: re.Match[str]) -> Outcome:
    service, item, sku, unit = line.row
    if "{" in sku:
        # One place at a time: what comes from the list is never itself a pattern.
        words = {**product.attributes, **{name: text for name, text in found.groupdict().items() if text}}
        sku = re.sub(r"\{(\w+)\}", lambda place: words.get(place[1], ""), sku)
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", sku, re.ASCII):
            return Skip("a name that no SKU has")
    return Target(
        service,
        item,
        sku,
        unit,
        IN_REGION,
        line.above,
        line.whole,
        None,
        line.free_first,
        line.free,
        line.known_only,
    )
