"""The plain values of a workload file, each checked by one small marker that states what is allowed.

A marker is a pydantic annotation: it validates, it says in one sentence what is wrong, and it writes its own JSON
Schema. The errors it raises hold only the sentence; who reads the file adds the file's name and the key.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic_core import PydanticCustomError, core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

__all__ = ["AssumptionValue", "Number", "Text", "shown"]

_MOST_DECIMAL_PLACES = 30
_SHOWN_CHARACTERS = 60
_DECIMAL_STRING = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,30})?", re.ASCII)
_GROUPED_DIGITS = re.compile(r"[+-]?[0-9]{1,3}([,_' ][0-9]{3})+(\.[0-9]+)?", re.ASCII)


def shown(value: object) -> str:
    """Return a value as an error shows it: words in quotes, numbers and true/false as written, the rest by kind."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN_CHARACTERS else value[:_SHOWN_CHARACTERS] + "…")
    if isinstance(value, int | float | Decimal):
        # Absurd magnitudes stay in scientific notation: a number of a million digits helps nobody.
        text = str(value) if not isinstance(value, int) or abs(value) < 10**40 else f"a number of over {40} digits"
        return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"


def _wrong(sentence: str) -> PydanticCustomError:
    return PydanticCustomError("value", "{sentence}", {"sentence": sentence})


class Number:
    """A number within bounds: an int if it is `whole`, else a Decimal.

    `text` allows a string of digits as well, which is how fmplan's own answers write money.
    """

    __slots__ = ("_maximum", "_minimum", "_only", "_text", "_whole")

    def __init__(
        self,
        minimum: int | str,
        maximum: int,
        *,
        whole: bool = False,
        text: bool = False,
        only: tuple[int, ...] = (),
    ) -> None:
        """State the bounds, both inclusive; `only` lists the allowed values where they are few."""
        self._minimum = Decimal(minimum)
        self._maximum = Decimal(maximum)
        self._whole = whole
        self._text = text
        self._only = only

    def __call__(self, value: object) -> int | Decimal:
        """Return the number; a float is refused, for its digits are not the ones that were written."""
        if type(value) is int:
            number: int | Decimal = value
        elif type(value) is Decimal and value.is_finite():
            number = value
        elif self._text and type(value) is str and _DECIMAL_STRING.fullmatch(value):
            number = Decimal(value)
        else:
            raise self._wrong_type(value)
        if not self._minimum <= number <= self._maximum:
            raise _wrong(
                f"{shown(number)} is {'below' if number < self._minimum else 'above'} the limit; allowed: {self}"
            )
        if self._whole:
            return self._as_whole(number)
        if type(number) is int:
            return Decimal(number)
        exponent = Decimal(number).as_tuple().exponent
        if isinstance(exponent, int) and exponent < -_MOST_DECIMAL_PLACES:
            raise _wrong(f"{shown(number)} has more than {_MOST_DECIMAL_PLACES} decimal places; allowed: {self}")
        return number

    def __str__(self) -> str:
        """Return what is allowed, in words."""
        if self._only:
            return ", ".join(map(str, self._only))
        kind = "a whole number" if self._whole else "a number"
        return f"{kind} from {self._minimum:,f} to {self._maximum:,f}"

    def _as_whole(self, number: int | Decimal) -> int:
        whole = int(number)
        if whole != number:
            raise _wrong(f"{shown(number)} is no whole number; allowed: {self}")
        if self._only and whole not in self._only:
            raise _wrong(f"{whole} is not allowed; allowed: {self}")
        return whole

    def _wrong_type(self, value: object) -> PydanticCustomError:
        kind = "no whole number" if self._whole else "no number"
        hint = ""
        if isinstance(value, str):
            if _DECIMAL_STRING.fullmatch(value):
                hint = f"; write {value} without quotes"
            elif _GROUPED_DIGITS.fullmatch(value):
                hint = f"; write {re.sub('[^0-9.+-]', '', value)} without separators"
        elif isinstance(value, float):
            hint = "; pass a Decimal: a float's digits are not the ones that were written"
        return _wrong(f"{shown(value)} is {kind}; allowed: {self}{hint}")

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Return the validator: this object itself."""
        return core_schema.no_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the same rules for editors."""
        if self._only:
            return {"enum": list(self._only)}
        bounds = {"minimum": _json_number(self._minimum), "maximum": _json_number(self._maximum)}
        if self._whole:
            return {"type": "integer", **bounds}
        if self._text:
            return {"type": ["number", "string"], **bounds, "pattern": f"^{_DECIMAL_STRING.pattern}$"}
        return {"type": "number", **bounds}


class Text:
    """A word or text of a given shape."""

    __slots__ = ("_pattern", "_what")

    def __init__(self, what: str, pattern: str) -> None:
        """State what it is and its shape, a regular expression of the whole text."""
        self._what = what
        self._pattern = re.compile(pattern, re.ASCII)

    def __call__(self, value: object) -> str:
        """Return the text."""
        if type(value) is not str or not self._pattern.fullmatch(value):
            raise _wrong(f"{shown(value)} is no {self._what}; allowed: {_TEXTS_ALLOWED[self._what]}")
        return value

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Return the validator: this object itself."""
        return core_schema.no_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the same rule for editors."""
        return {"type": "string", "pattern": f"^{self._pattern.pattern}$"}


_TEXTS_ALLOWED = {
    "name": "2 to 40 small letters, digits and hyphens, a letter first, such as support-assistant",
    "description": "up to 1,000 characters, no control characters",
    "region": "AWS's code of a region, such as us-east-1",
    "model id": "Bedrock's id of a model, such as amazon.nova-lite-v1:0",
    "instance type": "such as ml.g5.xlarge",
    "metric": "1 to 80 characters, such as rouge_l",
}


class _Plain:
    """A value of an assumption: its own type is checked where the assumption is known."""

    def __call__(self, value: object) -> object:
        if isinstance(value, bool | int | str) or (isinstance(value, Decimal) and value.is_finite()):
            return value
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise _wrong(f"{shown(value)} is not allowed; allowed: a number, true, false, a word or a list of words")

    def __get_pydantic_core_schema__(self, _source: object, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Return the validator: this object itself."""
        return core_schema.no_info_plain_validator_function(self)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the same rule for editors."""
        return {"type": ["number", "boolean", "string", "array", "null"], "items": {"type": "string"}}


AssumptionValue = Annotated[bool | int | Decimal | str | tuple[str, ...], _Plain()]


def _json_number(bound: Decimal) -> int | float:
    # Only for editors: -0.9 as a double is near enough to underline a value in red.
    return int(bound) if bound == int(bound) else float(bound)
