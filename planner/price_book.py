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
from planner.price_reasons import why_not_found
from planner.price_rows import (
    ALL_REGIONS,
    CONFLICT,
    DEFAULTS,
    DERIVED,
    UNLABELLED,
    Row,
    bad,
    check,
    day_of,
    read,
    tier_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from planner.discounts import Discount
    from planner.price_rows import Groups

__all__ = [
    "Conflict",
    "Price",
    "PriceBook",
    "PriceKey",
    "PriceNotFound",
    "Source",
    "Tier",
    "compiled_sources",
]

_MOST_FOUND: Final = 20_000
_PRICES = Path(__file__).parent / "prices"


class PriceKey(NamedTuple):
    """What a price is asked for by, save region and day: `s3`, `standard.put_k`, `standard`, `in_region`."""

    service: str
    item: str
    sku: str
    scope: str


class Tier(NamedTuple):
    """USD per unit of what lies above a bound; the bound is in the item's unit (or in prompt tokens, or in vectors).

    Without USD only the bound is known: above it there is another price, which no source tells.
    """

    above: Decimal
    usd: Decimal | None


class Conflict(NamedTuple):
    """What another source says that a price is; the book has reasons to take its own."""

    usd: Decimal
    source: str
    confidence: str
    observed: date | None


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
    conflicts: tuple[Conflict, ...] = ()
    own: bool = False  # a row of the user's own, which shadows the book's


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
    """Dated prices from a folder of CSV files, by default the planner's own; a file is read when it is first needed.

    `own` is a CSV file of the user's own rows: where it has a price of a place, the book's is not looked at. `derived`
    lets prices that are reckoned from others stand in where nothing else is known. `discounts` are taken off list
    prices by who makes the bill.

    Raises:
        InputError: for own rows that can't be read, all of them at once.
    """

    def __init__(
        self,
        root: Path | None = None,
        *,
        own: Path | None = None,
        discounts: tuple[Discount, ...] = (),
        derived: bool = False,
    ) -> None:
        self._root = root or _PRICES
        self._services: dict[str, Groups | None] = {}
        self._found: dict[tuple[PriceKey, str, date], Price | PriceNotFound] = {}
        self._discounts = discounts
        self._usable = DEFAULTS | {DERIVED} if derived else DEFAULTS
        self._own = own
        self._own_groups: Mapping[str, Groups] = {}
        if own is not None:
            from planner.price_own import read_own

            self._own_groups = read_own(own, book=self)

    def price(self, key: PriceKey, *, region: str, as_of: date) -> Price | PriceNotFound:
        """Return the newest price that was effective on a day in a region and scope, or what is there instead.

        Raises:
            InputError: for a row that cannot be read.
        """
        asked = (key, region, as_of)
        found = self._found.get(asked)
        if found is None:
            if len(self._found) >= _MOST_FOUND:
                self._found.clear()  # a batch may ask for a million names that don't exist
            found = self._found[asked] = self._look_up(key, region, as_of)
        return found

    def skus(self, service: str, item: str, *, region: str | None = None) -> tuple[str, ...]:
        """Return the SKUs that have a usable price of an item, in a region or anywhere, in alphabetical order."""
        groups = self._groups(service) or {}
        return tuple(sorted({sku for (name, sku), rows in groups.items() if name == item and _usable(rows, region)}))

    @property
    def has_discounts(self) -> bool:
        """Whether anything is taken off list prices."""
        return bool(self._discounts)

    def discounts_of(self, service: str, dimension: str) -> tuple[Discount, ...]:
        """Return what is taken off a service's list prices of a dimension, in the order in which it is."""
        return tuple(discount for discount in self._discounts if discount.covers(service, dimension))

    def services(self) -> tuple[str, ...]:
        """Return the services that the book has prices of, in alphabetical order."""
        return self._names

    def rows(self, service: str) -> Groups:
        """Return all rows of a service as they are, evidence included; nothing for one that the book does not have.

        Raises:
            InputError: for a file that can't be read.
        """
        return self._groups(service) or {}

    def sources(self) -> Mapping[str, Source]:
        """Return all sources by key."""
        return self._sources

    def source(self, key: str) -> Source:
        """Return what is known of a row's source.

        Raises:
            InputError: for a key that prices/sources.yaml does not have.
        """
        if key not in self._sources and self._is_own_source(key):
            return Source(key, key, "prices of one's own", None, "own", None)
        if key not in self._sources:
            where = self._root / "sources.yaml"
            raise InputError(f"{where}: there is no source '{key}'{did_you_mean(key, self._sources)}")
        return self._sources[key]

    def digest(self) -> str:
        """Return what identifies the book: the SHA-256 of its CSV files, in the order of their names.

        Own rows, discounts and derived prices make it another book.
        """
        return self._digest

    def check(self) -> list[str]:
        """Return what is wrong with the book's rows, one sentence a fault, naming file and line."""
        return [fault for service in self._names for fault in self._faults(service)]

    @cached_property
    def _digest(self) -> str:
        digest = hashlib.sha256()
        for service in self._names:
            digest.update(self._path(service).read_bytes())
        if self._own is not None:
            digest.update(b"own\0" + self._own.read_bytes())
        for discount in self._discounts:
            digest.update(repr(discount).encode())
        if DERIVED in self._usable:
            digest.update(DERIVED.encode())
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

    def _is_own_source(self, key: str) -> bool:
        return any(
            row.source == key for groups in self._own_groups.values() for rows in groups.values() for row in rows
        )

    def _look_up(self, key: PriceKey, region: str, as_of: date) -> Price | PriceNotFound:
        own = self._own_groups.get(key.service)
        if own is not None and self._own is not None:
            found = _newest(own.get((key.item, key.sku), ()), key, region, as_of, DEFAULTS)
            if "" in found:
                return _price(self._own, key, region, found, own=True)
        groups = self._groups(key.service)
        rows = (groups or {}).get((key.item, key.sku), [])
        found = _newest(rows, key, region, as_of, DEFAULTS)
        if "" not in found and self._usable is not DEFAULTS:
            found = _newest(rows, key, region, as_of, self._usable)
        if "" not in found:
            return PriceNotFound(key, region, as_of, why_not_found(key, region, groups, services=self._names))
        path = self._path(key.service)
        conflicts = _conflicts(path, rows, key, region, as_of)
        used = tier_of(path, found[""])[1]
        return _price(path, key, region, found, conflicts=tuple(each for each in conflicts if each.usd != used))

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


def _newest(rows: Iterable[Row], key: PriceKey, region: str, as_of: date, usable: frozenset[str]) -> dict[str, Row]:
    """Return the newest row of each tier that is in force at a place, by the tier's bound."""
    # ISO days compare as text; rising order, so that the newest stays, and a region's own row before one for all.
    today = as_of.isoformat()
    there = [
        row
        for row in rows
        if row.scope == key.scope
        and row.region in (region, ALL_REGIONS)
        and row.confidence in usable
        and row.effective <= today
    ]
    there.sort(key=lambda row: (row.effective, row.region != ALL_REGIONS))
    return {row.above: row for row in there}


def _price(
    path: Path,
    key: PriceKey,
    region: str,
    newest: Mapping[str, Row],
    *,
    conflicts: tuple[Conflict, ...] = (),
    own: bool = False,
) -> Price:
    base = newest[""]
    tiers = sorted((Tier(*tier_of(path, row)) for row in newest.values()), key=lambda tier: tier.above)
    effective = day_of(path, base, base.effective)
    observed = day_of(path, base, base.observed) if base.observed else None
    return Price(
        key, region, base.unit, tuple(tiers), effective, observed, base.source, base.confidence, conflicts, own
    )


def _conflicts(path: Path, rows: Iterable[Row], key: PriceKey, region: str, as_of: date) -> tuple[Conflict, ...]:
    """Return what other sources say of a price at its place, the newest first."""
    today = as_of.isoformat()
    said = [
        row
        for row in rows
        if row.confidence == CONFLICT
        and not row.above
        and row.scope == key.scope
        and row.region in (region, ALL_REGIONS, UNLABELLED)
        and row.effective <= today
    ]
    said.sort(key=lambda row: (row.observed or row.effective, row.source), reverse=True)
    return tuple(
        Conflict(usd, row.source, row.confidence, day_of(path, row, row.observed) if row.observed else None)
        for row in said
        if (usd := tier_of(path, row)[1]) is not None
    )


def _source(path: Path, key: str, entry: object) -> Source:
    if not isinstance(entry, dict) or not {"title", "what", "as_of", "kind"} <= entry.keys():
        raise InputError(f"{path}: source '{key}' needs title, what, as_of and kind")
    return Source(key, entry["title"], entry["what"], entry["as_of"], entry["kind"], entry.get("url"))


def _usable(rows: Iterable[Row], region: str | None) -> bool:
    return any(
        row.confidence in DEFAULTS and (region is None or row.region in (region, ALL_REGIONS)) and not row.above
        for row in rows
    )


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
