"""What a rule says of a product: which row of the book it prices, or why it prices none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.refresh.product import Product

if TYPE_CHECKING:
    from fractions import Fraction

__all__ = ["EXPLICIT_GEO", "GLOBAL", "IN_REGION", "REGIONAL", "Outcome", "Rule", "Skip", "Target"]

IN_REGION: Final = "in_region"
GLOBAL: Final = "global"
REGIONAL: Final = "regional"  # the region itself, and the geographic profiles that the book has there
EXPLICIT_GEO: Final = "geo"  # the geographic profiles alone


class Skip(NamedTuple):
    """A product that a rule knows and does not price, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Target:
    """The row that a product prices.

    `above` is the bound that the whole product lies above (long prompts); `whole` says that the product's dimensions
    are all of the row's tiers; `held` overrides the unit table where AWS's unit says nothing ("Units").
    """

    service: str
    item: str
    sku: str
    unit: str
    scope: str = IN_REGION
    above: int = 0
    whole: bool = True
    held: Fraction | None = None
    free_first: bool = False  # a first tier at zero is a free allowance, which bills take off themselves
    free: bool = False  # costs nothing, by AWS's own words
    known_only: bool = False  # recorded only where the book has this SKU already, in whatever region


Outcome = Target | Skip | None
Rule = Callable[[Product], Outcome]
