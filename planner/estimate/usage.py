"""fmplan-usage.yml: how much resources of a template are used, by type, by construct path or by logical id."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from planner.errors import InputError
from planner.meters.parameters import read_quantity
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from decimal import Decimal
    from pathlib import Path

__all__ = ["UsageByResource", "load_usage_by_resource", "parse_usage_by_resource"]

_KEYS: Final = ("version", "resource_type_default_usage", "resource_usage")
_VERSION: Final = 1
_MOST: Final = 5_000


class UsageByResource:
    """Stated usage: defaults by type, then patterns in the file's order, then what names a resource exactly."""

    def __init__(self, source: str, by_type: Mapping[str, Any], by_resource: Mapping[str, Any]) -> None:
        self.source = source
        self._by_type = by_type
        self._by_resource = by_resource
        self._unused = dict.fromkeys(by_resource)

    @cached_property
    def _patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple(
            (key, re.compile(".*".join(re.escape(piece) for piece in re.split(r"\*+", key)), re.DOTALL))
            for key in self._by_resource
            if "*" in key
        )

    def of(self, kind: str, path: str, logical_id: str, known: tuple[str, ...]) -> dict[str, Decimal | str]:
        """Return a resource's usage.

        Raises:
            InputError: for a key that its type doesn't have, or a value that is none.
        """
        found: dict[str, Decimal | str] = {}
        if kind in self._by_type:
            found.update(self._read(f"resource_type_default_usage.{kind}", self._by_type[kind], kind, known))
        for key, pattern in self._patterns:
            if pattern.fullmatch(path) or pattern.fullmatch(logical_id):
                self._unused.pop(key, None)
                # A pattern may take in resources of several types: those that don't have a key go without it.
                found.update(self._read(f"resource_usage.{key}", self._by_resource[key], kind, known, skip=True))
        for key in (logical_id, path) if logical_id != path else (path,):
            if key in self._by_resource and "*" not in key:
                self._unused.pop(key, None)
                found.update(self._read(f"resource_usage.{key}", self._by_resource[key], kind, known))
        return found

    def unused(self, names: set[str]) -> list[str]:
        """Return a sentence for each entry that no resource asked for, with the nearest names."""
        return [
            f"{self.source}: resource_usage.{key}: no resource has this path or id{did_you_mean(key, names)}"
            for key in self._unused
        ]

    def _read(
        self, where: str, stated: Mapping[str, Any], kind: str, known: tuple[str, ...], *, skip: bool = False
    ) -> dict[str, Decimal | str]:
        read: dict[str, Decimal | str] = {}
        for key, value in stated.items():
            if key not in known:
                if skip:
                    continue
                takes = did_you_mean(key, known) or f"; it takes {', '.join(known) or 'none'}"
                raise InputError(f"{self.source}: {where}.{key}: {kind} has no such usage{takes}")
            try:
                read[key] = value if key in _WORDS and isinstance(value, str) else read_quantity(value, key)
            except InputError as error:
                raise InputError(f"{self.source}: {where}.{error}") from None
        return read


_WORDS: Final = frozenset({"model"})


def load_usage_by_resource(path: Path) -> UsageByResource:
    """Return what a usage file states.

    Raises:
        InputError: for a file that can't be read; for all unknown types and keys at once, with the nearest spelling.
    """
    from planner.files import read_text
    from planner.yaml12 import load_yaml

    return parse_usage_by_resource(load_yaml(read_text(path), source=str(path)), source=str(path))


def parse_usage_by_resource(data: object, *, source: str) -> UsageByResource:
    """Return checked usage from plain values; the same errors as `load_usage_by_resource`."""
    from planner.estimate.kinds import KINDS, USAGE_KEYS

    if not isinstance(data, dict):
        raise InputError(f"{source}: a usage file is a mapping with {', '.join(_KEYS)}")
    for key in data:
        if key not in _KEYS:
            raise InputError(
                f"{source}: {key}: is not known{did_you_mean(key, _KEYS) or '; known: ' + ', '.join(_KEYS)}"
            )
    if data.get("version") != _VERSION:
        raise InputError(f"{source}: version: {data.get('version')!r} is not read; write version: {_VERSION}")
    by_type, by_resource = (_section(data, key, source) for key in _KEYS[1:])
    faults: list[str] = []
    for kind, stated in by_type.items():
        where = f"{source}: resource_type_default_usage.{kind}"
        if kind in KINDS:
            faults += _faults(where, stated, KINDS[kind].usage, f"{kind} has no such usage")
        else:
            faults.append(f"{where}: no such type takes usage{did_you_mean(kind, KINDS)}")
    for name, stated in by_resource.items():
        faults += _faults(f"{source}: resource_usage.{name}", stated, USAGE_KEYS, "no type has such usage")
    if faults:
        raise InputError("\n".join(faults))
    return UsageByResource(source, by_type, by_resource)


def _faults(where: str, stated: Mapping[str, Any], known: Collection[str], unknown: str) -> Iterator[str]:
    for key, value in stated.items():
        if key not in known:
            yield f"{where}.{key}: {unknown}{did_you_mean(key, known)}"
        elif not (key in _WORDS and isinstance(value, str)):
            try:
                read_quantity(value, key)
            except InputError as error:
                yield f"{where}.{error}"


def _section(data: dict[str, Any], key: str, source: str) -> dict[str, dict[str, Any]]:
    section = data.get(key) or {}
    if not isinstance(section, dict):
        raise InputError(f"{source}: {key}: is no mapping")
    if len(section) > _MOST:
        raise InputError(f"{source}: {key}: has {len(section):,} entries; at most {_MOST:,} are read")
    for name, stated in section.items():
        if not isinstance(stated, dict):
            raise InputError(f"{source}: {key}.{name}: is no mapping of usage keys")
    return section
