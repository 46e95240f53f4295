"""Rows of the price book's CSV files: read as text, turned into numbers and days one by one, checked on request."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from planner.errors import InputError
from planner.money import ZERO, to_decimal

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

__all__ = [
    "ALL_REGIONS",
    "CONFLICT",
    "DEFAULTS",
    "DERIVED",
    "HEADER",
    "NEVER_DEFAULT",
    "UNLABELLED",
    "Groups",
    "Row",
    "bad",
    "check",
    "day_of",
    "read",
    "split_tier",
    "tier_of",
]

HEADER: Final = (
    "service",
    "item",
    "sku",
    "region",
    "scope",
    "unit",
    "usd",
    "effective",
    "observed",
    "source",
    "confidence",
)
ALL_REGIONS: Final = "*"  # a source says that the price is the same in all regions
UNLABELLED: Final = "unlabelled"  # a source that names no region: a cross-check, never a default
# A: AWS's own list, document or invoice; B: a dated copy of it by a third party; C: undated or indirect.
DEFAULTS: Final = frozenset("ABC")
# Kept as evidence, never used to price.
NEVER_DEFAULT: Final = frozenset({"conflict", "derived", "historic", "stale", "unverified"})
DERIVED: Final = "derived"  # reckoned from another price by a stated rule: prices on request alone
CONFLICT: Final = "conflict"  # another source's figure for a price that the book takes from elsewhere
_SMALLEST_EXPONENT: Final = -18
_LARGEST_EXPONENT: Final = 18
_TIER_MARK: Final = "_over_"


class Row(NamedTuple):
    """A row as text; the numbers are read when the row is looked up."""

    line: int
    above: str  # the tier's bound, empty for the base price
    region: str
    scope: str
    unit: str
    usd: str
    effective: str
    observed: str
    source: str
    confidence: str


Groups = dict[tuple[str, str], list[Row]]


def read(path: Path) -> Groups:
    """Return a file's rows by item and SKU, tiers with their base.

    Raises:
        InputError: for another header or a row of another length, or of another service.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error.reason}") from None
    groups: Groups = {}
    service = path.stem
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    if tuple(header) != HEADER:
        raise InputError(f"{path}, line 1: the header is '{','.join(header)}', expected '{','.join(HEADER)}'")
    for line, cells in enumerate(reader, start=2):
        if len(cells) != len(HEADER) or cells[0] != service:
            raise InputError(
                f"{path}, line {line}: expected {len(HEADER)} columns and service '{service}', not '{','.join(cells)}'"
            )
        item, above = cells[1], ""
        if _TIER_MARK in item:
            item, above = split_tier(item)
        row = Row(line, above, *cells[3:])
        group = groups.get((item, cells[2]))
        if group is None:
            groups[item, cells[2]] = [row]
        else:
            group.append(row)
    return groups


def split_tier(item: str) -> tuple[str, str]:
    """Return an item without its tier's bound, and the bound: `s3` `standard.gb_month_over_51200` has 51200."""
    base, mark, above = item.rpartition(_TIER_MARK)
    return (base, above) if mark else (item, "")


def tier_of(path: Path, row: Row) -> tuple[Decimal, Decimal | None]:
    """Return a row's bound (zero for the base price) and its USD; none where only the bound is known.

    Raises:
        InputError: for what is no decimal, or a negative one.
    """
    above = _decimal_of(path, row, "item", row.above) if row.above else ZERO
    if row.above and not row.usd:
        return above, None  # above its bound the price is another one, which no source tells
    return above, _decimal_of(path, row, "usd", row.usd)


def day_of(path: Path, row: Row, text: str) -> date:
    """Return one of a row's days.

    Raises:
        InputError: for what is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        bad(path, row, "date", text, "expected a day such as 2026-08-20")


def _decimal_of(path: Path, row: Row, column: str, text: str) -> Decimal:
    try:
        number = to_decimal(text)
    except InvalidOperation:
        bad(path, row, column, text, "expected a decimal")
    if not number.is_finite() or number < 0:
        bad(path, row, column, text, "expected a decimal that is not negative")
    if number and not _SMALLEST_EXPONENT <= number.adjusted() <= _LARGEST_EXPONENT:
        bad(path, row, column, text, "expected a decimal between 1e-18 and 1e18")
    return number


_LONGEST_SHOWN: Final = 80
_NUMBER: Final = re.compile(
    r"\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII
)  # Python reads more: 1_000, blanks around, other digits
_SHAPES: Final = {
    "region": re.compile(r"[a-z]{2}(-[a-z]+)+-\d(-[a-z]{3}-\d[a-z])?|\*|unlabelled", re.ASCII),
    "scope": re.compile(r"in_region|global|geo:[a-z]{2,4}(-[a-z]+)?", re.ASCII),
    "confidence": re.compile("|".join(sorted(DEFAULTS | NEVER_DEFAULT)), re.ASCII),
    "effective": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
}


def check(path: Path, item: str, sku: str, row: Row) -> None:
    """Check a whole row, also what no look-up reads.

    Raises:
        InputError: for what is not as the format promises.
    """
    for column, shape in _SHAPES.items():
        text = str(getattr(row, column))
        if not shape.fullmatch(text):
            bad(path, row, column, text, f"expected {shape.pattern}")
    if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)?", item, re.ASCII):
        bad(path, row, "item", item, "expected lower case, as in on_demand.input_mtok")
    if not sku or not row.unit:
        bad(path, row, "sku, unit", f"{sku}, {row.unit}", "expected neither empty")
    if row.region == UNLABELLED and row.confidence in DEFAULTS:
        bad(path, row, "confidence", row.confidence, "a price without a region is never a default")
    tier_of(path, row)
    for column, number in (("item", row.above), ("usd", row.usd)):
        if number and not _NUMBER.fullmatch(number):
            bad(path, row, column, number, "expected a decimal, as 0.054")
    effective = day_of(path, row, row.effective)
    if row.observed and day_of(path, row, row.observed) < effective:
        bad(path, row, "observed", row.observed, f"observed before it was effective ({row.effective})")


def bad(path: Path, row: Row, column: str, value: str, why: str) -> NoReturn:
    """Raise the InputError of a row: file, line, column, value, fix."""
    shown = value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}…"
    raise InputError(f"{path}, line {row.line}: {column} '{shown}': {why}")
