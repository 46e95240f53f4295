"""What a price book says now, by place: prices by bound, and the last day on which anyone saw them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import InputError
from planner.price_rows import ALL_REGIONS, DEFAULTS, HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["Book", "Key", "Known"]

_MARK: Final = "_over_"


class Key(NamedTuple):
    """A price's place in the book, tiers together."""

    service: str
    item: str
    sku: str
    region: str
    scope: str


class _Row(NamedTuple):
    effective: str
    observed: str
    above: Decimal
    usd: Decimal | None
    region: str
    unit: str


@dataclass(slots=True)
class Known:
    """The newest prices at a place by bound (None: known to differ, not known), and the day they were last seen."""

    prices: dict[Decimal, Decimal | None] = field(default_factory=dict)
    last_seen: str = ""  # ISO: on which a row was observed or came into force
    unit: str = ""


class Book:
    """The rows of a book's files, read when first needed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._texts: dict[str, str] = {}
        self._rows: dict[str, dict[Key, list[_Row]]] = {}
        self._scopes: dict[tuple[str, str], set[str]] = {}
        self._skus: set[tuple[str, str, str]] = set()
        self._regions: dict[str, set[str]] = {}

    def text(self, service: str) -> str:
        """Return a file's text; a service without file has a header alone."""
        self._read(service)
        return self._texts[service]

    def known(self, key: Key) -> Known | None:
        """Return the newest prices at a place, rows for all regions included, or None where there is none."""
        rows = self._read(key.service)
        found = [*rows.get(key, ()), *rows.get(key._replace(region=ALL_REGIONS), ())]
        if not found:
            return None
        known = Known(last_seen=max(max(row.effective, row.observed) for row in found))
        # As the look-up does: by day, a region's own row after one for all regions.
        found.sort(key=lambda row: (row.effective, row.region != ALL_REGIONS))
        for row in found:
            known.prices[row.above] = row.usd
            known.unit = row.unit
        return known

    def has_sku(self, service: str, item: str, sku: str) -> bool:
        """Return whether the book has an item of a SKU in any region."""
        self._read(service)
        return (service, item, sku) in self._skus

    def geographic_scopes(self, sku: str, region: str) -> tuple[str, ...]:
        """Return the geographic inference profiles that Bedrock's file has for a model called from a region."""
        self._read("bedrock")
        return tuple(sorted(self._scopes.get((sku, region), ())))

    def regions(self, services: Iterable[str]) -> tuple[str, ...]:
        """Return the regions that these files have rows of."""
        found: set[str] = set()
        for service in services:
            self._read(service)
            found |= self._regions[service]
        return tuple(sorted(found))

    def _read(self, service: str) -> dict[Key, list[_Row]]:
        if service in self._rows:
            return self._rows[service]
        path = self._root / f"{service}.csv"
        rows: dict[Key, list[_Row]] = {}
        self._rows[service] = rows
        self._regions[service] = set()
        self._texts[service] = ",".join(HEADER) + "\n"
        if not path.exists():
            return rows
        try:
            self._texts[service] = path.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{path}: cannot be read: {error}") from None
        reader = csv.reader(io.StringIO(self._texts[service], newline=""))
        if tuple(next(reader, ())) != HEADER:
            raise InputError(f"{path}, line 1: expected the header '{','.join(HEADER)}'")
        for line, cells in enumerate(reader, start=2):
            self._add(path, line, cells)
        return rows

    def _add(self, path: Path, line: int, cells: list[str]) -> None:
        if len(cells) != len(HEADER):
            raise InputError(f"{path}, line {line}: expected {len(HEADER)} columns, not {len(cells)}")
        row = dict(zip(HEADER, cells, strict=True))
        if row["confidence"] not in DEFAULTS:
            return  # evidence: it never prices anything
        item, _, above = row["item"].partition(_MARK)
        try:
            bound, usd = Decimal(above or 0), Decimal(row["usd"]) if row["usd"] else None
        except InvalidOperation:
            raise InputError(f"{path}, line {line}: '{row['item']}' and '{row['usd']}': expected decimals") from None
        service, sku, region, scope = path.stem, row["sku"], row["region"], row["scope"]
        found = _Row(row["effective"], row["observed"], bound, usd, region, row["unit"])
        self._rows[service].setdefault(Key(service, item, sku, region, scope), []).append(found)
        self._skus.add((service, item, sku))
        if region != ALL_REGIONS:
            self._regions[service].add(region)
        if service == "bedrock" and scope.startswith("geo:"):
            self._scopes.setdefault((sku, region), set()).add(scope)
