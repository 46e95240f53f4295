"""Where a key stands in a YAML or JSON file that people write, for messages of other tools that point at lines."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["line_of_key", "lines_of_keys"]

Place = tuple[int, int]
_DEEPEST = 64


def line_of_key(text: str, key: str) -> Place | None:
    """Return line and column, from 1, of a dotted key; of the nearest stated key above it where it isn't stated itself.

    None where not even its first part is stated, and for a text that is no YAML.
    """
    places = lines_of_keys(text)
    while key:
        if key in places:
            return places[key]
        key = key.rpartition(".")[0]
    return None


@lru_cache(maxsize=8)
def lines_of_keys(text: str) -> Mapping[str, Place]:
    """Return the places of all dotted keys of a text's mappings; none for a text that is no YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    found: dict[str, Place] = {}
    try:
        events = YAML(typ="safe", pure=True).parse(text)
        for event in events:
            if type(event).__name__ == "MappingStartEvent":
                _mapping(events, "", found, _DEEPEST)
                break
    except (YAMLError, RecursionError, ValueError):
        return {}
    return found


def _mapping(events: Iterator[Any], prefix: str, found: dict[str, Place], levels: int) -> None:
    for event in events:
        if type(event).__name__ == "MappingEndEvent":
            return
        name = getattr(event, "value", None)
        if name is None:  # a key that is itself a collection
            _skip(events, event)
            _skip(events, next(events))
            continue
        key = f"{prefix}{name}"
        found.setdefault(key, (event.start_mark.line + 1, event.start_mark.column + 1))
        value = next(events)
        if type(value).__name__ == "MappingStartEvent" and levels:
            _mapping(events, f"{key}.", found, levels - 1)
        else:
            _skip(events, value)


def _skip(events: Iterator[Any], event: object) -> None:
    """Pass over the rest of what an event begins."""
    open_ones = 0
    while True:
        kind = type(event).__name__
        open_ones += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if open_ones <= 0:
            return
        event = next(events)
