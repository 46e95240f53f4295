"""Product by product: priced, skipped with a reason, or unknown; the counts go to the findings."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from planner.refresh.change import Findings, Unknown
from planner.refresh.observe import Observed, observe
from planner.refresh.outcome import Skip, Target
from planner.refresh.parse import MalformedError, product_of, usagetype_of
from planner.refresh.product import Offer, Product

if TYPE_CHECKING:
    from planner.refresh.book import Book
    from planner.refresh.client import Listed, Part

__all__ = ["Sorting"]

_NOT_READ: Final = Offer("", "", date.min)


class Sorting:
    """Sorts one part's products; `wanted` comes first and decides whose prices are read at all."""

    def __init__(self, part: Part, findings: Findings, book: Book) -> None:
        self._book = book
        self._part = part
        self._findings = findings
        self._skus: set[str] = set()

    def wanted(self, product: Any) -> bool:  # noqa: ANN401  (JSON)
        """Return whether a product's rule prices it; what it does not is counted here."""
        self._findings.products += 1
        attributes = product.get("attributes") if isinstance(product, dict) else None
        if not isinstance(attributes, dict) or not isinstance(product.get("sku"), str):
            self._skip("not a product")
            return False
        if product["sku"] in self._skus:
            self._skip("the same SKU again")
            return False
        self._skus.add(product["sku"])
        stated = {name: value for name, value in attributes.items() if isinstance(value, str)}
        bare = Product(_NOT_READ, "", "", stated, date.min, ())
        outcome = self._part.price_list.rule(bare)
        if isinstance(outcome, Target):
            # Here, not later: a list of a thousand instance types would wait in memory for its prices.
            if outcome.known_only and not self._book.has_sku(outcome.service, outcome.item, outcome.sku):
                self._skip(f"{outcome.service}: a type that the book prices nowhere")
                return False
            return True
        if isinstance(outcome, Skip):
            self._skip(outcome.reason)
        else:
            self._findings.unknown[Unknown(self._part.price_list.code, usagetype_of(product))] += 1
        return False

    def observed(self, listed: Listed) -> Observed | None:
        """Return what a wanted product prices; where that cannot be used, it is counted."""
        try:
            product = product_of(listed.product, listed.on_demand, listed.offer)
        except MalformedError as error:
            self._skip(str(error))
            return None
        outcome = observe(product, self._part.price_list.rule, self._part.region)
        if isinstance(outcome, Observed):
            return outcome
        if isinstance(outcome, Skip):
            self._skip(outcome.reason)
        else:
            self._findings.unknown[Unknown(self._part.price_list.code, product.usagetype)] += 1
        return None

    def _skip(self, reason: str) -> None:
        self._findings.skipped[self._part.price_list.code, reason] += 1
