"""Physical names and ARNs: what a service allows as a name is shorter and stricter than a workload's name."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from planner.model_id import IN_REGION, base_model_id, scope_of

if TYPE_CHECKING:
    import aws_cdk as cdk

__all__ = ["TAG_KEY", "foundation_model_arn", "model_arns", "physical_name", "source_model_arn"]

# The cost-allocation tag of everything that bills for a workload.
TAG_KEY = "fmplan:workload"

_DIGEST_CHARACTERS = 6


def physical_name(workload: str, *, limit: int, suffix: str = "") -> str:
    """Return a workload's name as services take it, with a suffix, at most `limit` characters long.

    Hyphens stand alone between letters and digits, as Bedrock demands. A name that had to be changed ends in a digest
    of the whole, so that two workloads never share one.
    """
    room = limit - len(suffix)
    plain = re.sub(r"-+", "-", workload).strip("-")
    if plain == workload and len(plain) <= room:
        return plain + suffix
    digest = hashlib.sha256(workload.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{plain[: room - len(digest) - 1].rstrip('-')}-{digest}{suffix}"


def foundation_model_arn(stack: cdk.Stack, model_id: str) -> str:
    """Return the ARN of a base model in the stack's region; an inference profile's prefix is dropped."""
    return f"arn:{stack.partition}:bedrock:{stack.region}::foundation-model/{base_model_id(model_id)}"


def source_model_arn(stack: cdk.Stack, model_id: str) -> str:
    """Return the ARN of what a model id names: a system inference profile for a prefixed id, else the base model."""
    if scope_of(model_id) == IN_REGION:
        return foundation_model_arn(stack, model_id)
    return f"arn:{stack.partition}:bedrock:{stack.region}:{stack.account}:inference-profile/{model_id}"


def model_arns(stack: cdk.Stack, model_id: str) -> list[str]:
    """Return the ARNs that calling a model needs permission for.

    An inference profile forwards to its model in regions that AWS may extend, so the model is allowed in all of them.
    """
    if scope_of(model_id) == IN_REGION:
        return [foundation_model_arn(stack, model_id)]
    anywhere = f"arn:{stack.partition}:bedrock:*::foundation-model/{base_model_id(model_id)}"
    return [source_model_arn(stack, model_id), anywhere]
