"""What a meter takes and gives: its parameters, the ways to state its usage, its price dimensions, its billing rule.

The declarations check usage files and are printed in docs/meters.md; the rule turns checked parameters into quantities.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from planner.errors import InputError
from planner.near import did_you_mean
from planner.usage import MeterUsage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.meters.parameters import Parameter
    from planner.usage import Params, UsageQuantity

__all__ = ["Meter", "Rule"]


class Rule(Protocol):
    """A billing rule: checked parameters of one meter → quantities of its price dimensions."""

    def __call__(self, params: Params, /) -> Iterable[UsageQuantity]:
        """Yield the quantities."""
        ...


class Check(Protocol):
    """What no parameter can tell by itself: why parameters don't go together, or nothing."""

    def __call__(self, params: Params, /) -> str | None:
        """Return the objection."""
        ...


def _no_objection(_params: Params) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Meter:
    """A billing meter.

    `ways` are sets of parameters of which exactly one is stated: tokens and epochs, or steps and batch_size.
    """

    name: str
    parameters: tuple[Parameter, ...]
    dimensions: tuple[str, ...]
    rule: Rule
    ways: tuple[tuple[str, ...], ...] = ()
    check: Check = _no_objection

    def read(self, stated: dict[str, object]) -> MeterUsage:
        """Return usage with checked parameters; what is left out keeps the rule's default.

        Raises:
            InputError: for an unknown, missing or unsuitable parameter, or two ways at once; it begins with the key.
        """
        params: Params = {}
        left = len(stated)
        for parameter in self.parameters:
            name = parameter.name
            if name in stated:
                params[name] = parameter.read(stated[name], name)
                left -= 1
            elif parameter.required:
                raise InputError(f"{name}: is missing; {self.name} needs it")
        if left:
            self._refuse_unknown(stated)
        if self.ways:
            self._check_ways(params)
        objection = self.check(params)
        if objection:
            raise InputError(objection)
        return MeterUsage(self.name, params)

    def _refuse_unknown(self, stated: dict[str, object]) -> None:
        names = [parameter.name for parameter in self.parameters]
        unknown = next(name for name in stated if name not in names)
        near = did_you_mean(unknown, [*names, "prices"])
        raise InputError(f"{unknown}: {self.name} has no such parameter{near or '; it takes ' + ', '.join(names)}")

    def _check_ways(self, params: Params) -> None:
        begun = [way for way in self.ways if any(name in params for name in way)]
        complete = [way for way in begun if all(name in params for name in way)]
        # A way may be part of another (hours of a volume, hours of an instance): what counts is what is stated.
        stated = {name for way in self.ways for name in way if name in params}
        exact = [way for way in complete if stated == set(way)]
        if exact:
            return
        ways = ", or ".join(" with ".join(way) for way in self.ways)
        if not begun:
            raise InputError(f"{self.ways[0][0]}: is missing; state {ways}")
        if complete:
            extra = sorted(stated - set(complete[0]))
            raise InputError(f"{extra[0]}: is stated beside {' and '.join(complete[0])}; state {ways}, not both")
        missing = next(name for name in begun[0] if name not in params)
        raise InputError(f"{missing}: is missing beside {', '.join(sorted(stated))}; state {ways}")
