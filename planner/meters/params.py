"""Reading a meter's parameters: decimals, words and switches, each with the contract's default."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.usage import Params, Rows

__all__ = ["number", "rows", "word", "words"]


def number(params: Params, name: str, default: int | Decimal | None = None) -> Decimal:
    """Return a parameter as a decimal.

    Raises:
        KeyError: where it is missing and has no default: the caller's bug, since input is validated at the edge.
        TypeError: where it is no number.
    """
    value = params[name] if default is None else params.get(name, default)
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    message = f"{name} must be a number, not {value!r}"
    raise TypeError(message)


def word(params: Params, name: str, default: str | None = None) -> str:
    """Return a parameter as text; the same errors as `number`."""
    value = params[name] if default is None else params.get(name, default)
    if isinstance(value, str):
        return value
    message = f"{name} must be text, not {value!r}"
    raise TypeError(message)


def words(params: Params, name: str) -> tuple[str, ...]:
    """Return a parameter as a list of words; the same errors as `number`."""
    value = params[name]
    if isinstance(value, tuple):
        return tuple(each for each in value if isinstance(each, str))
    message = f"{name} must be a list of words, not {value!r}"
    raise TypeError(message)


def rows(params: Params, name: str) -> Rows:
    """Return a parameter as rows of quantities; the same errors as `number`."""
    value = params[name]
    if isinstance(value, tuple):
        return tuple(each for each in value if isinstance(each, dict))
    message = f"{name} must be a list of rows, not {value!r}"
    raise TypeError(message)
