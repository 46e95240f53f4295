"""What is asked of an app's cost where it is synthesized: budgets and a policy file → violations, by construct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import InputError
from planner.estimate.model import UNPRICED, UNSUPPORTED
from planner.money import ZERO, plain
from planner.number_format import money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from planner.app_costs.pricing import PricedStack
    from planner.estimate.model import EstimatedResource

__all__ = ["RULES", "Amount", "Budget", "Place", "Violation", "budget_violations", "coverage_violations"]

Amount = Decimal | int | float | str

RULES: Final = (
    "monthly_limit",
    "one_time_limit",
    "idle_limit",
    "stack_monthly_limit",
    "resource_monthly_limit",
    "unpriced",
    "unsupported",
    "unused_usage",
    "input",
)
_NAMED: Final = 5


class Place(NamedTuple):
    """A resource in a stack; no resource where it is about the stack."""

    stack: PricedStack
    resource: EstimatedResource | None


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong, and which constructs it is about; `severity` is CDK's: fatal, error, warning or info."""

    rule: str
    text: str
    places: tuple[Place, ...]
    severity: str = "error"
    fix: str | None = None
    metadata: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """US dollars: what the app may cost at most, each of its stacks (or some, by construct path), each resource."""

    monthly_usd: Decimal | None
    one_time_usd: Decimal | None
    idle_monthly_usd: Decimal | None
    stack_monthly_usd: Decimal | Mapping[str, Decimal] | None
    resource_monthly_usd: Decimal | None

    @classmethod
    def of(
        cls,
        *,
        monthly: Amount | None,
        one_time: Amount | None,
        idle: Amount | None,
        stack: Amount | Mapping[str, Amount] | None,
        resource: Amount | None,
    ) -> Budget:
        """Return a budget of amounts as people write them.

        Raises:
            InputError: for what is no amount.
        """
        stacks: Decimal | Mapping[str, Decimal] | None
        if isinstance(stack, Mapping):
            stacks = {path: _stated(value, f"stack_budget_monthly_usd[{path!r}]") for path, value in stack.items()}
        else:
            stacks = _limit(stack, "stack_budget_monthly_usd")
        return cls(
            _limit(monthly, "budget_monthly_usd"),
            _limit(one_time, "budget_one_time_usd"),
            _limit(idle, "budget_idle_monthly_usd"),
            stacks,
            _limit(resource, "resource_budget_monthly_usd"),
        )


def _limit(stated: Amount | None, name: str) -> Decimal | None:
    return None if stated is None else _stated(stated, name)


def _stated(stated: Amount, name: str) -> Decimal:
    try:
        # Of a float, the digits that were written: 99.9 is 99.9.
        amount = Decimal(-1) if isinstance(stated, bool) else Decimal(str(stated))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < ZERO:
        raise InputError(f"CostGuard: {name}: {stated!r} is no amount of US dollars; write 1500 or '99.90'")
    return amount


def budget_violations(stacks: tuple[PricedStack, ...], budget: Budget) -> Iterator[Violation]:
    """Yield what is above its budget.

    Raises:
        InputError: for a stack's budget where the app has no such stack.
    """
    places = [Place(stack, resource) for stack in stacks for resource in stack.resources]
    totals: tuple[tuple[str, str, Decimal | None, Callable[[EstimatedResource], Decimal]], ...] = (
        ("monthly_limit", "a month", budget.monthly_usd, lambda each: each.amounts.monthly_usd),
        ("one_time_limit", "once", budget.one_time_usd, lambda each: each.amounts.one_time_usd),
        ("idle_limit", "a month when idle", budget.idle_monthly_usd, lambda each: each.amounts.idle_monthly_usd),
    )
    for rule, when, limit, amount in totals:
        if limit is not None:
            yield from _total(rule, "The app", when, limit, amount, places)
    yield from _stacks(stacks, budget.stack_monthly_usd)
    most = budget.resource_monthly_usd
    for place in places:
        if most is not None and place.resource:
            yield from _total("resource_monthly_limit", place.resource.path, "a month", most, _monthly, [place])


def _monthly(resource: EstimatedResource) -> Decimal:
    return resource.amounts.monthly_usd


def _stacks(stacks: tuple[PricedStack, ...], budget: Decimal | Mapping[str, Decimal] | None) -> Iterator[Violation]:
    if isinstance(budget, Mapping):
        from planner.near import did_you_mean

        known = {stack.construct_path for stack in stacks}
        for path in budget:
            if path not in known:
                near = did_you_mean(path, known) or f"; it has {', '.join(sorted(known))}"
                raise InputError(f"CostGuard: stack_budget_monthly_usd[{path!r}]: the app has no such stack{near}")
    for stack in stacks:
        limit = budget.get(stack.construct_path) if isinstance(budget, Mapping) else budget
        if limit is not None:
            places = [Place(stack, resource) for resource in stack.resources]
            yield from _total("stack_monthly_limit", stack.construct_path, "a month", limit, _monthly, places)


def _total(
    rule: str,
    what: str,
    when: str,
    limit: Decimal,
    amount: Callable[[EstimatedResource], Decimal],
    places: list[Place],
) -> Iterator[Violation]:
    """Yield a violation where a total is above its limit, naming the dearest: those without which it would be kept."""
    costs = sorted(
        ((amount(place.resource), place) for place in places if place.resource), key=lambda each: each[0], reverse=True
    )
    total = sum((usd for usd, _ in costs), ZERO)
    if total <= limit:
        return
    dearest: list[tuple[Decimal, Place]] = []
    rest = total
    for usd, place in costs:
        if rest <= limit:
            break
        dearest.append((usd, place))
        rest -= usd
    least = "at least " if any(_is_missing(place.resource) for place in places) else ""
    named = [f"{place.resource.path} {money(usd)}" for usd, place in dearest[:_NAMED] if place.resource]
    more = f" and {len(dearest) - _NAMED} more" if len(dearest) > _NAMED else ""
    text = f"{what} costs {least}{money(total)} {when}, above its budget of {money(limit)}."
    if len(places) > 1:
        text += f" Dearest: {', '.join(named)}{more}."
    yield Violation(
        rule,
        text,
        tuple(place for _, place in dearest),
        metadata={"measured_usd": plain(total), "limit_usd": plain(limit)},
    )


def _is_missing(resource: EstimatedResource | None) -> bool:
    return resource is not None and resource.status in {UNPRICED, UNSUPPORTED}


def coverage_violations(stacks: Iterable[PricedStack], *, strict: bool) -> Iterator[Violation]:
    """Yield what is in no total: a warning a stack, or, where that is not accepted, an error for each such resource."""
    for rule, status in (("unpriced", UNPRICED), ("unsupported", UNSUPPORTED)):
        fix = "State usage in the usage file or a price in the book, or acknowledge it with a reason"
        if rule == "unsupported":
            fix = "Acknowledge it with a reason, and watch this cost elsewhere"
        by_reason: dict[str, list[Place]] = {}
        for stack in stacks:
            found = [each for each in stack.resources if each.status == status]
            for each in found:
                by_reason.setdefault(each.reason, []).append(Place(stack, each))
            if found and not strict:
                named = [f"{each.path} ({each.reason})" for each in found[:_NAMED]]
                more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
                what = "not priced, or not wholly" if rule == "unpriced" else "of types whose cost is not known here"
                count = f"{len(found)} of {len(stack.resources)} resources are {what}, and in no total"
                text = f"{stack.construct_path}: {count}: {'; '.join(named)}{more}."
                yield Violation(rule, text, (Place(stack, None),), "warning", fix)
        if strict:
            for reason, places in by_reason.items():
                yield Violation(rule, f"Not in any total: {reason}.", tuple(places), fix=fix)
