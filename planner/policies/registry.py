"""Which policies there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.policies.allowed_instance_families import ALLOWED_INSTANCE_FAMILIES
from planner.policies.allowed_models import ALLOWED_MODELS
from planner.policies.allowed_regions import ALLOWED_REGIONS
from planner.policies.commitments import COMMITMENTS
from planner.policies.constraints_met import CONSTRAINTS_MET
from planner.policies.coverage import COVERAGE
from planner.policies.decision_change import DECISION_CHANGE
from planner.policies.idle_delta import IDLE_DELTA
from planner.policies.idle_limit import IDLE_LIMIT
from planner.policies.monthly_delta import MONTHLY_DELTA
from planner.policies.monthly_delta_percent import MONTHLY_DELTA_PERCENT
from planner.policies.monthly_limit import MONTHLY_LIMIT
from planner.policies.one_time_delta import ONE_TIME_DELTA
from planner.policies.one_time_limit import ONE_TIME_LIMIT
from planner.policies.price_age import PRICE_AGE
from planner.policies.replacement import REPLACEMENT
from planner.policies.required_tags import REQUIRED_TAGS
from planner.policies.resource_delta import RESOURCE_DELTA
from planner.policies.resource_monthly_limit import RESOURCE_MONTHLY_LIMIT
from planner.policies.total_limit import TOTAL_LIMIT
from planner.policies.uncertainty import UNCERTAINTY
from planner.policies.unpriced import UNPRICED
from planner.policies.unsupported import UNSUPPORTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.policies.spec import Policy

__all__ = ["BY_ID", "POLICIES", "by_id"]

POLICIES: Final[tuple[Policy, ...]] = (
    MONTHLY_LIMIT,
    ONE_TIME_LIMIT,
    IDLE_LIMIT,
    TOTAL_LIMIT,
    RESOURCE_MONTHLY_LIMIT,
    MONTHLY_DELTA,
    MONTHLY_DELTA_PERCENT,
    ONE_TIME_DELTA,
    IDLE_DELTA,
    RESOURCE_DELTA,
    COMMITMENTS,
    ALLOWED_MODELS,
    ALLOWED_REGIONS,
    ALLOWED_INSTANCE_FAMILIES,
    REQUIRED_TAGS,
    PRICE_AGE,
    UNCERTAINTY,
    UNPRICED,
    UNSUPPORTED,
    COVERAGE,
    REPLACEMENT,
    DECISION_CHANGE,
    CONSTRAINTS_MET,
)


def by_id(policies: tuple[Policy, ...]) -> Mapping[str, Policy]:
    """Return policies by their ids.

    Raises:
        ValueError: for an id that two of them have.
    """
    found: dict[str, Policy] = {}
    for policy in policies:
        if policy.id in found:
            raise ValueError(f"policy {policy.id} is registered twice")
        found[policy.id] = policy
    return found


BY_ID: Final[Mapping[str, Policy]] = by_id(POLICIES)
