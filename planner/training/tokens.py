"""How many tokens one pass over the training data reads: stated, or the default that the rung itself asks for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.context import Context
    from planner.signals import Signals

__all__ = ["least_scratch_tokens", "tokens_per_pass"]

_BILLION = Decimal(10**9)


def least_scratch_tokens(context: Context) -> Decimal:
    """Return the tokens that a model of one's own takes at the least: so many for each of its parameters."""
    per_parameter = context.assumed.number("least_scratch_tokens_per_parameter")
    return per_parameter * context.assumed.number("scratch_parameters_billion") * _BILLION


def tokens_per_pass(approach: str, context: Context, signals: Signals) -> Decimal:
    """Return the tokens that one pass over a rung's training data reads."""
    examples = signals.examples
    if approach == "fine_tuning":
        return examples.labelled * examples.tokens_per_example
    if approach == "train_from_scratch" and not examples.unlabelled_stated:
        return max(examples.unlabelled_tokens, least_scratch_tokens(context))
    return examples.unlabelled_tokens
