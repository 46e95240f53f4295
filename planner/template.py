"""An annotated CloudFormation template, read back and priced again by the same components as a plan.

What a resource is stands in its Properties, how much it is used in its Metadata: a template whose Properties were
changed is priced as it stands. CDK writes no nulls, so a key that is missing from a line is null.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import InvalidOperation, localcontext
from typing import TYPE_CHECKING, Any

from planner.annotated import COST_KEY, SCHEMA
from planner.cost import Amounts, cost_of_usage, sum_amounts
from planner.errors import InputError
from planner.money import CONTEXT, to_decimal
from planner.part import Part

if TYPE_CHECKING:
    from pathlib import Path

    from planner.cost import LineItem, UnpricedItem
    from planner.price_book import PriceBook
    from planner.usage import Params

__all__ = ["Template", "TemplateBill", "TemplatePart", "bill_of_template", "read_template"]

_PATH_KEY = "aws:cdk:path"

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """A resource of the template, or a meter that none owns: its properties as they stand, its usage as annotated."""

    part: Part
    properties: Mapping[str, object]
    monthly: Params
    idle: Params
    one_time: Params


@dataclass(frozen=True, slots=True)
class Template:
    """An annotated template: whose, for which region, at the prices of which day, and its parts."""

    name: str
    region: str
    prices_as_of: date
    price_book: str
    parts: tuple[TemplatePart, ...]


@dataclass(frozen=True, slots=True)
class TemplateBill:
    """What a template costs: lines, what has no price, and the amounts; it has no horizon, and so no total."""

    lines: tuple[LineItem, ...]
    unpriced: tuple[UnpricedItem, ...]
    amounts: Amounts


def read_template(source: Path | Json) -> Template:
    """Return an annotated template from its file or its parsed JSON.

    Raises:
        InputError: for what is no template, has no annotation, or has one that is damaged or of another schema.
    """
    where, data = _loaded(source)
    try:
        return _template(data, where)
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        message = f"{where}: the annotation {COST_KEY} is damaged ({error!r}); synthesize the template again"
        raise InputError(message) from None


def bill_of_template(template: Template, *, book: PriceBook, region: str, as_of: date) -> TemplateBill:
    """Price a template's parts in a region, at the prices in force on a day.

    Raises:
        InputError: for a property that a cost depends on and that can't be read, such as a reference to a parameter.
    """
    with localcontext(CONTEXT):
        costs = [
            cost_of_usage(
                each.part,
                monthly=each.monthly,
                idle=each.idle,
                one_time=each.one_time,
                properties=each.properties,
                book=book,
                region=region,
                as_of=as_of,
            )
            for each in template.parts
        ]
        return TemplateBill(
            tuple(line for cost in costs for line in cost.lines),
            tuple(item for cost in costs for item in cost.unpriced),
            sum_amounts(cost.amounts for cost in costs),
        )


def _loaded(source: Path | Json) -> tuple[str, Json]:
    if isinstance(source, Mapping):
        return "template", source
    from planner.files import read_text

    try:
        data = json.loads(read_text(source))
    except ValueError as error:
        message = f"{source}: not JSON: {error}"
        raise InputError(message) from None
    if not isinstance(data, dict):
        message = f"{source}: this is no CloudFormation template"
        raise InputError(message)
    return str(source), data


def _template(data: Json, where: str) -> Template:
    unowned = data.get("Metadata", {}).get(COST_KEY)
    if unowned is None or "Resources" not in data:
        message = f"{where}: no template with {COST_KEY} in its Metadata: only what fmplan synthesized can be read"
        raise InputError(message)
    if unowned["schema"] != SCHEMA:
        message = f"{where}: {COST_KEY}: schema {unowned['schema']} is not understood; this version reads {SCHEMA}"
        raise InputError(message)
    parts = [_owned(name, resource) for name, resource in data["Resources"].items() if _is_priced(resource)]
    parts += [_part(entry, entry["type"], None, entry.get("properties", {})) for entry in unowned["parts"]]
    return Template(
        unowned["name"],
        unowned["region"],
        date.fromisoformat(unowned["prices_as_of"]),
        unowned["price_book"],
        tuple(parts),
    )


def _is_priced(resource: Json) -> bool:
    return COST_KEY in resource.get("Metadata", {})


def _owned(logical_id: str, resource: Json) -> TemplatePart:
    metadata = resource["Metadata"]
    # Without path metadata the logical id names the resource.
    _, _, path = metadata.get(_PATH_KEY, f"/{logical_id}").partition("/")
    return _part(metadata[COST_KEY], resource["Type"], path, resource.get("Properties", {}))


def _part(entry: Json, kind: str, path: str | None, properties: Json) -> TemplatePart:
    given = tuple((dimension, to_decimal(rate)) for dimension, rate in entry.get("given_usd", {}).items())
    # Of a resource, `unpriced` lists what its lines lack; of a meter that none owns, it is the reason why it has none.
    reason = entry.get("unpriced", "") if path is None else ""
    if not all(isinstance(each, str) for each in (entry["component"], entry["variant"], reason)):
        raise TypeError("component and variant are texts")
    part = Part(entry["component"], entry["variant"], path, kind, given_usd=given, unpriced=reason)
    usage = entry["usage"]
    monthly, idle, one_time = (_params(usage.get(key, {})) for key in ("monthly", "idle", "one_time"))
    return TemplatePart(part, properties, monthly, idle, one_time)


def _params(usage: Json) -> Params:
    return {key: to_decimal(value["quantity"]) if isinstance(value, Mapping) else value for key, value in usage.items()}
