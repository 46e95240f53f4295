"""Reading YAML 1.2 and JSON: numbers from their text, no key twice, and nothing that a hostile file could blow up with.

Scalars follow YAML 1.2's core schema (yes, no, on and off are words; 1e6 is a number; 0o17 is octal), save that NaN and
infinities are refused and a date is a word. Whole numbers become int, all others Decimal: no float, so no digit is
lost. ruamel.yaml scans and parses; values are built here, from its events, because its constructors go through float
and have no limits.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, NoReturn

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ruamel.yaml.events import Event

__all__ = ["load_json", "load_yaml", "scalar"]

LARGEST_YAML: Final = 1_000_000  # characters: a second of scanning; JSON is read a hundred times faster
_DEEPEST = 64
_MOST_NODES = 50_000  # a second of parsing; with every alias counted as what it stands for
_LONGEST_NUMBER = 100  # characters
_LONGEST_MESSAGE = 300  # characters: a few lines of a terminal
_LARGEST_EXPONENT = 400  # a little more than a double's

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_MAY_BE_NUMBER = frozenset("+-.0123456789")
_WHOLE = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)


class _BadValueError(ValueError):
    """A scalar that is refused; the place is added by who reads the file."""


def load_yaml(text: str, *, source: str) -> object:
    """Return what a YAML 1.2 or JSON text states; JSON is what `source` names so, or what starts with { and is JSON.

    Raises:
        InputError: `source:line:column: what is wrong`.
    """
    if source.endswith(".json"):
        return load_json(text, source=source)
    if text.lstrip()[:1] == "{":
        try:
            return _json(text, source)
        except json.JSONDecodeError:
            pass  # a YAML mapping may start with { as well
    return _yaml(text, source)


def load_json(text: str, *, source: str) -> object:
    """Return what a JSON text states.

    Raises:
        InputError: `source:line:column: what is wrong`.
    """
    try:
        return _json(text, source)
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        raise InputError(f"{source}:{error.lineno}:{error.colno}: {what}") from None


def scalar(text: str) -> str | int | Decimal | bool | None:
    """Return the value of an unquoted scalar under YAML 1.2's core schema.

    Raises:
        ValueError: for NaN, an infinity and numbers of absurd length or magnitude.
    """
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    return _number_or_word(text) if text[0] in _MAY_BE_NUMBER else text


# --- Numbers ----------------------------------------------------------------------------------------------------------


def _number_or_word(text: str) -> str | int | Decimal:
    if _WHOLE.fullmatch(text):
        return _whole(text)
    if _OCTAL_OR_HEX.fullmatch(text):
        _check_length(text)
        return int(text, 0)
    if _DECIMAL.fullmatch(text):
        return _decimal(text)
    if _NOT_FINITE.fullmatch(text):
        _refuse_constant(text)
    return text


def _check_length(text: str) -> None:
    if len(text) > _LONGEST_NUMBER:
        raise _BadValueError(f"a number of {len(text):,} characters; at most {_LONGEST_NUMBER} are read")


def _whole(text: str) -> int:
    _check_length(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    _check_length(text)
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent of more than eighteen digits
        number = None
    if number is None or abs(number.adjusted()) > _LARGEST_EXPONENT:
        raise _BadValueError(f"the exponent of {text} is absurd; at most {_LARGEST_EXPONENT} is read")
    return number


def _refuse_constant(text: str) -> NoReturn:
    raise _BadValueError(f"{text} is no number that can be planned with; write a finite number")


# --- JSON -------------------------------------------------------------------------------------------------------------


def _json(text: str, source: str) -> object:
    try:
        data = _DECODER.decode(text)
    except _BadValueError as error:
        raise InputError(f"{source}: {error}") from None
    except RecursionError:
        raise InputError(f"{source}: nested more than {_DEEPEST} levels deep") from None
    if text.count("[") + text.count("{") > _DEEPEST:
        _check_depth(data, source)
    if "\\u" in text:
        _check_surrogates(text, data, source)
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _BadValueError(f"the key {twice!r} is there twice; keep one")
    return mapping


# Made once: a batch has a million lines.
_DECODER = json.JSONDecoder(
    parse_int=_whole, parse_float=_decimal, parse_constant=_refuse_constant, object_pairs_hook=_object
)


def _check_depth(data: object, source: str) -> None:
    level = [data]
    for _ in range(_DEEPEST + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise InputError(f"{source}: nested more than {_DEEPEST} levels deep")


def _check_surrogates(text: str, data: object, source: str) -> None:
    # Half a character: Python holds it, no file or terminal can take it.
    half = re.search(r"\\u[dD][89a-fA-F]", text)
    if half and any("\ud800" <= letter <= "\udfff" for letter in json.dumps(data, ensure_ascii=False, default=str)):
        line, column = _place(text, half.start())
        raise InputError(f"{source}:{line}:{column}: {text[half.start() : half.start() + 6]} is half a character")


def _place(text: str, position: int) -> tuple[int, int]:
    """Return line and column of a position, both from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


# --- YAML -------------------------------------------------------------------------------------------------------------


def _yaml(text: str, source: str) -> object:
    if len(text) > LARGEST_YAML:
        raise InputError(f"{source}: has {len(text):,} characters of YAML; at most {LARGEST_YAML:,} are read")
    # Half a megabyte of code that only YAML needs: JSON and batch lines do without it.
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        return _Builder(YAML(typ="safe", pure=True).parse(text), source).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
        raise InputError(f"{place}: {_problem(error.problem or error.context)}") from None
    except ReaderError as error:
        line, column = _place(text, error.position)
        raise InputError(
            f"{source}:{line}:{column}: the control character {error.character:#04x} is not read"
        ) from None
    except (YAMLError, OverflowError, ValueError) as error:  # the latter two: \\U escapes beyond Unicode
        raise InputError(f"{source}: {_problem(str(error))}") from None


def _problem(text: str | None) -> str:
    what = " ".join((text or "no YAML").split())
    return _short(what + "; indent with spaces, not tabs" if r"'\t'" in what else what)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


class _Builder:
    """Builds values from events, counting what it builds."""

    def __init__(self, events: Iterator[Event], source: str) -> None:
        self._events = events
        self._source = source
        self._nodes = 0
        self._anchors: dict[str, tuple[object, int] | None] = {}

    def document(self) -> object:
        """Return the one document of the stream; None where there is none."""
        next(self._events)  # the stream's start
        event = next(self._events)
        if type(event).__name__ == "StreamEndEvent":
            return None
        version = getattr(event, "version", None)
        if version and tuple(version) != (1, 2):
            self._refuse(event, f"%YAML {'.'.join(map(str, version))} is not read; files are YAML 1.2")
        value = self._value(next(self._events), _DEEPEST)
        next(self._events)  # the document's end
        event = next(self._events)
        if type(event).__name__ != "StreamEndEvent":
            self._refuse(event, "a second document starts here; a file holds one")
        return value

    def _value(self, event: Any, levels: int) -> object:  # noqa: ANN401  (ruamel's events have no common typed fields)
        kind = type(event).__name__
        if kind == "AliasEvent":
            return self._alias(event)
        if event.tag is not None:
            self._refuse(event, f"the tag {str(event.tag)!r} is not read; remove it")
        if not levels:
            self._refuse(event, f"nested more than {_DEEPEST} levels deep")
        before = self._nodes
        self._count(event, 1)
        anchor = event.anchor
        if anchor is not None:
            self._anchors[anchor] = None  # until it is complete, an alias to it would be a circle
        value: object
        if kind == "ScalarEvent":
            value = self._scalar(event)
        elif kind == "MappingStartEvent":
            value = self._mapping(levels - 1)
        else:
            value = self._sequence(levels - 1)
        if anchor is not None:
            self._anchors[anchor] = (value, self._nodes - before)
        return value

    def _mapping(self, levels: int) -> dict[str, object]:
        mapping: dict[str, object] = {}
        while type(event := next(self._events)).__name__ != "MappingEndEvent":
            key = self._key(event)
            if key in mapping:
                self._refuse(event, f"the key {key!r} is there twice; keep one")
            mapping[key] = self._value(next(self._events), levels)
        return mapping

    def _key(self, event: Any) -> str:  # noqa: ANN401
        """Return a key as it is written: 1 and true are words here, as in JSON."""
        if type(event).__name__ != "ScalarEvent" or event.tag is not None or event.anchor is not None:
            self._refuse(event, "a key must be a plain word")
        self._count(event, 1)
        key: str = event.value
        if key == "<<" and event.implicit[0]:
            self._refuse(event, "merge keys (<<) are not YAML 1.2; write the keys out")
        return key

    def _sequence(self, levels: int) -> list[object]:
        items: list[object] = []
        while type(event := next(self._events)).__name__ != "SequenceEndEvent":
            items.append(self._value(event, levels))
        return items

    def _scalar(self, event: Any) -> object:  # noqa: ANN401
        text: str = event.value
        if not event.implicit[0]:  # quoted, or a block of text
            if any("\ud800" <= letter <= "\udfff" for letter in text):
                self._refuse(event, "half a character (a surrogate) is not read")
            return text
        try:
            return scalar(text)
        except ValueError as error:
            self._refuse(event, str(error))

    def _alias(self, event: Any) -> object:  # noqa: ANN401
        if event.anchor not in self._anchors:
            self._refuse(event, f"there is no anchor &{event.anchor} before this")
        known = self._anchors[event.anchor]
        if known is None:
            self._refuse(event, f"*{event.anchor} holds itself")
        value, nodes = known
        self._count(event, nodes)
        return value

    def _count(self, event: Any, nodes: int) -> None:  # noqa: ANN401
        self._nodes += nodes
        if self._nodes > _MOST_NODES:
            self._refuse(event, f"more than {_MOST_NODES:,} values, aliases expanded; a file may hold no more")

    def _refuse(self, event: Any, what: str) -> NoReturn:  # noqa: ANN401
        mark = event.start_mark
        raise InputError(f"{self._source}:{mark.line + 1}:{mark.column + 1}: {_short(what)}")
