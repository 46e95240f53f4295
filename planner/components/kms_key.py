"""AWS::KMS::Key: the key itself by the month, and requests to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["kms_key"]


def kms_key(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield one key's months and requests."""
    yield MeterUsage("kms.key", {"keys": 1, **usage})
