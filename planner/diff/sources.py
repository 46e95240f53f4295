"""What a user names as a side of a diff: a workload, a plan, a template or a cloud assembly."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from planner.diff.side import Side, missing_side
from planner.errors import InputError, UnknownParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from planner.currency import Currency
    from planner.diff.deployed_copy import DeployedStack
    from planner.estimate.usage import UsageByResource
    from planner.plan import Planner
    from planner.plan_document import PlanDocument
    from planner.price_book import PriceBook

__all__ = ["Named", "Sources", "kind_of"]

PLAN: Final = "plan"
WORKLOAD: Final = "workload"
TEMPLATE: Final = "template"
ASSEMBLY: Final = "assembly"
DEPLOYED: Final = "deployed"

# A template says at its top level what it is; a workload has no such key.
_TEMPLATE_KEY: Final = re.compile(r"^[\"']?(Resources|AWSTemplateFormatVersion)[\"']?\s*:", re.MULTILINE)

Json = dict[str, Any]
_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_TEXTS: Final = frozenset({"name", "description"})
# What a plan that was changed by hand may raise where it is read.
_DAMAGES: Final = (KeyError, TypeError, AttributeError, ValueError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class Named:
    """A side as it was named, and where it is: a path, the copy of a deployed template, or nowhere yet.

    `region` and `parameters` hold where nothing else states them: those of the stack that is deployed, for what it
    would be updated to as well, because an update keeps the parameters that it isn't given.
    """

    source: str
    path: Path | None = None
    deployed: DeployedStack | None = None
    region: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What it is: plan, workload, template, assembly, deployed, or missing.

        Raises:
            InputError: for a path that isn't there or can't be read.
        """
        if self.deployed is not None:
            return DEPLOYED
        return "missing" if self.path is None else kind_of(self.path, source=self.source)


def kind_of(path: Path, *, source: str) -> str:
    """Return what a path holds.

    Raises:
        InputError: for a path that isn't there or can't be read.
    """
    from planner.files import read_text
    from planner.plan_document import is_plan

    if path.is_dir():
        return ASSEMBLY
    if not path.exists():
        raise InputError(
            f"{source}: no such file; a side is a workload, a plan.json, a template, a cdk.out folder or a git "
            "revision such as main:workload.yaml"
        )
    text = read_text(path)
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            data = json.loads(text.lstrip("\ufeff"))
        except ValueError:
            data = None  # its reader says where it is broken
        if is_plan(data):
            return PLAN
        if isinstance(data, dict):
            return TEMPLATE if {"Resources", "AWSTemplateFormatVersion"} & data.keys() else WORKLOAD
    return TEMPLATE if _TEMPLATE_KEY.search(text) else WORKLOAD


@dataclass(slots=True)
class Sources:
    """Reads sides at the prices of one book; `today` is the day of what names none itself."""

    book: PriceBook
    today: date
    as_of: date | None = None
    region: str | None = None
    usage: UsageByResource | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    currency: Currency | None = None
    _planner: Planner | None = None
    _unknown: dict[str, list[str]] = field(default_factory=dict)  # by parameter: which sides lack it

    def sides(self, before: Named, after: Named) -> tuple[Side, Side]:
        """Return both sides, priced on one book.

        Raises:
            InputError: for a side that can't be read, or priced for want of a region.
        """
        kinds = (before.kind, after.kind)
        plans = tuple(self._plan(named, kind) for named, kind in zip((before, after), kinds, strict=True))
        first, second = (
            self._side(named, kind, plan, plans[1 - place])
            for place, (named, kind, plan) in enumerate(zip((before, after), kinds, plans, strict=True))
        )
        first, second = self._judged(first), self._judged(second)
        self._refuse_unknown_parameters(kinds)
        if first.price_book and second.price_book and first.price_book != second.price_book:
            return tuple(  # type: ignore[return-value]  # of two come two
                self._on_this_book(side, plan) for side, plan in zip((first, second), plans, strict=True)
            )
        return first, second

    def _judged(self, side: Side) -> Side:
        """Return a side without the notes on entries of the usage file that the other side has resources for."""
        if self.usage is None:
            return side
        entries = [sentence.partition(": no resource")[0] for sentence in self.usage.unused(set())]
        about = f"{self.usage.source}: resource_usage."
        kept = [note for note in side.notes if not note.startswith(about) or note.startswith(tuple(entries))]
        return replace(side, notes=tuple(kept))

    def _refuse_unknown_parameters(self, kinds: tuple[str, str]) -> None:
        """Refuse a parameter that no template of the sides has."""
        templates = sum(kind in {TEMPLATE, ASSEMBLY, DEPLOYED} for kind in kinds)
        for name in self.parameters:
            if not templates:
                raise InputError(f"--parameter {name}: neither side is a template")
            if len(self._unknown.get(name, ())) == templates:
                raise InputError(self._unknown[name][-1])

    def replan(self, workload: Json) -> Json | None:
        """Return the plan document of a workload, without what would flip it; None where it can't be planned."""
        from planner.assumptions import replaceable_names
        from planner.workload import parse_workload

        try:
            parsed = parse_workload(_with_numbers(workload), source="", assumption_names=replaceable_names())
            day = self.as_of or self.today
            return self._planning().plan(parsed, as_of=day, source="", flips=False).document.document
        except InputError:
            return None

    def _plan(self, named: Named, kind: str) -> PlanDocument | None:
        if named.path is None or kind not in {PLAN, WORKLOAD}:
            return None
        if kind == PLAN:
            return _read_plan(named.path, source=named.source)
        from planner.assumptions import replaceable_names
        from planner.workload import load_workload

        overrides = [f"region={self.region}"] if self.region else []
        workload = load_workload(
            named.path, assumption_names=replaceable_names(), overrides=overrides, shown_as=named.source
        )
        day = self.as_of or self.today
        return self._planning().plan(workload, as_of=day, source=named.source).document

    def _planning(self) -> Planner:
        if self._planner is None:
            from planner.plan import Planner

            self._planner = Planner(self.book, currency=self.currency)
        return self._planner

    def _side(self, named: Named, kind: str, plan: PlanDocument | None, other: PlanDocument | None) -> Side:
        if plan is not None:
            from planner.diff.plan_side import plan_side

            if self.region and self.region != plan.region:
                why = f"{named.source} is a plan for {plan.region}; its parts are priced in {self.region} here."
                return self._again(named.source, kind, plan, self.region, why)
            try:
                return plan_side(plan, source=named.source, kind=kind)
            except _DAMAGES as error:
                raise InputError(_damaged(named.source, error)) from None
        if kind == "missing":
            return missing_side(named.source)
        return self._estimated(named, kind, other)

    def _estimated(self, named: Named, kind: str, other: PlanDocument | None) -> Side:
        from planner.diff.estimate_side import estimate_side
        from planner.estimate.estimate import estimate_path

        assert named.path is not None  # noqa: S101  (what is missing has no estimate)
        # What names no day and no region itself is priced like the plan that it is compared with.
        today = _day(other) if other else self.today
        parameters = {**named.parameters, **self.parameters}
        while True:
            try:
                estimate = estimate_path(
                    named.path,
                    book=self.book,
                    region=self.region or (named.deployed.region if named.deployed else None),
                    as_of=self.as_of,
                    usage=self.usage,
                    parameters=parameters,
                    today=today,
                    otherwise_region=named.region or (other.region if other else None),
                )
                break
            except UnknownParameterError as error:
                # The other side may have it.
                self._unknown.setdefault(error.name, []).append(_renamed(str(error), named))
                del parameters[error.name]
            except InputError as error:
                raise InputError(_renamed(str(error), named)) from None
        side = estimate_side(estimate, source=named.source, kind=kind)
        return replace(
            side,
            notes=tuple(_renamed(note, named) for note in side.notes),
            conditions=tuple({**each, "template": _renamed(each["template"], named)} for each in side.conditions),
        )

    def _on_this_book(self, side: Side, plan: PlanDocument | None) -> Side:
        if plan is None or side.price_book == self.book.digest():
            return side
        why = (
            f"{side.source} was made with another price book, at ${plan.cost['monthly_usd']} a month; both sides are "
            "priced on the one that is used here."
        )
        return self._again(side.source, side.kind, plan, side.region, why)

    def _again(self, source: str, kind: str, plan: PlanDocument, region: str, why: str) -> Side:
        from planner.diff.plan_side import plan_side, priced_again

        try:
            again = priced_again(plan, book=self.book, region=region, as_of=_day(plan))
            return plan_side(again, source=source, kind=kind, notes=(why,))
        except _DAMAGES as error:
            raise InputError(_damaged(source, error)) from None


def _read_plan(path: Path, *, source: str) -> PlanDocument:
    from planner.files import read_text
    from planner.plan_document import parse_plan_document

    return parse_plan_document(json.loads(read_text(path).lstrip("\ufeff")), source=source)


def _renamed(text: str, named: Named) -> str:
    """Return a message with what a user named in place of where a copy of it lies."""
    return text.replace(str(named.path), named.source)


def _with_numbers(value: Any, key: str = "") -> Any:  # noqa: ANN401  (JSON is of any type)
    """Return a plan's workload as a file has it: decimals, which JSON carries as texts, are numbers again."""
    if isinstance(value, dict):
        return {name: _with_numbers(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_numbers(item, key) for item in value]
    is_number = isinstance(value, str) and key not in _TEXTS and _NUMBER.fullmatch(value)
    return Decimal(value) if is_number else value


def _day(plan: PlanDocument) -> date:
    from datetime import date

    return date.fromisoformat(str(plan.document["priced_on"]))


def _damaged(source: str, error: Exception) -> str:
    return f"{source}: the plan is damaged ({error!r}); write it again with 'fmplan plan --format json'"
