"""AWS::Bedrock::KnowledgeBase: embeddings of documents and of questions; generated queries where it is structured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["bedrock_knowledge_base"]


def bedrock_knowledge_base(_properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield embedding tokens, or generated queries."""
    if "queries" in usage:
        yield MeterUsage("bedrock.kb_structured", usage)
    else:
        yield MeterUsage("bedrock.embedding", usage)
