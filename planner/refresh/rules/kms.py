"""awskms: keys and requests; its usage types begin with the region's own name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        Priced("KMS-Keys", ("kms", "key.key_month", "standard", "key-month")),
        Priced("KMS-Requests", ("kms", "key.request_10k", "standard", "10K requests"), free_first=True),
        Unpriced("KMS-Requests-.+", "requests with asymmetric keys: another price, no meter"),
    )
)
