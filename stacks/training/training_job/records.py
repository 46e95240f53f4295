"""Training data from JSON Lines and text files, one record at a time, with errors that name file, line and key."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import TrainingInputError  # noqa: TID252  (the package has another name on the training machine)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Example", "is_for_validation", "read_documents", "read_examples"]

_EXAMPLE_SHAPE = '{"prompt": "…", "completion": "…"}'
_DOCUMENT_SHAPE = '{"text": "…"}'


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled example: what is asked and what is to be answered, and where it was read."""

    prompt: str
    completion: str
    place: str = ""


def read_examples(folder: Path) -> Iterator[Example]:
    """Yield the examples of each `*.jsonl` file below the folder, in the order of their names.

    Raises:
        TrainingInputError: where there is no such file, or a line is not `{"prompt": "…", "completion": "…"}`.
    """
    for path in _files(folder, (".jsonl",), _EXAMPLE_SHAPE):
        for place, record in _json_lines(path, _EXAMPLE_SHAPE):
            yield Example(
                prompt=_text(place, record, "prompt", _EXAMPLE_SHAPE),
                completion=_text(place, record, "completion", _EXAMPLE_SHAPE),
                place=place,
            )


def read_documents(folder: Path) -> Iterator[str]:
    """Yield the texts of each `*.jsonl` file (one a line) and `*.txt` file (one a file) below the folder.

    Raises:
        TrainingInputError: where there is no such file, or a line is not `{"text": "…"}`.
    """
    for path in _files(folder, (".jsonl", ".txt"), _DOCUMENT_SHAPE):
        if path.suffix == ".txt":
            text = _decoded(path.read_bytes(), path.name)
            if text.strip():
                yield text
            continue
        for place, record in _json_lines(path, _DOCUMENT_SHAPE):
            yield _text(place, record, "text", _DOCUMENT_SHAPE)


def is_for_validation(text: str, *, fraction: float, seed: int) -> bool:
    """Return whether a record is kept for validation, by a hash of its text.

    By hash and not by position: the same prompt is never on both sides, and records that are added later don't move
    the others.
    """
    digest = hashlib.sha256(f"{seed}:{text}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < fraction * 2**64


def _files(folder: Path, suffixes: tuple[str, ...], shape: str) -> list[Path]:
    wanted = " or ".join(f"*{suffix}" for suffix in suffixes)
    if not folder.is_dir():
        raise TrainingInputError(f"there is no folder {folder}; give the job a channel with {wanted} files")
    paths = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in suffixes and not path.name.startswith(".")
    )
    if not paths:
        raise TrainingInputError(f"{folder} has no {wanted} file; each line of a *.jsonl file is {shape}")
    return paths


def _json_lines(path: Path, shape: str) -> Iterator[tuple[str, dict[str, object]]]:
    found = False
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            place = f"{path.name}, line {number}"
            text = _decoded(line, place).strip()
            if not text:
                continue
            try:
                record = json.loads(text)
            except ValueError as error:
                raise TrainingInputError(f"{place}: not JSON ({error}); each line is {shape}") from None
            if not isinstance(record, dict):
                raise TrainingInputError(f"{place}: a JSON {_kind(record)}, not an object; each line is {shape}")
            found = True
            yield place, record
    if not found:
        raise TrainingInputError(f"{path.name}: no records; each line is {shape}")


def _text(place: str, record: dict[str, object], key: str, shape: str) -> str:
    if key not in record:
        present = ", ".join(f"'{name}'" for name in record) or "no keys"
        raise TrainingInputError(f"{place}: no key '{key}' (it has {present}); each line is {shape}")
    value = record[key]
    if not isinstance(value, str):
        raise TrainingInputError(f"{place}: '{key}' is a JSON {_kind(value)}, not a string")
    if not value.strip():
        raise TrainingInputError(f"{place}: '{key}' is empty")
    return value


def _decoded(raw: bytes, place: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TrainingInputError(f"{place}: not UTF-8 (byte {error.start + 1})") from None


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, list):
        return "array"
    return "string" if isinstance(value, str) else "object"
