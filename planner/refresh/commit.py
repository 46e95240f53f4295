"""Writing several files as one: staged whole in a folder of the book, then moved; a run that was killed is completed.

The folder takes its name by one rename, which is the moment from which the new files count. They move in a stated
order, sources first: a source without rows is harmless, a row without its source is not.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Final

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["STAGED", "recover", "write_all"]

STAGED: Final = ".fmplan-refresh"
_UNFINISHED: Final = ".fmplan-refresh.tmp"
_MANIFEST: Final = "manifest.json"
_FIRST: Final = ("sources.yaml", "sources.json")


def write_all(root: Path, files: Mapping[str, str]) -> None:
    """Write a book's files, all or none as far as a file system can.

    Raises:
        InputError: where the book cannot be written; it is untouched then.
    """
    staging = root / _UNFINISHED
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        names = sorted(files, key=lambda name: (name not in _FIRST, _FIRST.index(name) if name in _FIRST else 0, name))
        before = {name: _digest(root / name) for name in names}
        for name in names:
            _write(staging / name, files[name].encode(), root / name)
        manifest = [{"name": name, "before": before[name], "after": _digest(staging / name)} for name in names]
        _write(staging / _MANIFEST, json.dumps(manifest).encode(), None)
        staging.rename(root / STAGED)
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise InputError(
            f"{root}: the book cannot be written: {(error.strerror or str(error)).lower()}; it is untouched"
        ) from None
    recover(root)


def recover(root: Path) -> bool:
    """Complete the writing that a killed run had begun; return whether there was any.

    Where somebody has changed a file since, the rest is dropped: every file is whole, and the next comparison finds
    what is missing.
    """
    staged = root / STAGED
    if not staged.is_dir():
        shutil.rmtree(root / _UNFINISHED, ignore_errors=True)
        return False
    try:
        manifest = json.loads((staged / _MANIFEST).read_text(encoding="utf-8"))
        untouched = all(_digest(root / entry["name"]) in {entry["before"], entry["after"]} for entry in manifest)
        if untouched:
            for entry in manifest:
                if (staged / entry["name"]).exists():
                    (staged / entry["name"]).replace(root / entry["name"])
        shutil.rmtree(staged)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{staged}: an interrupted refresh cannot be completed: {error}; remove that folder") from None
    return True


def _write(path: Path, data: bytes, like: Path | None) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if like is not None and like.exists():
        shutil.copymode(like, path)


def _digest(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
