"""Checks of one YAML value each: a strict schema is built of them, and what they refuse is named with its place."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from planner.errors import InputError
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Check", "Flag", "ListOf", "MapOf", "Number", "OneOf", "Section", "Text", "Whole"]


class Check(Protocol):
    """Something that checks one value and returns it as JSON will hold it."""

    def check(self, value: Any, where: str) -> Any:  # noqa: ANN401  (YAML is of any type)
        """Return the value, or raise InputError that names where it stands."""


@dataclass(frozen=True)
class Text:
    """Text that is not empty, and matches a pattern where one is given."""

    pattern: str | None = None
    example: str = ""

    def check(self, value: Any, where: str) -> str:  # noqa: ANN401
        """Return the text with its line breaks folded."""
        if isinstance(value, dt.date):
            value = value.isoformat()
        if not isinstance(value, str) or not value.strip():
            message = f"{where}: {value!r} is not text"
            raise InputError(message)
        if self.pattern and not re.fullmatch(self.pattern, value):
            message = f"{where}: {value!r} does not look like {self.example!r}"
            raise InputError(message)
        return " ".join(value.split())


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def check(self, value: Any, where: str) -> str:  # noqa: ANN401
        """Return the word."""
        if value not in self.words:
            hint = did_you_mean(str(value), self.words)
            message = f"{where}: {value!r} is none of {', '.join(self.words)}{hint}"
            raise InputError(message)
        return str(value)


@dataclass(frozen=True)
class Whole:
    """A whole number, at least `least`."""

    least: int = 1

    def check(self, value: Any, where: str) -> int:  # noqa: ANN401
        """Return the number."""
        if isinstance(value, bool) or not isinstance(value, int) or value < self.least:
            message = f"{where}: {value!r} is not a whole number of at least {self.least}"
            raise InputError(message)
        return value


@dataclass(frozen=True)
class Number:
    """A number that is not negative, whole or decimal."""

    def check(self, value: Any, where: str) -> int | Decimal:  # noqa: ANN401
        """Return the number with the digits that were written."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal) or value < 0:
            message = f"{where}: {value!r} is not a number of at least 0"
            raise InputError(message)
        return value


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def check(self, value: Any, where: str) -> bool:  # noqa: ANN401
        """Return the flag."""
        if not isinstance(value, bool):
            message = f"{where}: {value!r} is not true or false"
            raise InputError(message)
        return value


@dataclass(frozen=True)
class ListOf:
    """A list without repetitions, with at least `least` members."""

    item: Check
    least: int = 1

    def check(self, value: Any, where: str) -> list[Any]:  # noqa: ANN401
        """Return the list."""
        if not isinstance(value, list) or len(value) < self.least:
            message = f"{where}: {value!r} is not a list of at least {self.least}"
            raise InputError(message)
        checked = [self.item.check(member, f"{where}[{number}]") for number, member in enumerate(value)]
        for number, member in enumerate(checked):
            if member in checked[:number]:
                message = f"{where}[{number}]: {member!r} is there twice"
                raise InputError(message)
        return checked


@dataclass(frozen=True)
class MapOf:
    """A mapping from names to values of one type."""

    key: Check
    item: Check

    def check(self, value: Any, where: str) -> dict[str, Any]:  # noqa: ANN401
        """Return the mapping."""
        if not isinstance(value, dict) or not value:
            message = f"{where}: {value!r} is not a mapping with at least one key"
            raise InputError(message)
        return {self.key.check(name, where): self.item.check(item, f"{where}.{name}") for name, item in value.items()}


@dataclass(frozen=True)
class Section:
    """A mapping with known keys: unknown ones are errors, `required` ones must be there."""

    keys: Mapping[str, Check]
    required: tuple[str, ...] = ()
    # Keys that identify an entry and need no source.
    identity: tuple[str, ...] = field(default=())

    def check(self, value: Any, where: str) -> dict[str, Any]:  # noqa: ANN401
        """Return the section with its keys in the schema's order."""
        if not isinstance(value, dict):
            message = f"{where}: {value!r} is not a mapping"
            raise InputError(message)
        for name in value:
            if name not in self.keys:
                message = f"{where}: unknown key {name!r}{did_you_mean(str(name), self.keys)}"
                raise InputError(message)
        for name in self.required:
            if name not in value:
                message = f"{where}: key {name!r} is missing"
                raise InputError(message)
        return {name: check.check(value[name], f"{where}.{name}") for name, check in self.keys.items() if name in value}
