"""For how long an answer asks to wait before the request is sent once more."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["backoff", "waits"]

_FORBIDDEN: Final = 403
_BUSY: Final = frozenset({429, 500, 502, 503, 504})
# A server or a gateway failed: a comment may have been written all the same.
_MAY_BE_DONE: Final = frozenset({500, 502, 504})
# Where GitHub limits requests without a time: "wait for at least one minute".
_UNSTATED: Final = 60.0


def backoff(attempt: int) -> float:
    """Return seconds to wait after an attempt, the first being 1: 1, 2, 4, 8."""
    return float(2 ** (attempt - 1))


def waits(method: str, status: int, headers: Mapping[str, str], attempt: int, *, now: float) -> float | None:
    """Return seconds to wait before a request is sent once more; None where that would not help.

    A 403 is a limit of GitHub's where it says when to come back or that nothing remains; any other is final.
    Source: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (2026-11-21).
    """
    nothing_remains = headers.get("x-ratelimit-remaining") == "0"
    limited = status == _FORBIDDEN and ("retry-after" in headers or nothing_remains)
    if status not in _BUSY and not limited:
        return None
    if status in _MAY_BE_DONE and method == "POST":
        return None
    stated = _retry_after(headers.get("retry-after", ""), now)
    if stated is not None:
        return stated
    if limited or nothing_remains:
        reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset") or ""
        return max(1.0, float(reset) - now) if reset.isdecimal() else _UNSTATED
    return backoff(attempt)


def _retry_after(stated: str, now: float) -> float | None:
    if stated.isdecimal():
        return float(stated)
    try:
        return max(1.0, parsedate_to_datetime(stated).timestamp() - now)
    except (ValueError, OverflowError):
        return None
