"""The price book: dated list prices, looked up by service, item, SKU, region, scope and day.

One CSV a service (see prices/), one row a dated price. A row is found for exactly the region and scope that were asked
for: there is no fall-back to another region, to a profile's price or to a later day. What is not found is a value that
says what the book does hold.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import InputError
from planner.near import did_you_mean
from planner.price_rows import ALL_REGIONS, DEFAULTS, NEVER_DEFAULT, UNLABELLED, Row, bad, check, day_of, read, tier_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from planner.price_rows import Groups

__all__ = ["Price", "PriceBook", "PriceKey", "PriceNotFound", "Source", "Tier", "compiled_sources"]

_MOST_NAMED: Final = 8
_PRICES = Path(__file__).parent / "prices"


class PriceKey(NamedTuple):
    """What a price is asked for by, save region and day: `s3`, `standard.put_k`, `standard`, `in_region`."""

    service: str
    item: str
    sku: str
    scope: str


class Tier(NamedTuple):
    """USD per unit of what lies above a bound; the bound is in the item's unit (or in prompt tokens, or in vectors)."""

    above: Decimal
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """A list price on a day: one tier that begins at zero, and those above it in rising order."""

    key: PriceKey
    region: str
    unit: str
    tiers: tuple[Tier, ...]
    effective: date
    observed: date | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class PriceNotFound:
    """The book has no price for a key in a region on a day; the reason says what it has instead."""

    key: PriceKey
    region: str
    as_of: date
    reason: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a price was read: a source of prices/sources.yaml; `as_of` is the newest day that it speaks of."""

    key: str
    title: str
    what: str
    as_of: str | None
    kind: str
    url: str | None


class PriceBook:
    """Dated prices from a folder of CSV files, by default the planner's own; a file is read when it is first needed."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root or _PRICES
        self._services: dict[str, Groups | None] = {}
        self._found: dict[tuple[PriceKey, str, date], Price | PriceNotFound] = {}

    def price(self, key: PriceKey, *, region: str, as_of: date) -> Price | PriceNotFound:
        """Return the newest price that was effective on a day in a region and scope, or what is there instead.

        Raises:
            InputError: for a row that cannot be read.
        """
        asked = (key, region, as_of)
        found = self._found.get(asked)
        if found is None:
            found = self._found[asked] = self._look_up(key, region, as_of)
        return found

    def skus(self, service: str, item: str, *, region: str | None = None) -> tuple[str, ...]:
        """Return the SKUs that have a usable price of an item, in a region or anywhere, in alphabetical order."""
        groups = self._groups(service) or {}
        return tuple(sorted({sku for (name, sku), rows in groups.items() if name == item and _usable(rows, region)}))

    def source(self, key: str) -> Source:
        """Return what is known of a row's source.

        Raises:
            InputError: for a key that prices/sources.yaml does not have.
        """
        if key not in self._sources:
            where = self._root / "sources.yaml"
            raise InputError(f"{where}: there is no source '{key}'{did_you_mean(key, self._sources)}")
        return self._sources[key]

    def digest(self) -> str:
        """Return what identifies the book: the SHA-256 of its CSV files, in the order of their names."""
        return self._digest

    def check(self) -> list[str]:
        """Return what is wrong with the book's rows, one sentence a fault, naming file and line."""
        return [fault for service in self._names for fault in self._faults(service)]

    @cached_property
    def _digest(self) -> str:
        digest = hashlib.sha256()
        for service in self._names:
            digest.update(self._path(service).read_bytes())
        return "sha256:" + digest.hexdigest()

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(path.stem for path in self._root.glob("*.csv")))

    @cached_property
    def _sources(self) -> Mapping[str, Source]:
        path = self._root / "sources.yaml"
        compiled = self._root / "sources.json"
        twin = compiled.exists()  # a book of one's own may have none
        sources = json.loads(compiled.read_text(encoding="utf-8")) if twin else read_sources(path)
        if not isinstance(sources, dict):
            raise InputError(f"{path}: expected a mapping of sources by key")
        return {key: _source(path, key, entry) for key, entry in sources.items()}

    def _path(self, service: str) -> Path:
        return self._root / f"{service}.csv"

    def _groups(self, service: str) -> Groups | None:
        if service not in self._services:
            self._services[service] = read(self._path(service)) if service in self._names else None
        return self._services[service]

    def _look_up(self, key: PriceKey, region: str, as_of: date) -> Price | PriceNotFound:
        groups = self._groups(key.service)
        rows = [
            row
            for row in (groups or {}).get((key.item, key.sku), ())
            if row.scope == key.scope and row.region in (region, ALL_REGIONS) and row.confidence in DEFAULTS
        ]
        # ISO days compare as text; rising order, so that the newest stays, and a region's own row before one for all.
        today = as_of.isoformat()
        rows.sort(key=lambda row: (row.effective, row.region != ALL_REGIONS))
        newest = {row.above: row for row in rows if row.effective <= today}
        if "" not in newest:
            return PriceNotFound(key, region, as_of, self._reason(key, region, groups))
        path = self._path(key.service)
        tiers = sorted((Tier(*tier_of(path, row)) for row in newest.values()), key=lambda tier: tier.above)
        base = newest[""]
        return Price(
            key,
            region,
            base.unit,
            tuple(tiers),
            day_of(path, base, base.effective),
            day_of(path, base, base.observed) if base.observed else None,
            base.source,
            base.confidence,
        )

    def _unknown(self, key: PriceKey, groups: Groups | None) -> str:
        """Return which part of a key the book has never heard of; empty where it knows them all."""
        if groups is None:
            return f"the price book has no service '{key.service}'{did_you_mean(key.service, self._names)}"
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

    def _reason(self, key: PriceKey, region: str, groups: Groups | None) -> str:
        """Return what the book holds in place of what was asked, from the coarsest difference to the finest."""
        unknown = self._unknown(key, groups)
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
        seen = "".join(
            f"; {row.usd} was seen {'without a region' if row.region == UNLABELLED else 'there'}"
            f" ({row.confidence}, {row.source})"
            for row in doubtful[:2]
        )
        if here:
            return f"{what} is priced in {region} for {_names(row.scope for row in here)}, not for {key.scope}{seen}"
        elsewhere = [row for row in usable if row.scope == key.scope] or usable
        if elsewhere:
            scope = elsewhere[0].scope if elsewhere[0].scope == key.scope else _names(row.scope for row in elsewhere)
            return f"{what} has no price in {region}: {scope} in {_names(row.region for row in elsewhere)}{seen}"
        return f"{what} has no price that can be relied on{seen}"

    def _faults(self, service: str) -> Iterator[str]:
        path = self._path(service)
        try:
            groups = read(path)
        except InputError as fault:
            yield str(fault)
            return
        unique: set[tuple[str, ...]] = set()
        for (item, sku), rows in groups.items():
            for row in rows:
                try:
                    check(path, item, sku, row)
                    if row.source not in self._sources:
                        near = did_you_mean(row.source, self._sources)
                        bad(path, row, "source", row.source, f"not in sources.yaml{near}")
                except InputError as fault:
                    yield str(fault)
                identity = (item, sku, row.above, row.region, row.scope, row.effective)
                if row.confidence in DEFAULTS:
                    if identity in unique:
                        yield f"{path}, line {row.line}: a second price of {' '.join(filter(None, identity))}"
                    unique.add(identity)


def _source(path: Path, key: str, entry: object) -> Source:
    if not isinstance(entry, dict) or not {"title", "what", "as_of", "kind"} <= entry.keys():
        raise InputError(f"{path}: source '{key}' needs title, what, as_of and kind")
    return Source(key, entry["title"], entry["what"], entry["as_of"], entry["kind"], entry.get("url"))


def _usable(rows: Iterable[Row], region: str | None) -> bool:
    return any(
        row.confidence in DEFAULTS and (region is None or row.region in (region, ALL_REGIONS)) and not row.above
        for row in rows
    )


def _names(words: Iterable[str]) -> str:
    every = sorted(set(words))
    more = f" and {len(every) - _MOST_NAMED} more" if len(every) > _MOST_NAMED else ""
    return ", ".join(every[:_MOST_NAMED]) + more


def read_sources(path: Path) -> object:
    """Return what sources.yaml says; reports read its compiled twin, for a YAML reader starts slowly."""
    from planner.yaml12 import load_yaml

    return load_yaml(path.read_text(encoding="utf-8"), source=str(path))


def compiled_sources(root: Path = _PRICES) -> str:
    """Return the text of sources.json, the twin of sources.yaml."""
    return json.dumps(read_sources(root / "sources.yaml"), ensure_ascii=False, indent=0) + "\n"


def main() -> None:
    """Write the compiled twin of the sources."""
    (_PRICES / "sources.json").write_text(compiled_sources(), encoding="utf-8")


if __name__ == "__main__":
    main()
