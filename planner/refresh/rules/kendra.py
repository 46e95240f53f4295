"""AmazonKendra: index hours by edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        Priced("KendraDeveloperEdition", ("kendra", "index.index_hour", "developer", "index-hour")),
        Priced("KendraEnterpriseEdition", ("kendra", "index.index_hour", "enterprise", "index-hour")),
    )
)
