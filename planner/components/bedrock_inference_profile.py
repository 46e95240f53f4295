"""AWS::Bedrock::ApplicationInferenceProfile: the tokens of the requests that go through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["bedrock_inference_profile"]


def bedrock_inference_profile(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield tokens on demand of the profile's model."""
    yield MeterUsage("bedrock.on_demand", usage)
