"""A workload's mappings as dotted keys, and back: what a person calls a key of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["ABSENT", "flat", "put"]

ABSENT: Final = object()


def flat(data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return dotted keys with their values; lists are values."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and value and not _has_dots(value):
            found.update(flat(value, f"{key}."))
        else:
            found[key] = value
    return found


def put(data: Mapping[str, Any], key: str, value: object) -> dict[str, Any]:
    """Return a copy with a dotted key stated as a value, or left out where the value is ABSENT."""
    changed: dict[str, Any] = copy.deepcopy(dict(data))
    *outer, last = key.split(".")
    place = changed
    for name in outer:
        inner = place.get(name)
        if not isinstance(inner, dict):
            if value is ABSENT:
                return changed
            inner = place[name] = {}
        place = inner
    if value is ABSENT:
        place.pop(last, None)
    else:
        place[last] = copy.deepcopy(value)
    return _pruned(changed)


def _has_dots(mapping: Mapping[str, Any]) -> bool:
    """Whether names have dots themselves (tags): then they can't be told from paths, and the mapping is one value."""
    return any("." in str(name) for name in mapping)


def _pruned(data: dict[str, Any]) -> dict[str, Any]:
    """Return it without the mappings that lost their last key."""
    return {
        name: _pruned(value) if isinstance(value, dict) else value
        for name, value in data.items()
        if not (isinstance(value, dict) and value and not _pruned(value))
    }
