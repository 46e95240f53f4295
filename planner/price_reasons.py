"""Why the price book has no price for what was asked: what it holds instead, the coarsest difference first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.near import did_you_mean
from planner.price_rows import ALL_REGIONS, DEFAULTS, DERIVED, NEVER_DEFAULT, UNLABELLED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.price_book import PriceKey
    from planner.price_rows import Groups, Row

__all__ = ["why_not_found"]

_MOST_NAMED: Final = 8


def _unknown(key: PriceKey, groups: Groups | None, services: Iterable[str]) -> str:
    """Return which part of a key the book has never heard of; empty where it knows them all."""
    if groups is None:
        return f"the price book has no service '{key.service}'{did_you_mean(key.service, services)}"
    items = {item for item, _ in groups}
    if key.item not in items:
        return f"no price of {key.service} is called '{key.item}'{did_you_mean(key.item, items)}"
    if (key.item, key.sku) not in groups:
        others = sorted(item for item, sku in groups if sku == key.sku)
        if others:  # a known SKU: comparing spellings with all others would cost milliseconds
            return f"{key.service} has no {key.item} of {key.sku}, only {_names(others)}"
        skus = [sku for item, sku in groups if item == key.item]
        return f"{key.service} has no {key.item} of '{key.sku}'{did_you_mean(key.sku, skus)}"
    return ""


def why_not_found(key: PriceKey, region: str, groups: Groups | None, *, services: Iterable[str]) -> str:
    """Return what the book holds in place of what was asked, from the coarsest difference to the finest."""
    unknown = _unknown(key, groups, services)
    if groups is None or unknown:
        return unknown
    what = f"{key.service} {key.item} of {key.sku}"
    rows = [row for row in groups[key.item, key.sku] if not row.above]
    usable = [row for row in rows if row.confidence in DEFAULTS]
    here = [row for row in usable if row.region in (region, ALL_REGIONS)]
    in_scope = [row for row in here if row.scope == key.scope]
    if in_scope:
        return f"{what} has no price in {region} ({key.scope}) before {min(row.effective for row in in_scope)}"
    doubtful = [
        row
        for row in rows
        if row.confidence in NEVER_DEFAULT and row.region in (region, UNLABELLED) and row.scope == key.scope
    ]
    seen = "".join(f"; {_seen(row)}" for row in doubtful[:2])
    if here:
        return f"{what} is priced in {region} for {_names(row.scope for row in here)}, not for {key.scope}{seen}"
    elsewhere = [row for row in usable if row.scope == key.scope] or usable
    if elsewhere:
        scope = elsewhere[0].scope if elsewhere[0].scope == key.scope else _names(row.scope for row in elsewhere)
        return f"{what} has no price in {region}: {scope} in {_names(row.region for row in elsewhere)}{seen}"
    return f"{what} has no price that can be relied on{seen}"


def _seen(row: Row) -> str:
    if row.confidence == DERIVED:
        return f"{row.usd} can be derived ({row.source}); --derived takes it"
    where = "without a region" if row.region == UNLABELLED else "there"
    return f"{row.usd} was seen {where} ({row.confidence}, {row.source})"


def _names(words: Iterable[str]) -> str:
    every = sorted(set(words))
    more = f" and {len(every) - _MOST_NAMED} more" if len(every) > _MOST_NAMED else ""
    return ", ".join(every[:_MOST_NAMED]) + more
