"""Reading a bulk file piece by piece: a service's list in a region may have hundreds of megabytes."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["BrokenJsonError", "entries", "head"]

_CHUNK: Final = 1 << 20
_LARGEST_ENTRY: Final = 1 << 23  # characters; a product has some thousand
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_SKIPPED: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]"]', re.DOTALL)
_OPEN: Final = frozenset("{[")


class BrokenJsonError(ValueError):
    """A file that is no JSON, or none of the documented shape."""


def head(path: Path) -> dict[str, Any]:
    """Return the scalars that a file states before its first object: offerCode, version, publicationDate."""
    with path.open(encoding="utf-8") as file:
        scanner = _Scanner(file)
        found: dict[str, Any] = {}
        for key in scanner.keys():  # noqa: SIM118  (a scanner is no mapping)
            if scanner.peek() in _OPEN:
                return found
            found[key] = scanner.value()
        return found


def entries(path: Path, *place: str) -> Iterator[tuple[str, Any]]:
    """Yield key and value of the object at a place such as ("terms", "OnDemand"); nothing where the file has none.

    Raises:
        BrokenJsonError: for a file that is not JSON to its end.
    """
    with path.open(encoding="utf-8") as file:
        scanner = _Scanner(file)
        yield from _entries(scanner, place)
        scanner.end()


def _entries(scanner: _Scanner, place: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for key in scanner.keys():  # noqa: SIM118
        if not place:
            yield key, scanner.value()
        elif key == place[0] and scanner.peek() == "{":
            yield from _entries(scanner, place[1:])
        else:
            scanner.skip()


class _Scanner:
    """A place in a file of JSON, of which a part is in memory."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder()

    def keys(self) -> Iterator[str]:
        """Yield the keys of the object that begins here; the caller takes each value before the next key."""
        self._take("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            key = self.value()
            if not isinstance(key, str):
                raise BrokenJsonError("a key that is no text")
            self._take(":")
            yield key
            if self.peek() == "}":
                self._at += 1
                return
            self._take(",")

    def peek(self) -> str:
        """Return the next character that is no space."""
        while True:
            found = _SPACE.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                raise BrokenJsonError("the file ends early")

    def value(self) -> Any:  # noqa: ANN401  (JSON)
        """Return the value that begins here."""
        self.peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if len(self._text) - self._at > _LARGEST_ENTRY or not self._more():
                    raise BrokenJsonError(f"no JSON: {str(error)[:100]}") from None
                continue
            if end == len(self._text) and self._more():
                continue  # a number may go on
            self._at = end
            return value

    def skip(self) -> None:
        """Pass over the value that begins here."""
        if self.peek() not in _OPEN:
            self.value()
            return
        depth = 0
        while True:
            found = _SKIPPED.search(self._text, self._at)
            if found is None or found[0] == '"':
                self._go_on(len(self._text) if found is None else found.start())
                continue
            self._at = found.end()
            if found[0] in _OPEN:
                depth += 1
            elif found[0] in {"}", "]"}:
                depth -= 1
                if not depth:
                    return

    def end(self) -> None:
        """Check that nothing follows."""
        try:
            self.peek()
        except BrokenJsonError:
            return
        raise BrokenJsonError("more follows after the end")

    def _go_on(self, place: int) -> None:
        """Read more from a place on: the end of what is in memory, or a text that ends beyond it."""
        self._at = place
        if len(self._text) - self._at > _LARGEST_ENTRY or not self._more():
            raise BrokenJsonError("the file ends early")

    def _take(self, expected: str) -> None:
        if self.peek() != expected:
            raise BrokenJsonError(f"expected '{expected}'")
        self._at += 1

    def _more(self) -> bool:
        if self._ended:
            return False
        try:
            chunk = self._file.read(_CHUNK)
        except UnicodeDecodeError:
            raise BrokenJsonError("not UTF-8") from None
        if not chunk:
            self._ended = True
            return False
        self._text = self._text[self._at :] + chunk
        self._at = 0
        return True
