"""Writes into a stack's template what each of its resources costs, and fails where a resource has no known cost.

A priced resource gets `fmplan::cost` in its Metadata: amounts, bill lines, and the usage that they follow from, so that
the template alone can be priced again. What no resource owns stands in the template's own Metadata.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk

from planner.annotated import COST_KEY, SCHEMA
from planner.components import FREE
from planner.errors import InputError
from planner.money import ZERO, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.plan_document import PlanDocument

__all__ = ["annotate"]

Json = dict[str, Any]

# What of a part is written beside its lines, to price it again.
_FIELDS = ("component", "variant", "usage", "given_usd")


def annotate(stack: cdk.Stack, plan: PlanDocument) -> None:
    """Annotate each priced resource of a stack, and its template with what no resource owns.

    Raises:
        InputError: where a part of the plan has no resource, or a resource is neither priced, free nor named unpriced.
    """
    resources = _resources(stack)
    parts: dict[str, Json] = {part["resource"]: part for part in plan.document["parts"] if part["resource"] is not None}
    _refuse_strangers(resources, {path: part["type"] for path, part in parts.items()}, plan)
    for path, part in parts.items():
        name = f"{plan.name}/{path}"
        lines = [line for line in plan.bill if line["resource"] == name]
        unpriced = [item for item in plan.unpriced if item["resource"] == name]
        # Properties are the resource's own: a template that was changed is priced as it stands.
        resources[path].add_metadata(COST_KEY, {**_amounts(lines, unpriced), **_pick(part, *_FIELDS)})
    stack.template_options.metadata = {COST_KEY: _unowned(plan)}


def _resources(stack: cdk.Stack) -> dict[str, cdk.CfnResource]:
    """Return the stack's resources by construct path below the stack."""
    prefix = f"{stack.node.path}/"
    return {
        construct.node.path.removeprefix(prefix): construct
        for construct in stack.node.find_all()
        if isinstance(construct, cdk.CfnResource)
    }


def _refuse_strangers(resources: dict[str, cdk.CfnResource], types: dict[str, str], plan: PlanDocument) -> None:
    for path, expected in types.items():
        found = resources.get(path)
        if found is None or found.cfn_resource_type != expected:
            stands = "no resource" if found is None else f"an {found.cfn_resource_type}"
            message = (
                f"{plan.name}: the plan prices {expected} at {path}, where the stack has {stands}; "
                "the plan was made by another version: plan again"
            )
            raise InputError(message)
    unpriced = {item["resource_type"] for item in plan.unpriced}
    for path, resource in resources.items():
        kind = resource.cfn_resource_type
        if path not in types and kind not in FREE and kind not in unpriced:
            message = (
                f"{plan.name}: {kind} at {path} is neither priced by the plan nor known to be free; "
                "the plan was made by another version: plan again"
            )
            raise InputError(message)


def _amounts(lines: list[Json], unpriced: list[Json]) -> Json:
    """Return what the contract says of a cost: its amounts and its lines, and what of it has no price."""
    return {
        "schema": SCHEMA,
        "monthly_usd": plain(_sum(line["usd"] for line in lines if line["charge"] == "monthly")),
        "one_time_usd": plain(_sum(line["usd"] for line in lines if line["charge"] == "one_time")),
        "idle_monthly_usd": plain(_sum(line["idle_usd"] for line in lines)),
        "lines": lines,
        "unpriced": unpriced,
    }


def _sum(amounts: Iterable[str]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts), ZERO)


def _pick(part: Json, *fields: str) -> Json:
    """Return the fields of a part that say something."""
    return {field: part[field] for field in fields if part.get(field)}


def _unowned(plan: PlanDocument) -> Json:
    """Return the cost that no resource owns, with what pricing the template again needs to know."""
    lines = [line for line in plan.bill if line["resource"] is None]
    unpriced = [item for item in plan.unpriced if item["resource"] is None]
    parts = [
        _pick(part, "type", "properties", "unpriced", *_FIELDS)
        for part in plan.document["parts"]
        if part["resource"] is None
    ]
    return {
        **_amounts(lines, unpriced),
        "parts": parts,
        "name": plan.name,
        "region": plan.region,
        "prices_as_of": plan.document["prices_as_of"],
        "price_book": plan.document["price_book"],
    }
