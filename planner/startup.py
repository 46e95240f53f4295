"""What lets a command answer sooner; a program that imports `planner` is left as it is."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["quickly"]


@contextmanager
def quickly() -> Iterator[None]:
    """Run a command's work without what it gains nothing from.

    Pydantic looks for plugins of other packages at its first model. What one plan loads and makes is needed until the
    command ends, so that garbage collection finds nothing; a batch turns it on again.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
