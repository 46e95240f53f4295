"""AWS::Bedrock::Guardrail: text units, once for each policy that the guardrail has."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.usage import Params, Value

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
    policies = tuple(
        policy
        for name, policy in _POLICY_OF_PROPERTY.items()
        if properties.get(name) and not _only_patterns(properties[name])
    )
    if not policies:
        return
    texts = tuple(
        {"count": _decimal(usage[f"{kind}_texts"]), "characters": _decimal(usage[f"characters_per_{kind}"])}
        for kind in ("prompt", "answer")
    )
    yield MeterUsage("bedrock.guardrails", {"policies": policies, "texts": texts})


def _only_patterns(policy: object) -> bool:
    """Whether a policy on sensitive information has patterns alone, which are checked for nothing."""
    return isinstance(policy, Mapping) and "RegexesConfig" in policy and not policy.get("PiiEntitiesConfig")


def _decimal(value: Value) -> Decimal:
    if isinstance(value, Decimal):
        return value
    message = f"{value!r} is no quantity"
    raise TypeError(message)
