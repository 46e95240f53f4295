"""AWS::Bedrock::Guardrail: text units, once for each policy that the guardrail has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.usage import Params

__all__ = ["bedrock_guardrail"]

_POLICY_OF_PROPERTY = {
    "ContentPolicyConfig": "content",
    "TopicPolicyConfig": "topic",
    "SensitiveInformationPolicyConfig": "pii",
    "WordPolicyConfig": "word",
    "ContextualGroundingPolicyConfig": "grounding",
}


def bedrock_guardrail(properties: Mapping[str, object], usage: Params) -> Iterator[MeterUsage]:
    """Yield the texts checked, prompts and answers apart: each is rounded up to text units on its own."""
    policies = ",".join(policy for name, policy in _POLICY_OF_PROPERTY.items() if properties.get(name))
    for kind in ("prompt", "answer"):
        texts = usage[f"{kind}_texts"]
        yield MeterUsage(
            "bedrock.guardrails",
            {"policies": policies, "texts": texts, "characters": usage[f"characters_per_{kind}"]},
        )
