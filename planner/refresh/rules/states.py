"""AmazonStates: Step Functions, standard and express."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        # The first 4,000 transitions of a month are a tier at zero in some regions: bills take the allowance off.
        Priced(
            "StateTransition",
            ("step_functions", "standard.transition_k", "standard", "1K transitions"),
            free_first=True,
        ),
        Priced("StepFunctions-Request", ("step_functions", "express.request_million", "standard", "1M requests")),
        # AWS lists GB-seconds, the book GB-hours: 0.00001667 USD × 3,600.
        Priced("StepFunctions-GB-Second", ("step_functions", "express.gb_hour", "standard", "GB-hour")),
    )
)
