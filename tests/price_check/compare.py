"""The book's prices beside a package's, place by place: where they agree, independently or not, and where not."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.price_book import Price, PriceBook, PriceKey
from planner.price_rows import ALL_REGIONS, DEFAULTS
from tests.price_check.quotes import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    from tests.price_check.quotes import Quote

__all__ = ["HOME_REGIONS", "ITEMS", "Compared", "Ours", "Standing", "compare", "our_prices", "standings"]

# The region of a key without one; where the model is not there, the next.
HOME_REGIONS: Final = ("us-east-1", "us-west-2", "us-east-2")
ITEMS: Final = ("on_demand", "embedding")
_IN_REGION: Final = "in_region"


class Ours(NamedTuple):
    """The book's prices by model and scope, then region, then dimension."""

    prices: dict[tuple[str, str], dict[str, dict[str, Price]]]

    @property
    def models(self) -> set[str]:
        """The models that have any price of a token."""
        return {model for model, _ in self.prices}


class Compared(NamedTuple):
    """One price of ours beside one of a package's, USD per million tokens."""

    quote: Quote
    region: str
    dimension: str
    price: Price
    theirs: Decimal

    @property
    def ours(self) -> Decimal:
        """Our price of the first step."""
        usd = self.price.tiers[0].usd
        assert usd is not None
        return usd

    @property
    def agrees(self) -> bool:
        """Whether both say the same."""
        return self.ours == self.theirs

    @property
    def independent(self) -> bool:
        """Whether ours was read elsewhere than in the package that it is compared with."""
        return not self.price.source.startswith(self.quote.package)


def our_prices(prices: Path, *, as_of: date) -> Ours:
    """Return the book's prices of tokens that are in force on a day: on demand, and of embeddings."""
    book = PriceBook(prices)
    found: dict[tuple[str, str], dict[str, dict[str, Price]]] = defaultdict(lambda: defaultdict(dict))
    with (prices / "bedrock.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            kind, _, dimension = row["item"].partition(".")
            if kind not in ITEMS or dimension not in DIMENSIONS or row["confidence"] not in DEFAULTS:
                continue
            region = HOME_REGIONS[0] if row["region"] == ALL_REGIONS else row["region"]
            key = PriceKey("bedrock", row["item"], row["sku"], row["scope"])
            price = book.price(key, region=region, as_of=as_of)
            if isinstance(price, Price):
                found[row["sku"], row["scope"]][region][dimension] = price
    return Ours({key: dict(regions) for key, regions in found.items()})


def _regions(quote: Quote, there: dict[str, dict[str, Price]]) -> Iterable[str]:
    """Return where a quote holds: in its region; at home, for a bare key; wherever we price its profile."""
    if quote.place.region is not None:
        return [quote.place.region] if quote.place.region in there else []
    if quote.place.scope == _IN_REGION:
        return [region for region in HOME_REGIONS if region in there][:1]
    return sorted(there)


def compare(quotes: Iterable[Quote], ours: Ours) -> tuple[list[Compared], list[Quote]]:
    """Return what could be compared, and the quotes for which the book has no price at their place."""
    compared: list[Compared] = []
    alone: list[Quote] = []
    for quote in quotes:
        there = ours.prices.get((quote.place.model, quote.place.scope), {})
        pairs = [
            Compared(quote, region, dimension, there[region][dimension], theirs)
            for region in _regions(quote, there)
            for dimension, theirs in quote.usd.items()
            if dimension in there[region]
        ]
        compared += pairs
        if not pairs:
            alone.append(quote)
    return compared, alone


class Standing(NamedTuple):
    """How many of our prices the packages confirm from another source, repeat, contradict or do not have."""

    confirmed: int = 0
    repeated: int = 0
    contested: int = 0  # one package confirms it, the other contradicts it
    contradicted: int = 0
    alone: int = 0

    @property
    def total(self) -> int:
        """All prices."""
        return sum(self)


def standings(compared: Iterable[Compared], ours: Ours) -> dict[str, Standing]:
    """Return how our prices stand, by model."""
    seen: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for each in compared:
        place = each.quote.place
        verdict = "contradicted" if not each.agrees else "confirmed" if each.independent else "repeated"
        seen[place.model, place.scope, each.region, each.dimension].add(verdict)
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (model, scope), regions in sorted(ours.prices.items()):
        for region, prices in regions.items():
            for dimension in prices:
                verdicts = seen.get((model, scope, region, dimension), {"alone"})
                counts[model][_verdict(verdicts)] += 1
    return {model: Standing(**found) for model, found in counts.items()}


def _verdict(verdicts: set[str]) -> str:
    if {"confirmed", "contradicted"} <= verdicts:
        return "contested"
    return next(verdict for verdict in ("contradicted", "confirmed", "repeated", "alone") if verdict in verdicts)
