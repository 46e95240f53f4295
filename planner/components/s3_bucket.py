"""AWS::S3::Bucket: what is stored, written and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["s3_bucket"]


def s3_bucket(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield S3 Standard's usage."""
    yield MeterUsage("s3.standard", usage)
