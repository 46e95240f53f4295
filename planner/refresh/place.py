"""Which folder a refresh writes to: the planner's own book, or one of a user's, begun as a copy of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from planner.errors import InputError

__all__ = ["SHIPPED", "begin", "state_beside", "writable"]

SHIPPED: Final = Path(__file__).parents[1] / "prices"
_PARTS: Final = ("*.csv", "sources.yaml", "sources.json")


def writable(root: Path) -> None:
    """Check that a book can be written.

    Raises:
        InputError: for one that cannot, saying what to do.
    """
    if not root.is_dir():
        raise InputError(f"{root}: is not a folder")
    if not os.access(root, os.W_OK):
        raise InputError(
            f"{root}: cannot be written; name a folder by --book DIR: it begins as a copy, and "
            "fmplan plan and bill read it with --book DIR too"
        )


def begin(root: Path) -> bool:
    """Make a book where none is, as a copy of the one that ships; return whether it was made.

    Raises:
        InputError: for a folder that holds something else, or cannot be made.
    """
    if root.is_dir() and (any(root.glob("*.csv")) or any(root.iterdir())):
        if not any(root.glob("*.csv")):
            raise InputError(f"{root}: holds files, but no price book; name an empty folder or a new one")
        return False
    # Beside it first: a copy that is interrupted is no book.
    copy = root.with_name(f".{root.name}.copy")
    try:
        root.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for pattern in _PARTS:
            for path in SHIPPED.glob(pattern):
                shutil.copyfile(path, copy / path.name)
        if root.is_dir():
            root.rmdir()
        copy.rename(root)
    except OSError as error:
        shutil.rmtree(copy, ignore_errors=True)
        raise InputError(f"{root}: cannot be made: {(error.strerror or str(error)).lower()}") from None
    return True


def state_beside(root: Path) -> Path:
    """Return the folder that keeps what an interrupted refresh of a book has downloaded."""
    resolved = root.resolve()
    return resolved.with_name(f".{resolved.name}-refresh")
