"""AWSSecretsManager: secrets and API calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        Priced("AWSSecretsManager-Secrets?", ("secrets_manager", "secret_month", "standard", "secret-month")),
        Priced("AWSSecretsManagerAPIRequests?", ("secrets_manager", "call_10k", "standard", "10K calls")),
    )
)
