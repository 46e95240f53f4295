"""Where a key stands in a YAML or JSON file, so that a finding about it can point at its line.

Only places are read here, and read leniently: what a file means and whether it may be read is planner.yaml12's to say.
Lines and columns count from 1, columns in characters.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from planner.yaml12 import LARGEST_YAML

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Place", "SourceLines", "line_of_key"]

Place = tuple[int, int]

_PART: Final = re.compile(r"\[(\d+)\]|\.?([^.\[]+|\[)", re.ASCII)
_TOKEN: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_LARGEST_JSON: Final = 20_000_000  # characters: a second of scanning
_MOST_LEVELS: Final = 64  # as deep as files are read


class _Node:
    """A key or list item: where it begins and what is in it, by name or position."""

    __slots__ = ("inner", "position")

    def __init__(self, position: int) -> None:
        self.position = position
        self.inner: dict[str, _Node] = {}


class SourceLines:
    """The places of a file's keys; a file that can't be scanned has none."""

    def __init__(self, text: str) -> None:
        self._breaks = [found.start() for found in re.finditer("\n", text)]
        self._root = _scanned(text)

    def place(self, key: str, *, exact: bool = False) -> Place | None:
        """Return where `traffic.requests_per_month` or `policies[2].usd` stands, else its nearest stated ancestor.

        None where not even the outermost of its keys is stated, or, when `exact`, where it is not stated itself.
        """
        if self._root is None:
            return None
        node = self._root
        parts = [found[1] or found[2] for found in _PART.finditer(key)]
        while parts:
            # A key may have dots of its own: the longest name that is there is the one that is meant.
            for count in range(len(parts), 0, -1):
                inner = node.inner.get(".".join(parts[:count]))
                if inner is not None:
                    node, parts = inner, parts[count:]
                    break
            else:
                break
        return None if node is self._root or (exact and parts) else self._at(node.position)

    def _at(self, position: int) -> Place:
        line = bisect_right(self._breaks, position - 1)
        return line + 1, position - (self._breaks[line - 1] if line else -1)


def line_of_key(text: str, key: str) -> Place | None:
    """Return line and column of a dotted key such as `traffic.requests_per_month`, or of its nearest stated ancestor.

    None where neither is stated and for a text that is neither YAML nor JSON.
    """
    return SourceLines(text).place(key)


class _NoTreeError(ValueError):
    """The text is none that keys could be found in."""


class _Tree:
    """Grows from what a scanner finds, in the file's order."""

    def __init__(self) -> None:
        self.root = _Node(0)
        self.complete = False
        self._open: list[tuple[_Node, bool]] = []  # mappings and lists, and which of the two they are
        self._keys: list[_Node | None] = []  # beside them: the key that waits for its value

    @property
    def waits_for_key(self) -> bool:
        """Whether a mapping is open whose next key comes now."""
        return bool(self._open) and not self._open[-1][1] and self._keys[-1] is None

    def key(self, name: str, position: int) -> None:
        """Take a key of the mapping that is open."""
        self._keys[-1] = self._open[-1][0].inner.setdefault(name, _Node(position))

    def value(self, position: int) -> _Node:
        """Return the node whose value begins here: the key before it, or the next item of a list."""
        if not self._open:
            return self.root
        outer, is_list = self._open[-1]
        if is_list:
            made = outer.inner[str(len(outer.inner))] = _Node(position)
            return made
        node, self._keys[-1] = self._keys[-1], None
        if node is None:
            raise _NoTreeError
        return node

    def begin(self, position: int, *, is_list: bool) -> _Node:
        """Open the mapping or list that begins here."""
        if len(self._open) >= _MOST_LEVELS:
            raise _NoTreeError
        node = self.value(position)
        self._open.append((node, is_list))
        self._keys.append(None)
        return node

    def end(self) -> None:
        """Close the mapping or list that is open."""
        if not self._open:
            raise _NoTreeError
        self._open.pop()
        self._keys.pop()
        self.complete = not self._open


def _scanned(text: str) -> _Node | None:
    scans = (_scan_json, _scan_yaml) if text.lstrip()[:1] in ("{", "[") else (_scan_yaml,)
    for scan in scans:
        tree = _Tree()
        with suppress(_NoTreeError):
            scan(text, tree)
            if tree.complete:
                return tree.root
    return None


def _scan_json(text: str, tree: _Tree) -> None:
    if len(text) > _LARGEST_JSON:
        raise _NoTreeError
    for found in _TOKEN.finditer(text):
        sign, position = found[0], found.start()
        if sign in ",:":
            continue
        if sign in "}]":
            tree.end()
        elif tree.waits_for_key:
            if found[1] is None:
                raise _NoTreeError  # a key without quotes: YAML that starts with a brace
            tree.key(_unescaped(found[1]), position)
        elif sign in "{[":
            tree.begin(position, is_list=sign == "[")
        else:
            tree.value(position)
        if tree.complete:
            return


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    import json

    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _scan_yaml(text: str, tree: _Tree) -> None:
    if len(text) > LARGEST_YAML:
        raise _NoTreeError
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        _take_events(YAML(typ="safe", pure=True).parse(text), tree)
    except (YAMLError, ValueError, OverflowError) as error:  # the latter two: \\U escapes beyond Unicode
        raise _NoTreeError from error


def _take_events(events: Iterator[Any], tree: _Tree) -> None:
    """Take a document's events; what an alias stands for is found under the alias's key too."""
    anchors: dict[str, _Node] = {}
    for event in events:
        kind = type(event).__name__
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            tree.end()
            if tree.complete:
                return
        elif kind == "ScalarEvent" and tree.waits_for_key:
            tree.key(event.value, event.start_mark.index)
        elif kind == "AliasEvent":
            node = tree.value(event.start_mark.index)
            node.inner = anchors.get(event.anchor, node).inner
        elif kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            position = event.start_mark.index
            is_scalar = kind == "ScalarEvent"
            node = tree.value(position) if is_scalar else tree.begin(position, is_list=kind == "SequenceStartEvent")
            if event.anchor is not None:
                anchors[event.anchor] = node
