"""AWSLambda: requests, duration by architecture, provisioned concurrency, temporary storage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

_SECONDS: Final = "GB-second"

RULE: Final[Rule] = rule_of(
    (
        # arm64 has a usage type of its own and the same price; the book has one row.
        Priced(
            r"(?:Lambda-)?Requests?(?:-ARM)?", ("lambda", "request_million", "standard", "1M requests"), free_first=True
        ),
        Priced("Lambda-GB-Second", ("lambda", "gb_second", "x86_64", _SECONDS), free_first=True),
        Priced("Lambda-GB-Second-ARM", ("lambda", "gb_second", "arm64", _SECONDS), free_first=True),
        Priced("Lambda-Provisioned-Concurrency", ("lambda", "provisioned_gb_second", "x86_64", _SECONDS)),
        Priced("Lambda-Provisioned-Concurrency-ARM", ("lambda", "provisioned_gb_second", "arm64", _SECONDS)),
        Priced("Lambda-Provisioned-GB-Second", ("lambda", "provisioned_duration_gb_second", "x86_64", _SECONDS)),
        Priced("Lambda-Provisioned-GB-Second-ARM", ("lambda", "provisioned_duration_gb_second", "arm64", _SECONDS)),
        Priced("Lambda-Storage-GB-Second", ("lambda", "ephemeral_gb_second", "standard", _SECONDS)),
        Unpriced("Lambda-Storage-GB-Second-ARM", "temporary storage on arm64: the book has one row for both"),
        Unpriced("(?:Lambda-)?Edge-.*|Lambda-Edge-.*", "Lambda@Edge: there is no meter for it"),
    )
)
