"""What would change the choice: thresholds found from costs and rules, then checked by planning again beside them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from planner.money import ZERO, plain
from planner.units import MINUTES_PER_MONTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.choose import Choice, PricedDesign
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = ["Flip", "Outcome", "find_flips"]

_MOST_FLIPS = 6
_LARGEST_REQUESTS = Decimal(10**11)
_MOST_HALVINGS = 12
_SECONDS_PER_MINUTE = 60
_PRECISION = 400  # a threshold is found to this part of itself
_JUST_BELOW, _JUST_ABOVE = Decimal("0.999"), Decimal("1.001")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a plan would choose: the rung and its design."""

    approach: str
    design: Design


@dataclass(frozen=True, slots=True)
class Flip:
    """A key of the workload beyond whose value the choice becomes another."""

    key: str
    above: Decimal | None
    below: Decimal | None
    choice: str
    value: str
    text: str


def _difference(before: Outcome, after: Outcome) -> tuple[str, str] | None:
    """Return the first choice in which two outcomes differ, the weightiest first."""
    if before.approach != after.approach:
        return "approach", after.approach
    for choice in ("inference", "vector_store", "term", "model", "embedding_model"):
        mine, other = getattr(before.design, choice), getattr(after.design, choice)
        if mine != other:
            return choice, str(other)
    if before.design.training != after.design.training:
        mine, other = before.design.training, after.design.training
        return "training", "none" if other is None else other.instance or other.service
    return None


def _crossings(chosen: PricedDesign, others: tuple[PricedDesign, ...], signals: Signals) -> Iterator[Decimal]:
    """Yield the monthly requests at which another design costs as much as the chosen one.

    Both totals are taken as linear in the requests: fixed + slope × requests, where a design's fixed part is what it
    costs with the same documents and no requests; that is an estimate of where to look, not the answer.
    """
    requests = signals.traffic.requests_per_month
    if not requests:
        return
    months = Decimal(signals.horizon_months)

    def line(design: PricedDesign) -> tuple[Decimal, Decimal]:
        fixed = design.amounts.one_time_usd + design.amounts.idle_monthly_usd * months
        return fixed, (design.amounts.total_usd - fixed) / requests

    mine, my_slope = line(chosen)
    for other in others:
        if other.unpriced:
            continue
        fixed, slope = line(other)
        if slope != my_slope:
            crossing = (fixed - mine) / (my_slope - slope)
            if ZERO < crossing < _LARGEST_REQUESTS:
                yield crossing


def _changes(outcome: Outcome | None, before: Outcome) -> bool:
    return outcome is not None and _difference(before, outcome) is not None


def _bisect(
    replan: Callable[[Decimal], Outcome | None], before: Outcome, same: Decimal, other: Decimal
) -> tuple[Decimal, tuple[str, str]] | None:
    """Return the whole value beyond which the choice was seen to change, and what it becomes there."""
    beyond = replan(other)
    change = _difference(before, beyond) if beyond else None
    if change is None:
        return None
    for _ in range(_MOST_HALVINGS):
        if abs(other - same) <= max(Decimal(1), abs(same) / _PRECISION):
            break
        middle = ((same + other) / 2).to_integral_value(ROUND_FLOOR if other > same else ROUND_CEILING)
        if middle in (same, other):
            break
        outcome = replan(middle)
        found = _difference(before, outcome) if outcome else None
        if found is None:
            same = middle
        else:
            other, change = middle, found
    # The nearest value that was seen to change the choice: one step before it is where "above" or "below" begins.
    return other - 1 if other > same else other + 1, change


def _rule_thresholds(choice: Choice, context: Context) -> Iterator[Decimal]:
    """Yield the monthly requests at which a rule changes its mind: a store suits so many queries a second."""
    if choice.chosen.design.vector_store is not None:
        per_second = context.assumed.number("in_memory_store_above_queries_per_second")
        yield per_second * _SECONDS_PER_MINUTE * MINUTES_PER_MONTH


def _request_flips(
    choice: Choice,
    signals: Signals,
    context: Context,
    before: Outcome,
    replan: Callable[[str, Decimal], Outcome | None],
) -> Iterator[Flip]:
    key = "traffic.requests_per_month"
    now = signals.traffic.requests_per_month.to_integral_value(ROUND_FLOOR)

    def at(value: Decimal) -> Outcome | None:
        return replan(key, value)

    crossings = sorted([*_crossings(choice.chosen, choice.others, signals), *_rule_thresholds(choice, context)])
    above = [crossing for crossing in crossings if crossing > now][:1]
    below = [crossing for crossing in crossings if crossing < now][-1:]
    for direction, found in (("above", above), ("below", below[::-1])):
        for crossing in found:
            # Where the estimate is right the choice changes within a thousandth of it, and two plans show that.
            near, far = (_JUST_BELOW, _JUST_ABOVE) if direction == "above" else (_JUST_ABOVE, _JUST_BELOW)
            same, other = ((crossing * share).to_integral_value(ROUND_FLOOR) for share in (near, far))
            if _changes(at(same), before):
                same = now
            result = _bisect(at, before, same, other)
            if result is None:
                continue
            threshold, (what, value) = result
            named = what.replace("_", " ")
            text = f"{direction.capitalize()} {threshold:,f} requests a month the {named} becomes {value}."
            above_it, below_it = (threshold, None) if direction == "above" else (None, threshold)
            yield Flip(key, above_it, below_it, what, value, text)
            break


def _evidence_flips(
    signals: Signals, context: Context, before: Outcome, replan: Callable[[str, Decimal], Outcome | None]
) -> Iterator[Flip]:
    """Yield what a measured score on the other side of its target would change."""
    target = signals.evidence.target
    if target is None:
        return
    lower = signals.evidence.lower_is_better
    for approach, _ in signals.evidence.scores:
        key = f"evidence.scores.{approach}"
        falls_short = approach in signals.evidence.short
        step = max(abs(target) / 1000, Decimal("0.001"))
        better = target
        worse = target + step if lower else target - step
        outcome = replan(key, better if falls_short else worse)
        change = _difference(before, outcome) if outcome else None
        if change is None:
            continue
        what, value = change
        # Beyond the target on its other side: above it where higher is better and the score falls short.
        rises = falls_short != lower
        metric = context.workload.evidence.metric or "score"
        reaching = f"at {plain(target)} or better" if falls_short else f"short of {plain(target)}"
        named = what.replace("_", " ")
        text = f"With {approach} measured {reaching} ({metric}) the {named} becomes {value}."
        yield Flip(key, target if rises else None, None if rises else target, what, value, text)


def _threshold_flips(
    signals: Signals, context: Context, before: Outcome, replan: Callable[[str, Decimal], Outcome | None]
) -> Iterator[Flip]:
    """Yield what more or fewer examples, or raw text, than the rules ask for would change."""
    number, examples = context.assumed.number, signals.examples
    learns = signals.behavior is not None or signals.vocabulary or bool(signals.evidence.short)
    for key, now, least, relevant in (
        ("data.labelled.examples", examples.labelled, number("least_labelled_examples"), learns),
        ("data.unlabelled.tokens", examples.unlabelled_tokens, number("least_unlabelled_tokens"), signals.vocabulary),
    ):
        if not relevant:
            continue
        enough = now >= least
        outcome = replan(key, least - 1 if enough else least)
        change = _difference(before, outcome) if outcome else None
        if change is None:
            continue
        what, value = change
        noun = "labelled examples" if "labelled.examples" in key else "tokens of raw text"
        direction = f"fewer than {plain(least)}" if enough else f"{plain(least)} or more"
        text = f"With {direction} {noun} the {what.replace('_', ' ')} becomes {value}."
        yield Flip(key, None if enough else least - 1, least if enough else None, what, value, text)


def find_flips(
    choice: Choice,
    signals: Signals,
    context: Context,
    before: Outcome,
    replan: Callable[[str, Decimal], Outcome | None],
) -> tuple[Flip, ...]:
    """Return what would change the choice, each threshold checked by planning on both sides of it."""
    found = [
        *_request_flips(choice, signals, context, before, replan),
        *_evidence_flips(signals, context, before, replan),
        *_threshold_flips(signals, context, before, replan),
    ]
    return tuple(found[:_MOST_FLIPS])
