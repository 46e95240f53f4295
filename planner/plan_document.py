"""plan.json: the plan as a document, which stacks, reports and comparisons read without price book or workload file.

What a plan says is said once, here: a document that was written and read back is the same document.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from planner.errors import InputError
from planner.money import ZERO, amount, plain
from planner.plan_shape import first_fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["SCHEMA", "PartDocument", "PlanDocument", "is_plan", "parse_plan_document", "read_plan_document"]

SCHEMA = 1

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PartDocument:
    """One part of the architecture: construct path (below the stack's name), type, usage by charge."""

    path: str | None
    type: str
    component: str
    variant: str
    properties: Mapping[str, Any]
    monthly: Mapping[str, Any]
    idle: Mapping[str, Any]
    one_time: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A plan as it is written; `document` is the whole of it."""

    document: Json

    @property
    def name(self) -> str:
        """The workload's name, which is the stack's."""
        return str(self.document["name"])

    @property
    def region(self) -> str:
        """The region that was planned for."""
        return str(self.document["region"])

    @property
    def stack(self) -> str | None:
        """Which stack synthesizes the design: `prompting`, `knowledge_base`, …; None where there is none yet."""
        kind = self.document["stack"]
        return None if kind is None else str(kind)

    @property
    def design(self) -> Json:
        """The design: approach, model, inference, store, training and the rest of its choices."""
        design: Json = self.document["design"]
        return design

    @property
    def settings(self) -> Json:
        """What stacks need beside the design: alert e-mails, chunking, evaluation target, dimensions."""
        settings: Json = self.document["settings"]
        return settings

    @property
    def cost(self) -> Json:
        """The amounts of the plan, decimal strings in US dollars."""
        cost: Json = self.document["cost"]
        return cost

    @property
    def bill(self) -> list[Json]:
        """The lines of the bill."""
        bill: list[Json] = self.document["bill"]
        return bill

    @property
    def unpriced(self) -> list[Json]:
        """What has no price."""
        unpriced: list[Json] = self.document["unpriced"]
        return unpriced

    @property
    def parts(self) -> tuple[PartDocument, ...]:
        """The parts of the architecture, in the order of the report."""
        return tuple(
            PartDocument(
                part["resource"],
                part["type"],
                part["component"],
                part["variant"],
                part["properties"],
                part["usage"]["monthly"],
                part["usage"]["idle"],
                part["usage"]["one_time"],
            )
            for part in self.document["parts"]
        )


def is_plan(data: object) -> bool:
    """Whether parsed JSON is a plan and not a workload."""
    return isinstance(data, dict) and "decision" in data and "bill" in data


_REQUIRED = (
    "schema",
    "name",
    "region",
    "priced_on",
    "prices_as_of",
    "stack",
    "decision",
    "design",
    "cost",
    "bill",
    "parts",
    "settings",
)


def parse_plan_document(data: object, *, source: str) -> PlanDocument:
    """Return a plan document from parsed JSON.

    Raises:
        InputError: for what is no plan, for a newer schema, and for a bill whose lines do not add up to its amounts.
    """
    if not is_plan(data) or not isinstance(data, dict):
        message = f"{source}: this is no plan: a plan is what 'fmplan plan --format json' writes"
        raise InputError(message)
    missing = [key for key in _REQUIRED if key not in data]
    if missing:
        message = f"{source}: {missing[0]}: missing from the plan; write it again with 'fmplan plan --format json'"
        raise InputError(message)
    if data["schema"] != SCHEMA:
        message = f"{source}: schema: {data['schema']!r} is not understood; this version reads schema {SCHEMA}"
        raise InputError(message)
    fault = first_fault(data)
    if fault is not None:
        message = f"{source}: the plan is damaged ({fault}); write it again with 'fmplan plan --format json'"
        raise InputError(message)
    plan = PlanDocument(data)
    try:
        _refuse_wrong_sums(plan, source=source)
        _ = plan.parts
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        message = f"{source}: the plan is damaged ({error}); write it again with 'fmplan plan --format json'"
        raise InputError(message) from None
    return plan


def _refuse_wrong_sums(plan: PlanDocument, *, source: str) -> None:
    sums = {"monthly": ZERO, "one_time": ZERO}
    idle = ZERO
    for number, line in enumerate(plan.bill):
        usd, product = Decimal(line["usd"]), amount(Decimal(line["unit_price_usd"]), Decimal(line["quantity"]))
        if usd != product:
            message = (
                f"{source}: bill[{number}].usd: {usd} is not {line['quantity']} × {line['unit_price_usd']}, "
                f"{plain(product)}; the plan was changed by hand"
            )
            raise InputError(message)
        sums[line["charge"]] += usd
        idle += Decimal(line["idle_usd"])
    for key, summed in (
        ("monthly_usd", sums["monthly"]),
        ("one_time_usd", sums["one_time"]),
        ("idle_monthly_usd", idle),
    ):
        stated = Decimal(plan.cost[key])
        if stated != summed:
            message = (
                f"{source}: cost.{key}: {stated} is not the sum of the bill's lines, {summed}; "
                "the plan was changed by hand"
            )
            raise InputError(message)


def read_plan_document(path: Path) -> PlanDocument:
    """Return the plan that a file holds.

    Raises:
        InputError: for a file that can't be read, is no JSON, or is no plan.
    """
    from planner.files import read_text

    text = read_text(path)
    try:
        data = json.loads(text)
    except ValueError as error:
        message = f"{path}: not JSON: {error}"
        raise InputError(message) from None
    return parse_plan_document(data, source=str(path))
