"""The one kind of error that a user's input can cause."""

from __future__ import annotations

__all__ = ["InputError"]


class InputError(Exception):
    """Input that cannot be used: one clear message for stderr, exit code 2.

    The message names the file, the key, the value and the fix, with the nearest spelling where it is a look-up.
    """
