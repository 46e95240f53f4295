"""Kinds of parameters: quantities, names, choices, lists of words and of rows; each reads and checks its own value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NoReturn

from planner.errors import InputError
from planner.near import did_you_mean

if TYPE_CHECKING:
    from planner.usage import Value

__all__ = ["Choice", "Name", "Parameter", "Quantity", "Rows", "Switch", "Words", "read_quantity"]

_LONGEST_NAME = 200
_MOST_ROWS = 10_000
_LONGEST_SHOWN = 60
# A bill of 34 digits has room for this; more can only be a slip (a number of tokens where millions are asked for).
_LARGEST = Decimal("1e18")
_SMALLEST_EXPONENT = -30


def _refuse(key: str, value: object, expected: str) -> NoReturn:
    shown = str(value) if isinstance(value, Decimal) else repr(value)
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"
    raise InputError(f"{key}: {shown} is not {expected}")


def read_quantity(value: object, key: str, *, most: Decimal = _LARGEST, whole: bool = False) -> Decimal:
    """Return a quantity that is finite and not negative; text of a number is one too, for JSON has no other decimals.

    Raises:
        InputError: for all else; it begins with the key.
    """
    if type(value) is int and 0 <= value <= most:
        return Decimal(value)  # nothing else can be wrong with it, and most quantities are whole numbers
    if type(value) is int:
        number = Decimal(value)
    elif type(value) is Decimal:
        number = value
    elif isinstance(value, str):
        number = _from_text(value, key)
    else:
        _refuse(key, value, "a number")
    if not number.is_finite():
        _refuse(key, value, "a finite number")
    if number < 0:
        _refuse(key, value, "possible; it can't be negative")
    if number > most:
        _refuse(key, value, f"possible; at most {most:f}" if most != _LARGEST else "believable; at most 10^18")
    if whole and number != number.to_integral_value():
        _refuse(key, value, "a whole number")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < _SMALLEST_EXPONENT:
        _refuse(key, value, "believable; more than 30 decimal places")
    return number


def _from_text(text: str, key: str) -> Decimal:
    try:
        return Decimal(text) if text.isascii() and "_" not in text else _refuse(key, text, "a number")
    except InvalidOperation:
        _refuse(key, text, "a number")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A decimal that is not negative; without a default it must be stated, but where it belongs to a way."""

    name: str
    default: Decimal | int | None = None
    optional: bool = False
    whole: bool = False
    most: Decimal = _LARGEST

    @property
    def required(self) -> bool:
        """Whether usage without it is incomplete."""
        return self.default is None and not self.optional

    def read(self, value: object, key: str) -> Value:
        """Return the checked value."""
        return read_quantity(value, key, most=self.most, whole=self.whole)

    @property
    def says(self) -> str:
        """Its values, for documentation."""
        return "whole number" if self.whole else f"at most {self.most:f}" if self.most != _LARGEST else ""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the price book knows or not: a model id, an instance type."""

    name: str
    default: str | None = None
    optional: bool = False

    @property
    def required(self) -> bool:
        """Whether usage without it is incomplete."""
        return self.default is None and not self.optional

    def read(self, value: object, key: str) -> Value:
        """Return the checked value."""
        if not isinstance(value, str) or not value or len(value) > _LONGEST_NAME or not value.isprintable():
            _refuse(key, value, "a name")
        return value

    @property
    def says(self) -> str:
        """Its values, for documentation."""
        return "name"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    name: str
    choices: tuple[str, ...]
    default: str | None = None

    @property
    def required(self) -> bool:
        """Whether usage without it is incomplete."""
        return self.default is None

    def read(self, value: object, key: str) -> Value:
        """Return the checked value."""
        if not isinstance(value, str) or value not in self.choices:
            near = did_you_mean(value, self.choices) if isinstance(value, str) else ""
            _refuse(key, value, f"one of {', '.join(self.choices)}{near}")
        return value

    @property
    def says(self) -> str:
        """Its values, for documentation."""
        return " | ".join(self.choices)


@dataclass(frozen=True, slots=True)
class Switch:
    """Yes or no, as true and false."""

    name: str
    default: bool = False

    @property
    def required(self) -> bool:
        """Never: it has a default."""
        return False

    def read(self, value: object, key: str) -> Value:
        """Return the checked value."""
        if not isinstance(value, bool):
            _refuse(key, value, "true or false")
        return value

    @property
    def says(self) -> str:
        """Its values, for documentation."""
        return "true | false"


@dataclass(frozen=True, slots=True)
class Words:
    """A list of different words out of a few."""

    name: str
    choices: tuple[str, ...]

    @property
    def required(self) -> bool:
        """Always: it has no default."""
        return True

    def read(self, value: object, key: str) -> Value:
        """Return the checked value."""
        if not isinstance(value, list) or not value:
            _refuse(key, value, f"a list of {', '.join(self.choices)}")
        for index, each in enumerate(value):
            if each not in self.choices:
                near = did_you_mean(each, self.choices) if isinstance(each, str) else ""
                _refuse(f"{key}[{index}]", each, f"one of {', '.join(self.choices)}{near}")
            if each in value[:index]:
                raise InputError(f"{key}[{index}]: {each} is stated twice; it is charged once")
        return tuple(value)

    @property
    def says(self) -> str:
        """Its values, for documentation."""
        return f"list of {' | '.join(self.choices)}"


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of rows of quantities, each with the same columns."""

    name: str
    columns: tuple[Quantity, ...]
    ways: tuple[tuple[str, ...], ...] = ()

    @property
    def required(self) -> bool:
        """Always: it has no default."""
        return True

    def read(self, value: object, key: str) -> Value:
        """Return the checked value."""
        names = [column.name for column in self.columns]
        if not isinstance(value, list):
            _refuse(key, value, f"a list of rows with {', '.join(names)}")
        if len(value) > _MOST_ROWS:
            raise InputError(f"{key}: {len(value):,} rows; at most {_MOST_ROWS:,} are read in one line of usage")
        return tuple(self._row(row, f"{key}[{index}]", names) for index, row in enumerate(value))

    def _row(self, row: object, key: str, names: list[str]) -> dict[str, Decimal]:
        if not isinstance(row, dict):
            _refuse(key, row, f"a row with {', '.join(names)}")
        found: dict[str, Decimal] = {}
        for column in self.columns:
            if column.name in row:
                found[column.name] = read_quantity(
                    row[column.name], f"{key}.{column.name}", most=column.most, whole=column.whole
                )
            elif column.required:
                raise InputError(f"{key}.{column.name}: is missing")
        for name in row:
            if name not in names:
                raise InputError(f"{key}.{name}: is not known{did_you_mean(str(name), names)}")
        if self.ways and sum(all(name in found for name in way) for way in self.ways) != 1:
            raise InputError(f"{key}: state one of {', '.join(' with '.join(way) for way in self.ways)}")
        return found

    @property
    def says(self) -> str:
        """Its values, for documentation."""
        ways = [name for way in self.ways for name in way]
        columns = [" or ".join(" and ".join(way) for way in self.ways)] if ways else []
        columns += [
            c.name if c.default is None else f"[{c.name}: {c.default}]" for c in self.columns if c.name not in ways
        ]
        return f"list of {{{', '.join(columns)}}}"


Parameter = Quantity | Name | Choice | Switch | Words | Rows
