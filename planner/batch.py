"""Batches: one JSON input a line, one JSON answer a line, in order, each with the same id; a bad line stops nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["answers"]

BAD_LINE = 2
_LONGEST_LINE = 10_000_000


def _compact(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def answers(
    path: Path, answer: Callable[[dict[str, Any], str], tuple[dict[str, Any], int]]
) -> Iterator[tuple[str, int]]:
    """Yield an answer's line and exit code for each line of a file; memory holds one line at a time.

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
        number = 0
        while True:
            number += 1
            identity: object = None
            try:
                line = stream.readline(_LONGEST_LINE)
            except UnicodeDecodeError:
                yield _compact({"id": None, "error": f"{path}:{number}: not UTF-8; the rest is not read"}), BAD_LINE
                return
            if not line:
                return
            if not line.strip():
                continue
            try:
                data = load_json(line, source=f"{path}:{number}")
                if not isinstance(data, dict):
                    message = f"{path}:{number}: one JSON object a line is expected"
                    raise InputError(message)  # noqa: TRY301  (the loop's one place for bad lines is below)
                identity = data.pop("id", None)
                result, code = answer(data, f"{path}:{number}")
            except InputError as error:
                yield _compact({"id": identity, "error": str(error)}), BAD_LINE
            else:
                yield _compact({"id": identity, **result}), code
