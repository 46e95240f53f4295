"""What a diff's values are in words: signed amounts, one value and the other, whether a resource is replaced."""

from __future__ import annotations

import json
from decimal import Decimal, DecimalException
from typing import Any, Final

from planner.bill_report import words as bill_words
from planner.number_format import money, percent, quantity, unit_price
from planner.report import words as say

__all__ = [
    "ARROW",
    "NONE",
    "change",
    "counted",
    "cut",
    "key_change",
    "line_words",
    "number_change",
    "of_percent",
    "path",
    "price_change",
    "replacement",
    "sign_of",
    "signed",
    "value",
]

Json = dict[str, Any]

ARROW: Final = "→"
NONE: Final = "–"  # stands where a side has nothing
_LONGEST_VALUE: Final = 160
# Said of a line, these tell nothing: it is the only variant that there is.
_PLAIN_VARIANTS: Final = {"", "standard"}
_REPLACEMENTS: Final = {"yes": "requires replacement", "maybe": "may be replaced"}


def _number(text: object) -> Decimal:
    try:
        number = Decimal(str(text))
    except DecimalException:
        return Decimal(0)
    return number if number.is_finite() else Decimal(0)


def sign_of(amount: object) -> int:
    """Return 1, 0 or -1 as an amount is above, at or below zero."""
    number = _number(amount)
    return (number > 0) - (number < 0)


def signed(amount: object) -> str:
    """Return US dollars with the sign of a change: +$1.20, -$0.30; none before zero."""
    return f"+{money(amount)}" if sign_of(amount) > 0 else money(amount)


def of_percent(change_percent: object) -> str:
    """Return a change in percent with its sign, from text that counts percents: "12.3456" as +12.3 %."""
    if change_percent is None:
        return ""
    text = percent(_number(change_percent).scaleb(-2))
    return f"+{text}" if sign_of(change_percent) > 0 else text


def counted(number: int, word: str) -> str:
    """Return how many there are of something: 1 resource, 2,000 resources."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters, an ellipsis where it goes on."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def value(stated: object) -> str:
    """Return a value of a property or of a key as people write it: one line, not endlessly long."""
    if stated is None:
        return NONE
    if isinstance(stated, str):
        text = say.plain_text(stated)
        # What no reader could see, or could take for nothing, is written as JSON writes it.
        return cut(text, _LONGEST_VALUE) if text and text != NONE else json.dumps(stated)
    if isinstance(stated, bool):
        return "true" if stated else "false"
    if isinstance(stated, int | float | Decimal):
        return str(stated)
    return cut(say.plain_text(json.dumps(stated, ensure_ascii=False, default=str)), _LONGEST_VALUE)


def change(before: object, after: object) -> str:
    """Return a value before and after."""
    return f"{value(before)} {ARROW} {value(after)}"


def key_change(before: object, after: object) -> str:
    """Return a workload's value before and after; whole numbers, which JSON may carry as texts, in groups."""
    return f"{_of_key(before)} {ARROW} {_of_key(after)}"


def _of_key(stated: object) -> str:
    text = str(stated)
    is_whole = not isinstance(stated, bool) and text.isascii() and text.isdecimal()
    return f"{int(text):,}" if is_whole else value(stated)


def number_change(before: object, after: object) -> str:
    """Return a quantity before and after; one where both are the same or only one is there."""
    return _once(quantity(before, missing=NONE), quantity(after, missing=NONE))


def price_change(before: object, after: object) -> str:
    """Return a unit price before and after; one where both are the same or only one is there."""
    return _once(unit_price(before, missing=NONE), unit_price(after, missing=NONE))


def _once(before: str, after: str) -> str:
    if after in (before, NONE):
        return say.plain_text(before)
    return say.plain_text(after if before == NONE else f"{before} {ARROW} {after}")


def path(stated: object) -> str:
    """Return a construct's path without the `Resource` that is the name of any L2's own resource."""
    return say.plain_text(stated).removesuffix("/Resource") or NONE


def line_words(line: Json) -> tuple[str, str]:
    """Return what a line of the bill counts, and of which variant; empty where there is only one."""
    variant = say.plain_text(line.get("variant"))
    what = say.sentence(bill_words.dimension(line.get("meter"), line.get("dimension") or ""))
    return what, "" if variant in _PLAIN_VARIANTS else variant


def replacement(stated: object) -> str:
    """Return whether CloudFormation replaces what changed; empty where it does not."""
    return _REPLACEMENTS.get(str(stated), "")
