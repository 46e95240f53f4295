"""Prices of one's own (private pricing): a CSV file in the price book's format, whose rows shadow the book's."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.files import read_text
from planner.model_id import base_model_id, scope_of
from planner.near import did_you_mean
from planner.price_items import PRICED_ITEMS
from planner.price_rows import DEFAULTS, HEADER, Row, bad, check, split_tier

if TYPE_CHECKING:
    from pathlib import Path

    from planner.price_book import PriceBook
    from planner.price_rows import Groups

__all__ = ["read_own"]

_MOST_FAULTS = 50


def read_own(path: Path, *, book: PriceBook) -> dict[str, Groups]:
    """Return a file's rows by service, and in it by item and SKU.

    Raises:
        InputError: for a file that can't be read or has another header, and for all bad rows at once, one a line.
    """
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    services: dict[str, Groups] = {}
    faults: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    try:
        header = next(reader, [])
        if tuple(header) != HEADER:
            raise InputError(f"{path}, line 1: the header is '{','.join(header)}', expected '{','.join(HEADER)}'")
        for cells in reader:
            if not cells:
                continue  # an empty line at the end
            try:
                service, item, sku, row = _row(path, reader.line_num, cells, book)
                _check_once(path, (service, item, sku, row.above, row.region, row.scope, row.effective), row.line, seen)
                services.setdefault(service, {}).setdefault((item, sku), []).append(row)
            except InputError as fault:
                faults.append(str(fault))
    except csv.Error as error:
        faults.append(f"{path}, line {reader.line_num}: no CSV: {error}")
    faults += _without_base(path, services)
    if faults:
        more = [f"{path}: and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        raise InputError("\n".join(faults[:_MOST_FAULTS] + more))
    return services


def _check_once(path: Path, identity: tuple[str, ...], line: int, seen: dict[tuple[str, ...], int]) -> None:
    first = seen.setdefault(identity, line)
    if first != line:
        price = " ".join(filter(None, identity))
        raise InputError(f"{path}, line {line}: the price of {price} is in line {first} already; keep one")


def _row(path: Path, line: int, cells: list[str], book: PriceBook) -> tuple[str, str, str, Row]:
    where = f"{path}, line {line}"
    if len(cells) != len(HEADER):
        raise InputError(f"{where}: has {len(cells)} cells, expected {len(HEADER)}: {','.join(HEADER)}")
    if not all(cell.isprintable() for cell in cells):
        raise InputError(f"{where}: has a character that can't be printed")
    service, item, above = cells[0], *split_tier(cells[1])
    row = Row(line, above, *cells[3:])
    items = _items(service, book)
    if not items:
        services = {*book.services(), *_metered(), *PRICED_ITEMS}
        raise InputError(f"{where}: service '{service}' is not known{did_you_mean(service, services)}")
    if item not in items:
        raise InputError(f"{where}: {service} has no item '{item}'{did_you_mean(item, items)}")
    check(path, item, cells[2], row)
    if row.confidence not in DEFAULTS:
        raise InputError(f"{where}: confidence '{row.confidence}': a price that is meant to be used is A, B or C")
    _check_meaning(path, service, item, cells[2], row, book)
    return service, item, cells[2], row


def _check_meaning(path: Path, service: str, item: str, sku: str, row: Row, book: PriceBook) -> None:
    """Refuse a row that looks right and is never found, or that would be a price of something else."""
    if service == "bedrock" and base_model_id(sku) != sku:
        scope = scope_of(sku)
        bad(path, row, "sku", sku, f"a profile is a scope; write {base_model_id(sku)} with scope {scope}")
    rows = book.rows(service)
    units = {each.unit for each in rows.get((item, sku), ())}
    units = units or {each.unit for (name, _), group in rows.items() if name == item for each in group}
    if not units and item in PRICED_ITEMS.get(service, {}):
        units = {PRICED_ITEMS[service][item]}
    if units and row.unit not in units:
        bad(path, row, "unit", row.unit, f"{service} {item} is counted in {' or '.join(sorted(units))}")


def _items(service: str, book: PriceBook) -> set[str]:
    """Return the items that a row of a service may have: those of the book, of its meters, and of estimates."""
    asked = PRICED_ITEMS.get(service, {})
    return {item for item, _ in book.rows(service)} | _metered().get(service, set()) | asked.keys()


def _metered() -> dict[str, set[str]]:
    from planner.meters import METERS

    found: dict[str, set[str]] = {}
    for meter in METERS.values():
        service, _, rest = meter.name.partition(".")
        items = {f"{rest}.{dimension}" if rest else dimension for dimension in meter.dimensions}
        found.setdefault(service, set()).update(items)
    return found


def _without_base(path: Path, services: dict[str, Groups]) -> list[str]:
    """Return the tiers that nothing begins: a tier goes on from a price of the same place."""
    faults = []
    for groups in services.values():
        for (item, sku), rows in groups.items():
            bases = {(row.region, row.scope) for row in rows if not row.above}
            faults += [
                f"{path}, line {row.line}: {item}_over_{row.above} of {sku} has no {item} in {row.region} ({row.scope})"
                " to go on from"
                for row in rows
                if row.above and (row.region, row.scope) not in bases
            ]
    return faults
