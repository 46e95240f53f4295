"""An estimate of a template or a cloud assembly as a side of a diff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.bill import GIVEN
from planner.diff.side import Side, SideLine, SideResource
from planner.estimate.document import estimate_json

if TYPE_CHECKING:
    from planner.cost import LineItem
    from planner.estimate.model import Estimate

__all__ = ["estimate_side"]


def estimate_side(estimate: Estimate, *, source: str, kind: str) -> Side:
    """Return a side with all resources of an estimate, free ones too."""
    document = estimate_json(estimate)
    resources = tuple(
        SideResource(
            each.path,
            each.type,
            each.logical_id,
            each.status,
            each.reason or None,
            each.properties,
            tuple(_line(line) for line in each.lines),
            each.definition,
        )
        for each in estimate.resources
    )
    return Side(
        source,
        kind,
        None,
        document["region"],
        document["priced_on"],
        estimate.price_book,
        complete=estimate.is_complete,
        resources=resources,
        coverage=estimate.coverage,
        unpriced=tuple(document["unpriced"]),
        unsupported=tuple(document["unsupported"]),
        conditions=tuple(document["conditions"]),
        notes=tuple(document["notes"]),
    )


def _line(line: LineItem) -> SideLine:
    return SideLine(
        line.component,
        line.variant,
        line.meter,
        line.dimension,
        line.unit,
        line.charge,
        line.quantity,
        line.unit_price_usd,
        line.usd,
        line.idle_usd,
        line.sku,
        line.source,
        None if line.source == GIVEN else line.effective.isoformat(),
    )
