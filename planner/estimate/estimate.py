"""A template, a file or a cloud assembly → an estimate of all of its stacks, nested ones included."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import localcontext
from typing import TYPE_CHECKING, Any, Final

from planner.annotated import COST_KEY, SCHEMA
from planner.cost import Amounts, sum_amounts
from planner.errors import InputError, UnknownParameterError
from planner.estimate.circles import refuse_circles
from planner.estimate.intrinsics import is_unknown
from planner.estimate.model import FREE, UNPRICED, Estimate, EstimatedResource, Undecided
from planner.estimate.oddities import odd_parts
from planner.estimate.parameters import check_parameters
from planner.estimate.price import gap_item
from planner.estimate.read import check_template, load_template
from planner.estimate.stack import Stack
from planner.money import CONTEXT
from planner.near import did_you_mean

if TYPE_CHECKING:
    from pathlib import Path

    from planner.estimate.assembly import Located
    from planner.estimate.usage import UsageByResource
    from planner.price_book import PriceBook

__all__ = ["estimate_path", "estimate_template"]

_NESTED: Final = "AWS::CloudFormation::Stack"
_MOST_UNDECIDED: Final = 8  # each is priced twice
_MOST_STACKS: Final = 500  # of one estimate, nested ones with each time that they are nested

Json = Mapping[str, Any]


def estimate_template(
    data: Json,
    *,
    source: str,
    book: PriceBook,
    region: str | None,
    as_of: date | None,
    usage: UsageByResource | None = None,
    parameters: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Estimate:
    """Return what a parsed template costs.

    A template of ours says its region and day itself; `region` and `as_of` go before that. `today` stands in for the
    day of all others.

    Raises:
        InputError: for what is no template, has no region, refers to itself, or is used in ways that it doesn't have.
    """
    work = _Work(book, region, as_of, today, usage, parameters or {})
    work.add(check_template(data, source), source, None, None)
    return work.estimate(source)


def estimate_path(
    path: Path,
    *,
    book: PriceBook,
    region: str | None,
    as_of: date | None,
    usage: UsageByResource | None = None,
    parameters: Mapping[str, str] | None = None,
    today: date | None = None,
    otherwise_region: str | None = None,
) -> Estimate:
    """Return what a template's file, or a cloud assembly, costs; the same rules and errors as `estimate_template`.

    `otherwise_region` stands in where neither template nor assembly names a region.
    """
    from planner.estimate.assembly import located

    work = _Work(book, region, as_of, today, usage, parameters or {}, otherwise_region)
    each: Located
    for each in located(path):
        work.add(each.template, str(each.path), each.region, each.path.parent)
    return work.estimate(str(path))


class _Work:
    def __init__(
        self,
        book: PriceBook,
        region: str | None,
        as_of: date | None,
        today: date | None,
        usage: UsageByResource | None,
        parameters: Mapping[str, str],
        otherwise_region: str | None = None,
    ) -> None:
        self._otherwise_region = otherwise_region
        self._book, self._region, self._as_of, self._today = book, region, as_of, today
        self._usage, self._parameters = usage, parameters
        self._resources: list[EstimatedResource] = []
        self._undecided: list[Undecided] = []
        self._notes: dict[str, None] = {}
        self._regions: dict[str, None] = {}
        self._days: dict[date, None] = {}
        self._declared: dict[str, None] = {}
        self._stacks = 0

    def add(self, template: Json, source: str, region: str | None, folder: Path | None) -> None:
        """Price a stack and those nested in it."""
        annotation = (template.get("Metadata") or {}).get(COST_KEY)
        stated: Json = annotation if isinstance(annotation, Mapping) else {}
        if stated and stated.get("schema") != SCHEMA:
            raise InputError(
                f"{source}: {COST_KEY}: schema {stated.get('schema')!r} is not understood; {SCHEMA} is read"
            )
        where = self._region or stated.get("region") or region or self._otherwise_region
        if not isinstance(where, str):
            raise InputError(f"{source}: its region is not known; state it with --region us-east-1")
        check_parameters(template.get("Parameters") or {}, self._parameters, source)
        self._declared |= dict.fromkeys(template.get("Parameters") or {})
        stack = Stack(
            template, source, where, self._day(stated, source), self._book, self._usage, dict(self._parameters)
        )
        with localcontext(CONTEXT):
            self._price(stack, folder, (source,))

    def estimate(self, source: str) -> Estimate:
        """Return all that was added."""
        for name in self._parameters:
            if name not in self._declared:
                near = did_you_mean(name, self._declared)
                message = f"{source}: --parameter {name}: the template has no such parameter{near}"
                raise UnknownParameterError(message, name)
        names = {name for each in self._resources for name in (each.path, each.logical_id) if name}
        notes = [*self._notes, *(self._usage.unused(names) if self._usage else ())]
        return Estimate(
            source,
            tuple(self._regions),
            tuple(sorted(self._days)),
            self._book.digest(),
            tuple(self._resources),
            tuple(self._undecided),
            tuple(notes),
        )

    def _day(self, stated: Json, source: str) -> date:
        if self._as_of is not None:
            return self._as_of
        day = stated.get("prices_as_of")
        if day is not None:
            try:
                return date.fromisoformat(str(day))
            except ValueError:
                raise InputError(f"{source}: {COST_KEY}: prices_as_of: {day!r} is no day") from None
        if self._today is None:
            raise InputError(f"{source}: the day of its prices is not known; state it with --as-of 2026-11-20")
        return self._today

    def _price(self, stack: Stack, folder: Path | None, within: tuple[str, ...]) -> None:
        self._stacks += 1
        if self._stacks > _MOST_STACKS:
            raise InputError(f"{within[0]}: nests more than {_MOST_STACKS} stacks, which is the most that are read")
        refuse_circles(stack.template["Resources"], stack.source)
        self._notes |= dict.fromkeys(odd_parts(stack.template, stack.source))
        self._regions[stack.region] = None
        self._days[stack.as_of] = None
        try:
            found, resolver = stack.resources({})
        except RecursionError:
            raise InputError(f"{stack.source}: is nested too deep to be read") from None
        open_ones = resolver.undecided()
        if len(open_ones) > _MOST_UNDECIDED:
            self._notes[f"{stack.source}: {len(open_ones)} conditions are open; {_MOST_UNDECIDED} are shown"] = None
        for name in open_ones[:_MOST_UNDECIDED]:
            sides: list[Amounts] = [
                sum_amounts(each.amounts for each in stack.resources({name: side})[0]) for side in (True, False)
            ]
            reason = "the template leaves it open; state its parameters with --parameter NAME=VALUE"
            self._undecided.append(Undecided(name, stack.within or stack.source, reason, sides[0], sides[1]))
        self._notes |= resolver.notes
        for each in found:
            if each.type != _NESTED or each.status != FREE:
                self._resources.append(each)
            else:
                self._nested(each, stack, folder, within)

    def _nested(self, resource: EstimatedResource, stack: Stack, folder: Path | None, within: tuple[str, ...]) -> None:
        from planner.estimate.assembly import nested_path

        entry = stack.template["Resources"][resource.logical_id]
        path = nested_path(folder, entry) if folder else None
        if path is None or str(path) in within:
            reason = "its template is nested in itself" if path else "its template is not in this assembly"
            item = gap_item(resource.path, resource.type, str(resource.logical_id), "", reason)
            self._resources.append(
                EstimatedResource(
                    resource.path,
                    resource.type,
                    resource.logical_id,
                    UNPRICED,
                    reason,
                    resource.properties,
                    unpriced=(item,),
                )
            )
            return
        self._resources.append(resource)
        passed = resource.properties.get("Parameters")
        known = (
            {name: value for name, value in passed.items() if not is_unknown(value)} if isinstance(passed, dict) else {}
        )
        self._price(
            Stack(
                load_template(path),
                str(path),
                stack.region,
                stack.as_of,
                stack.book,
                stack.usage,
                known,
                resource.path,
            ),
            path.parent,
            (*within, str(path)),
        )
