"""The one kind of error that a user's input can cause, and a case of it that somebody can mend."""

from __future__ import annotations

__all__ = ["InputError", "UnknownParameterError"]


class InputError(Exception):
    """Input that cannot be used: one clear message for stderr, exit code 2.

    The message names the file, the key, the value and the fix, with the nearest spelling where it is a look-up.
    """


class UnknownParameterError(InputError):
    """A parameter was stated that a template doesn't declare; another template may."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name
