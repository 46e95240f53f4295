"""Trying again: exponential back-off with jitter, bounded in number and in time."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Backoff", "TransientError"]

_T = TypeVar("_T")


class TransientError(Exception):
    """What may pass by itself: throttling, a server's error, a timeout, an answer that broke off."""

    def __init__(self, message: str, retry_after: str | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Backoff:
    """How often and how long: attempts in all, first and longest wait in seconds; sleep and jitter are replaceable."""

    attempts: int = 6
    first_s: float = 0.5
    longest_s: float = 20.0
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = field(default=random.random)

    def run(self, attempt: Callable[[], _T]) -> _T:
        """Return what an attempt returns, trying again after what may pass.

        Raises:
            TransientError: of the last attempt.
        """
        for number in range(1, self.attempts):
            try:
                return attempt()
            except TransientError as error:
                self.sleep(self._wait_s(number, error.retry_after))
        return attempt()

    def _wait_s(self, number: int, retry_after: str | None) -> float:
        if retry_after is not None and retry_after.strip().isascii() and retry_after.strip().isdigit():
            # As the server asks, but not for longer than we wait at all, however many digits it sends.
            return min(float(retry_after.strip()[:9]), self.longest_s)
        # Full jitter on the upper half: many clients that fail together do not come back together.
        wait = min(self.first_s * 2.0 ** (number - 1), self.longest_s)
        return wait * (0.5 + self.jitter() / 2)
