"""A usage bill as CSV: the answer's lines with exact decimals, safe to open in a spreadsheet.

The columns and their order are stable; new ones come last.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

from planner.bill_report.view import price_of
from planner.report.words import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COLUMNS", "csv_bill"]

Json = dict[str, Any]

COLUMNS: Final = (
    "region",
    "as_of",
    "status",
    "meter",
    "dimension",
    "sku",
    "scope",
    "quantity",
    "unit",
    "unit_price_usd",
    "usd",
    "rule",
    "price",
    "effective",
    "observed",
    "source",
    "confidence",
    "conflicts",
    "reason",
    "item",
    "tier_above",
)
_NUMBERS: Final = frozenset({"quantity", "tier_above", "unit_price_usd", "usd"})
_DECIMAL: Final = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
# What a spreadsheet takes for the beginning of a formula, the wide forms included.
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def _cell(column: str, value: object) -> str:
    """Return a cell that no spreadsheet computes: an apostrophe stands before text that would be a formula."""
    text = plain_text(value)
    if column in _NUMBERS and _DECIMAL.fullmatch(text):
        return text
    return f"'{text}" if text.startswith(_FORMULA) else text


def _kind(line: Json) -> str:
    """Return whose price a line has."""
    price = price_of(line)
    if line.get("dimension") == "discount":
        return "discount"
    if not price:
        return plain_text(line.get("price"))
    if price.get("own"):
        return "own"
    return "derived" if price.get("confidence") == "derived" else "list"


def _conflicts(price: Json) -> str:
    return "; ".join(
        f"{each.get('usd')} {each.get('source')} {each.get('confidence')}" for each in price.get("conflicts") or ()
    )


def _rows(answer: Json) -> Iterator[Json]:
    place = {"region": answer.get("region"), "as_of": answer.get("as_of")}
    for line in answer.get("lines") or ():
        price = price_of(line)
        stated = {**price, "price": _kind(line), "conflicts": _conflicts(price)}
        yield {**line, **stated, **place, "status": "priced"}
    for item in answer.get("unpriced") or ():
        yield {**item, **place, "status": "unpriced"}


def csv_bill(answer: Json) -> str:
    """Return a header and one row a line; amounts add up to the answer's total."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(column, row.get(column)) for column in COLUMNS] for row in _rows(answer))
    return stream.getvalue()
