"""Prices the stacks of somebody's CDK app as `fmplan estimate` prices its assembly, resources by their constructs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import localcontext
from typing import TYPE_CHECKING, Any, NamedTuple

from planner.errors import InputError
from planner.estimate.estimate import estimate_path
from planner.estimate.model import Estimate, EstimatedResource
from planner.estimate.usage import UsageByResource
from planner.money import CONTEXT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from decimal import Decimal
    from pathlib import Path

    from planner.price_book import PriceBook

__all__ = ["AppPrices", "PricedStack", "StackTemplate"]

_NO_PATHS: Mapping[str, str] = {}


class StackTemplate(NamedTuple):
    """A stack's synthesized template; `paths`: construct paths by logical id, where its resources don't tell them."""

    construct_path: str
    template: Path
    region: str | None
    paths: Mapping[str, str] = _NO_PATHS


@dataclass(frozen=True, slots=True)
class PricedStack:
    """A stack with its resources and those of stacks nested in it; paths are constructs' as far as they are known."""

    construct_path: str
    template: Path
    resources: tuple[EstimatedResource, ...]
    estimate: Estimate


@dataclass(slots=True)
class AppPrices:
    """What an app's stacks are priced by: book, day, usage, and the region of stacks that name none."""

    book: PriceBook
    as_of: date
    region: str | None = None
    usage: UsageByResource | None = None
    hint: str = "region='us-east-1'"
    _names: set[str] = field(default_factory=set)

    def stack(self, stack: StackTemplate) -> PricedStack:
        """Return a stack's resources with what they cost.

        Raises:
            InputError: for a stack without a region, and for usage that a resource's type doesn't have.
        """
        region = stack.region or self.region
        if region is None:
            region = _own_region(stack.template)
        if region is None:
            raise InputError(
                f"{stack.construct_path}: its region is not known before it is deployed; give the stack an env, "
                f"or state {self.hint}"
            )
        usage = _UsageByConstruct(self.usage, stack.paths) if self.usage and stack.paths else self.usage
        found = estimate_path(
            stack.template,
            book=self.book,
            region=None,
            as_of=self.as_of,
            usage=usage,
            today=self.as_of,
            otherwise_region=region,
        )
        resources = tuple(_renamed(each, stack.paths) for each in found.resources)
        self._names |= {name for each in resources for name in (each.path, each.logical_id) if name}
        return PricedStack(stack.construct_path, stack.template, resources, found)

    def unused(self) -> list[str]:
        """Return a sentence for each entry of the usage file that no resource of these stacks asked for."""
        return self.usage.unused(self._names) if self.usage else []

    def whole(self, stacks: tuple[PricedStack, ...], source: str) -> Estimate:
        """Return one estimate of all stacks, as `fmplan estimate` gives of their assembly."""
        with localcontext(CONTEXT):
            return Estimate(
                source,
                tuple(dict.fromkeys(region for stack in stacks for region in stack.estimate.regions)),
                tuple(sorted({day for stack in stacks for day in stack.estimate.priced_on})),
                self.book.digest(),
                tuple(resource for stack in stacks for resource in stack.resources),
                tuple(each for stack in stacks for each in stack.estimate.undecided),
            )


class _UsageByConstruct(UsageByResource):
    """Stated usage asked by construct path where the template tells only logical ids."""

    def __init__(self, stated: UsageByResource, paths: Mapping[str, str]) -> None:
        self._stated, self._paths = stated, paths

    def of(self, kind: str, path: str, logical_id: str, known: tuple[str, ...]) -> dict[str, Decimal | str]:
        return self._stated.of(kind, self._paths.get(path, path), logical_id, known)

    def unused(self, names: set[str]) -> list[str]:
        return self._stated.unused(names)


def _renamed(resource: EstimatedResource, paths: Mapping[str, str]) -> EstimatedResource:
    path = paths.get(resource.path)
    if path is None:
        return resource
    return replace(
        resource,
        path=path,
        lines=tuple(line._replace(resource=path) for line in resource.lines),
        unpriced=tuple(item._replace(resource=path) for item in resource.unpriced),
    )


def _own_region(template: Path) -> str | None:
    """Return the region that a planned stack of ours was planned for."""
    from planner.annotated import COST_KEY
    from planner.estimate.read import load_template

    stated: Any = (load_template(template).get("Metadata") or {}).get(COST_KEY)
    region = stated.get("region") if isinstance(stated, dict) else None
    return region if isinstance(region, str) else None
