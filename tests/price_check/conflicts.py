"""The book's own contradictions on tokens, and which of their sides the packages take."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from planner.price_rows import UNLABELLED
from tests.price_check.compare import HOME_REGIONS, ITEMS
from tests.price_check.quotes import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from planner.price_book import Price
    from tests.price_check.compare import Compared, Ours

__all__ = ["Contradiction", "contradictions"]


class Contradiction(NamedTuple):
    """A row that the book keeps but does not price by, beside the one that it prices by, and what each package says."""

    model: str
    scope: str
    region: str
    dimension: str
    price: Price
    other_usd: Decimal
    other_source: str
    packages: tuple[tuple[str, Decimal], ...]


def contradictions(prices: Path, ours: Ours, compared: Iterable[Compared]) -> list[Contradiction]:
    """Return the rows marked as conflicts that are not a package's own: those are among its disagreements."""
    said: dict[tuple[str, str, str, str], dict[str, Decimal]] = {}
    packages = set()
    for each in compared:
        place = each.quote.place
        packages.add(each.quote.package)
        said.setdefault((place.model, place.scope, each.region, each.dimension), {})[each.quote.package] = each.theirs
    found = []
    with (prices / "bedrock.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            kind, _, dimension = row["item"].partition(".")
            if row["confidence"] != "conflict" or kind not in ITEMS or dimension not in DIMENSIONS:
                continue
            if row["source"].startswith(tuple(packages)):
                continue
            region = HOME_REGIONS[0] if row["region"] == UNLABELLED else row["region"]
            price = ours.prices.get((row["sku"], row["scope"]), {}).get(region, {}).get(dimension)
            if price is None or price.tiers[0].usd == Decimal(row["usd"]):
                continue
            by = tuple(sorted(said.get((row["sku"], row["scope"], region, dimension), {}).items()))
            found.append(
                Contradiction(
                    row["sku"], row["scope"], region, dimension, price, Decimal(row["usd"]), row["source"], by
                )
            )
    return found
