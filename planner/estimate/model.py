"""What an estimate consists of: resources with lines, what has no price, and how much of the template that covers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.cost import Amounts, sum_amounts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from planner.cost import LineItem, UnpricedItem

__all__ = ["ESTIMATED", "FREE", "STATUSES", "UNPRICED", "UNSUPPORTED", "Estimate", "EstimatedResource", "Undecided"]

ESTIMATED: Final = "estimated"  # all that it costs has a price and a usage
FREE: Final = "free"  # costs nothing by itself; the reason says where the cost is
UNPRICED: Final = "unpriced"  # something of it has no price or no usage; what has one is in its lines
UNSUPPORTED: Final = "unsupported"  # nobody knows what such a resource costs
STATUSES: Final = (ESTIMATED, FREE, UNPRICED, UNSUPPORTED)


_NOTHING: Final = Amounts()


@dataclass(frozen=True, slots=True)
class EstimatedResource:
    """A resource of a template with what it costs a month, once and idle, and why where that isn't known."""

    path: str
    type: str
    logical_id: str | None
    status: str
    reason: str = ""
    properties: Mapping[str, object] = field(default_factory=dict)
    amounts: Amounts = _NOTHING
    lines: tuple[LineItem, ...] = ()
    unpriced: tuple[UnpricedItem, ...] = ()
    condition: str | None = None  # the undecided condition that it depends on
    definition: Mapping[str, Any] = field(default_factory=dict, repr=False)  # as the template has it, secrets and all


class Undecided(NamedTuple):
    """A condition that a template leaves open, with the amounts of both sides."""

    name: str
    path: str  # the stack's or the template's
    reason: str
    if_true: Amounts
    if_false: Amounts


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a template, or all stacks of an assembly, cost; `notes` say what of it could not be read as a value."""

    source: str
    regions: tuple[str, ...]
    priced_on: tuple[date, ...]
    price_book: str
    resources: tuple[EstimatedResource, ...]
    undecided: tuple[Undecided, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def amounts(self) -> Amounts:
        """The sum of the resources."""
        return sum_amounts(each.amounts for each in self.resources)

    @property
    def coverage(self) -> dict[str, int]:
        """How many resources have which status."""
        counts = dict.fromkeys(STATUSES, 0)
        for each in self.resources:
            counts[each.status] += 1
        return counts

    @property
    def is_complete(self) -> bool:
        """Whether all that the template has is priced or free."""
        return not any(each.status in {UNPRICED, UNSUPPORTED} for each in self.resources)
