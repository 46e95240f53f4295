"""Kinds of a policy's parameters; each reads and checks its own value, documents itself and gives its JSON Schema."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NoReturn

from planner.errors import InputError
from planner.meters.parameters import read_quantity
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Amount", "Flag", "Globs", "Parameter", "TagValues", "Word", "Words", "refused"]

_LONGEST: Final = 200
_MOST_ITEMS: Final = 1_000
_LONGEST_SHOWN: Final = 60


def refused(key: str, value: object, expected: str) -> NoReturn:
    """Raise what is wrong with a value.

    Raises:
        InputError: always; it begins with the key.
    """
    if isinstance(value, Decimal | bool):
        shown = str(value).lower()
    elif isinstance(value, dict):
        shown = "a mapping"
    else:
        shown = "null" if value is None else repr(value)
    shown = shown if len(shown) <= _LONGEST_SHOWN else shown[:_LONGEST_SHOWN] + "…"
    raise InputError(f"{key}: {shown} is not {expected}")


def _read_pattern(value: object, key: str) -> str:
    if not isinstance(value, str) or not value or len(value) > _LONGEST or not value.isprintable():
        refused(key, value, "a text of at most 200 characters")
    return value


def _read_list(value: object, key: str, what: str) -> Sequence[object]:
    if not isinstance(value, list) or not value:
        refused(key, value, f"a list of {what}")
    if len(value) > _MOST_ITEMS:
        raise InputError(f"{key}: {len(value):,} items; at most {_MOST_ITEMS:,} are read")
    return value


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that is not negative, in the unit that its name says."""

    name: str
    meaning: str
    default: Decimal | None = None
    optional: bool = False
    whole: bool = False
    most: Decimal = Decimal("1e15")

    @property
    def required(self) -> bool:
        """Whether a policy file must state it."""
        return self.default is None and not self.optional

    def read(self, value: object, key: str) -> Decimal:
        """Return the checked value."""
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            refused(key, value, "a number")
        return read_quantity(value, key, most=self.most, whole=self.whole)

    @property
    def takes(self) -> str:
        """Its values, for documentation."""
        return "whole number" if self.whole else "number"

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        found: dict[str, Any] = {"type": "integer" if self.whole else "number", "minimum": 0, "maximum": int(self.most)}
        return found if self.default is None else {**found, "default": int(self.default)}


@dataclass(frozen=True, slots=True)
class Globs:
    """A list of texts in which * stands for any characters, ? for one and [ab] for one of some."""

    name: str
    meaning: str
    optional: bool = True

    @property
    def required(self) -> bool:
        """Whether a policy file must state it."""
        return not self.optional

    def read(self, value: object, key: str) -> tuple[str, ...]:
        """Return the checked value."""
        items = _read_list(value, key, "patterns, such as [one, two*]")
        return tuple(_read_pattern(item, f"{key}[{index}]") for index, item in enumerate(items))

    @property
    def takes(self) -> str:
        """Its values, for documentation."""
        return "list of patterns"

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        item = {"type": "string", "minLength": 1, "maxLength": _LONGEST}
        return {"type": "array", "items": item, "minItems": 1}


@dataclass(frozen=True, slots=True)
class Word:
    """One of a few words."""

    name: str
    meaning: str
    choices: tuple[str, ...]
    default: str

    @property
    def required(self) -> bool:
        """Never: it has a default."""
        return False

    def read(self, value: object, key: str) -> str:
        """Return the checked value."""
        if not isinstance(value, str) or value not in self.choices:
            near = did_you_mean(value, self.choices) if isinstance(value, str) else ""
            refused(key, value, f"one of {', '.join(self.choices)}{near}")
        return value

    @property
    def takes(self) -> str:
        """Its values, for documentation."""
        return ", ".join(f"`{choice}`" for choice in self.choices)

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"enum": list(self.choices), "default": self.default}


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words out of a few."""

    name: str
    meaning: str
    choices: tuple[str, ...]

    @property
    def required(self) -> bool:
        """Always: it has no default."""
        return True

    def read(self, value: object, key: str) -> tuple[str, ...]:
        """Return the checked value."""
        items = _read_list(value, key, f"words, such as [{self.choices[0]}]")
        for index, item in enumerate(items):
            if item not in self.choices:
                near = did_you_mean(item, self.choices) if isinstance(item, str) else ""
                refused(f"{key}[{index}]", item, f"one of {', '.join(self.choices)}{near}")
        return tuple(map(str, items))

    @property
    def takes(self) -> str:
        """Its values, for documentation."""
        return "list of " + ", ".join(f"`{choice}`" for choice in self.choices)

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "array", "items": {"enum": list(self.choices)}, "minItems": 1}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false; false where it is left out."""

    name: str
    meaning: str
    default: bool = False

    @property
    def required(self) -> bool:
        """Never: it is false where it is left out."""
        return False

    def read(self, value: object, key: str) -> bool:
        """Return the checked value."""
        if not isinstance(value, bool):
            refused(key, value, "true or false")
        return value

    @property
    def takes(self) -> str:
        """Its values, for documentation."""
        return "`true`, `false`"

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        return {"type": "boolean", "default": self.default}


@dataclass(frozen=True, slots=True)
class TagValues:
    """Tags with the patterns of which a value must match one; an empty list takes any value."""

    name: str
    meaning: str

    @property
    def required(self) -> bool:
        """Always: it has no default."""
        return True

    def read(self, value: object, key: str) -> dict[str, tuple[str, ...]]:
        """Return the checked value; a plain list of tags takes any values."""
        if isinstance(value, list) and value:
            return {_read_pattern(item, f"{key}[{index}]"): () for index, item in enumerate(value)}
        if not isinstance(value, dict) or not value:
            refused(key, value, "a list of tags, such as [owner], or tags with values, such as {env: [prod, dev]}")
        found = {}
        for tag, allowed in value.items():
            name = _read_pattern(tag, key)
            inner = f"{key}.{name}"
            found[name] = () if allowed == [] else Globs(name, "").read(allowed, inner)
        return found

    @property
    def takes(self) -> str:
        """Its values, for documentation."""
        return "list of tags, or mapping of tags to patterns of values"

    def schema(self) -> dict[str, Any]:
        """Return its JSON Schema."""
        texts = {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": _LONGEST}}
        return {"anyOf": [{**texts, "minItems": 1}, {"type": "object", "additionalProperties": texts}]}


Parameter = Amount | Flag | Globs | TagValues | Word | Words
