"""One template's resources, priced: annotated ones as planned, others by properties and usage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import InvalidOperation
from typing import TYPE_CHECKING, Any

from planner.annotated import COST_KEY
from planner.components import FREE as FREE_OF_PLANS
from planner.cost import Amounts, cost_of_usage, sum_amounts
from planner.errors import InputError
from planner.estimate.assembly import PATH_KEY
from planner.estimate.facts import Facts
from planner.estimate.intrinsics import Resolver
from planner.estimate.kinds import KINDS, why_free
from planner.estimate.model import ESTIMATED, FREE, UNPRICED, UNSUPPORTED, EstimatedResource
from planner.estimate.price import Prices, gap_item, priced_resource

if TYPE_CHECKING:
    from datetime import date

    from planner.cost import LineItem, UnpricedItem
    from planner.estimate.usage import UsageByResource
    from planner.price_book import PriceBook
    from planner.template import TemplatePart

__all__ = ["PATH_KEY", "Stack", "path_of"]

Json = Mapping[str, Any]
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")


def path_of(logical_id: str, resource: Json, within: str) -> str:
    """Return a resource's construct path, else its logical id, below the stack that it is nested in."""
    path = (resource.get("Metadata") or {}).get(PATH_KEY)
    return path if isinstance(path, str) and path else f"{within}/{logical_id}" if within else logical_id


@dataclass(slots=True)
class Stack:
    """A template in its place: whose resources, in which region, at which prices, under which parameters."""

    template: Json
    source: str
    region: str
    as_of: date
    book: PriceBook
    usage: UsageByResource | None
    parameters: Mapping[str, object]
    within: str = ""

    def resources(self, decided: Mapping[str, bool]) -> tuple[list[EstimatedResource], Resolver]:
        """Return the priced resources, with conditions forced to a side, and the resolver that read them."""
        resolver = Resolver(
            self.template, source=self.source, region=self.region, parameters=self.parameters, decided=decided
        )
        reader = _Reader(self, resolver)
        found = [
            replace(each, definition=resource if isinstance(resource, Mapping) else {})
            for name, resource in self.template["Resources"].items()
            if (each := reader.resource(name, resource))
        ]
        return [*found, *reader.unowned()], resolver


def _parameters_of(condition: object, conditions: Json) -> set[str]:
    """Return what a condition refers to, through others too."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting: list[object] = [{"Condition": condition}]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            if isinstance(value.get("Ref"), str):
                found.add(value["Ref"])
            other = value.get("Condition")
            if isinstance(other, str) and other not in seen:
                seen.add(other)
                waiting.append(conditions.get(other))
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return found


def _why_custom_is_free(kind: str, properties: Json) -> str | None:
    """Return why a custom resource is free: nothing where it names no function, which is what would be billed."""
    if not kind.startswith(_CUSTOM) or not properties.get("ServiceToken"):
        return None
    return "free itself: its function is billed; what that function creates is not in the template"


def _why_unsupported(kind: str) -> str:
    if kind.startswith(_CUSTOM):
        return "a custom resource whose function (ServiceToken) is not named"
    if kind.startswith("AWS::Serverless::"):
        return "a resource of SAM's transform: name the template that it becomes (after 'sam build' and 'sam package')"
    return f"nothing is known here of what {kind} costs"


class _Reader:
    def __init__(self, stack: Stack, resolver: Resolver) -> None:
        self._stack, self._resolver = stack, resolver
        self._resolved: dict[str, dict[str, Any]] = {}
        self._annotated: dict[str, TemplatePart] = {}
        self._unowned: tuple[TemplatePart, ...] = ()
        self._paths: set[str] = set()
        template = stack.template
        self._is_ours = COST_KEY in (template.get("Metadata") or {})
        if self._is_ours:
            from planner.template import read_template

            read = read_template(template).parts
            owned = [name for name, each in template["Resources"].items() if COST_KEY in (each.get("Metadata") or {})]
            self._annotated = dict(zip(owned, read, strict=False))
            self._unowned = read[len(owned) :]

    def resource(self, name: str, resource: object) -> EstimatedResource | None:
        stack = self._stack
        if not isinstance(resource, Mapping) or name.startswith("Fn::"):
            reason = "a macro's loop; deploy-time transforms are not run here"
            return EstimatedResource(name, "Fn::ForEach", name, UNSUPPORTED, reason)
        path, kind = self._path(name, resource), resource["Type"]
        condition = resource.get("Condition")
        outcome = True if condition is None else self._resolver.condition(condition)
        if self._is_ours and not self._stated_parameters_decide(condition):
            # Planned is what the stack grows to: its endpoint comes with the parameter that names a trained model.
            outcome = True
        if outcome is False:
            return None
        properties = self._properties(name)
        if outcome is None:
            reason = f"it is there only if {condition} is true, which the template leaves open"
            item = gap_item(path, kind, name, "", reason)
            return EstimatedResource(
                path, kind, name, UNPRICED, reason, properties, unpriced=(item,), condition=str(condition)
            )
        if name in self._annotated:
            return self._as_planned(self._annotated[name], path, kind, name, properties)
        free = (FREE_OF_PLANS.get(kind) if self._is_ours else why_free(kind)) or _why_custom_is_free(kind, properties)
        if kind in KINDS and not free:
            known = KINDS[kind]
            usage = stack.usage.of(kind, path, name, known.usage) if stack.usage else {}
            facts = Facts(kind, properties, usage, self._other)
            free = known.free(facts) if known.free else None
            if free is None:
                return priced_resource(
                    known.uses(facts),
                    facts.gaps,
                    path=path,
                    kind=kind,
                    logical_id=name,
                    properties=properties,
                    at=Prices(stack.book, stack.region, stack.as_of),
                )
        if free:
            return EstimatedResource(path, kind, name, FREE, free, properties)
        return EstimatedResource(path, kind, name, UNSUPPORTED, _why_unsupported(kind), properties)

    def _stated_parameters_decide(self, condition: object) -> bool:
        conditions = self._stack.template.get("Conditions") or {}
        return not self._stack.parameters.keys().isdisjoint(_parameters_of(condition, conditions))

    def unowned(self) -> list[EstimatedResource]:
        """Return what no resource owns: one entry, of the stack."""
        if not self._unowned:
            return []
        name = str(self._stack.template["Metadata"][COST_KEY]["name"])
        found = [self._cost(part, part.properties, None) for part in self._unowned]
        lines = tuple(line for _, part_lines, _ in found for line in part_lines)
        unpriced = tuple(item for _, _, items in found for item in items)
        amounts = sum_amounts(amounts for amounts, _, _ in found)
        status = UNPRICED if unpriced else ESTIMATED
        reason = "; ".join(dict.fromkeys(item.reason for item in unpriced))
        return [EstimatedResource(name, "meter", None, status, reason, {}, amounts, lines, unpriced)]

    def _as_planned(
        self, part: TemplatePart, path: str, kind: str, name: str, properties: dict[str, Any]
    ) -> EstimatedResource:
        try:
            amounts, lines, unpriced = self._cost(part, properties, path)
        except (InputError, KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
            what = str(error) if isinstance(error, InputError) else "a property that its cost depends on can't be read"
            item = gap_item(path, kind, part.part.component, "", what)
            return EstimatedResource(path, kind, name, UNPRICED, what, properties, unpriced=(item,))
        status = UNPRICED if unpriced else ESTIMATED
        reason = "; ".join(dict.fromkeys(item.reason for item in unpriced))
        return EstimatedResource(path, kind, name, status, reason, properties, amounts, lines, unpriced)

    def _cost(
        self, part: TemplatePart, properties: Mapping[str, object], path: str | None
    ) -> tuple[Amounts, tuple[LineItem, ...], tuple[UnpricedItem, ...]]:
        stack = self._stack
        cost = cost_of_usage(
            part.part,
            monthly=part.monthly,
            idle=part.idle,
            one_time=part.one_time,
            properties=properties,
            book=stack.book,
            region=stack.region,
            as_of=stack.as_of,
        )
        lines = tuple(line._replace(resource=path) for line in cost.lines)
        return cost.amounts, lines, tuple(item._replace(resource=path) for item in cost.unpriced)

    def _path(self, name: str, resource: Json) -> str:
        path = path_of(name, resource, self._stack.within)
        if path in self._paths:
            path = f"{path}/{name}"  # two resources of one construct: each keeps its own name
        self._paths.add(path)
        return path

    def _properties(self, name: str) -> dict[str, Any]:
        if name not in self._resolved:
            resource = self._stack.template["Resources"][name]
            self._resolved[name] = self._resolver.properties(name, resource)
        return self._resolved[name]

    def _other(self, reference: object) -> Facts | None:
        """Return the resource of this template that a Ref or a GetAtt names."""
        if isinstance(reference, Mapping) and len(reference) == 1:
            inner = next(iter(reference.values()))
            reference = inner[0] if isinstance(inner, list) and inner else inner
            reference = reference.split(".")[0] if isinstance(reference, str) else None
        resources = self._stack.template["Resources"]
        if not isinstance(reference, str) or not isinstance(resources.get(reference), Mapping):
            return None
        return Facts(resources[reference]["Type"], self._properties(reference), {}, self._other)
