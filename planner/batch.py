"""Batches: one JSON input a line, one JSON answer a line, in order, with the same id; a bad line stops no other."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["answers"]

BAD_LINE = 2
_LONGEST_LINE = 10_000_000


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _with_id(identity: object, result: dict[str, Any] | str) -> str:
    if isinstance(result, str):
        return f'{{"id":{_id(identity)},{result[1:]}\n'
    return f'{{"id":{_id(identity)},{_ENCODER.encode(result)[1:]}\n'


def _id(identity: object) -> str:
    """Return an id as JSON; a number keeps its digits."""
    if type(identity) is int:
        return str(identity)
    if isinstance(identity, Decimal):
        return str(identity)
    if isinstance(identity, list):
        return f"[{','.join(map(_id, identity))}]"
    if isinstance(identity, dict):
        return f"{{{','.join(f'{_ENCODER.encode(key)}:{_id(value)}' for key, value in identity.items())}}}"
    return _ENCODER.encode(identity)


def _lines(stream: TextIO, path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each line with its place in the file, or else what is wrong with it."""
    number = 0
    while True:
        number += 1
        where = f"{path}:{number}"
        try:
            line = stream.readline(_LONGEST_LINE + 1)
            if len(line) > _LONGEST_LINE and not line.endswith("\n"):
                yield "", where, f"{where}: longer than {_LONGEST_LINE:,} characters"
                while line and not line.endswith("\n"):
                    line = stream.readline(_LONGEST_LINE)
                continue
        except UnicodeDecodeError:
            yield "", where, f"{where}: not UTF-8; the rest is not read"
            return
        if not line:
            return
        if line.strip():
            yield line, where, ""


def answers(
    path: Path, answer: Callable[[dict[str, Any], str], tuple[dict[str, Any] | str, int]]
) -> Iterator[tuple[str, int]]:
    """Yield an answer's line and exit code for each line of a file; memory holds one line at a time.

    An answer is an object, or the compact JSON of one that is not empty.

    Raises:
        InputError: for a file that can't be opened.
    """
    from planner.yaml12 import load_json

    try:
        stream = path.open(encoding="utf-8", errors="strict")
    except IsADirectoryError:
        message = f"{path}: is a directory; name a file of one JSON object a line"
        raise InputError(message) from None
    except OSError as error:
        message = f"{path}: can't be read: {error.strerror}"
        raise InputError(message) from None
    with stream:
        for line, where, problem in _lines(stream, path):
            identity: object = None
            try:
                if problem:
                    raise InputError(problem)  # noqa: TRY301  (the loop's one place for bad lines is below)
                data = load_json(line, source=where)
                if not isinstance(data, dict):
                    message = f"{where}: one JSON object a line is expected"
                    raise InputError(message)  # noqa: TRY301
                identity = data.pop("id", None)
                result, code = answer(data, where)
            except InputError as error:
                yield _with_id(identity, {"error": str(error)}), BAD_LINE
            else:
                yield _with_id(identity, result), code
