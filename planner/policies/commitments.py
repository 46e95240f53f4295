"""Money is committed for no other terms than these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from planner.policies.finding import Finding, NotApplicable
from planner.policies.parameters import Words
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["COMMITMENTS"]

_PROVISIONED: Final = "AWS::Bedrock::ProvisionedModelThroughput"
# CloudFormation's words for what a plan calls so.
_TERM_OF_DURATION: Final = {None: "no_commitment", "OneMonth": "1_month", "SixMonths": "6_months"}
_SAVINGS_PLAN: Final = re.compile(r"savings\s*plan", re.IGNORECASE)
_NAMES: Final = {
    "no_commitment": "without a term",
    "1_month": "for a term of 1 month",
    "6_months": "for a term of 6 months",
}


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    allowed = setting.globs("allow")
    yield from _of_plan(document, allowed) if document.kind == "plan" else _of_estimate(document, allowed)
    if "savings_plan" not in allowed:
        yield from _savings_plans(document, allowed)


def _text(term: str, allowed: tuple[str, ...]) -> str:
    return f"provisioned throughput {_NAMES[term]} is not allowed: {', '.join(allowed)}"


def _of_plan(document: Document, allowed: tuple[str, ...]) -> Iterator[Finding]:
    design = document.data["design"]
    term = design["term"] or "no_commitment"
    if design["inference"] == "provisioned_throughput" and term not in allowed:
        keys = ("design.term", "constraints.commitment_months", "design.inference")
        yield Finding(f"The design: {_text(term, allowed)}", term, ", ".join(allowed), keys=keys)


def _of_estimate(document: Document, allowed: tuple[str, ...]) -> Iterator[Finding]:
    for each in document.data["resources"]:
        if each["type"] != _PROVISIONED:
            continue
        about = (each["path"], each["type"], each["logical_id"], "CommitmentDuration")
        duration = each["properties"].get("CommitmentDuration")
        term = _TERM_OF_DURATION.get(duration) if isinstance(duration, str | None) else None
        if term is None:
            text = f"{each['path']} ({each['type']}): its CommitmentDuration can't be told"
            yield Finding(text, None, ", ".join(allowed), *about, confirmed=False)
        elif term not in allowed:
            yield Finding(f"{each['path']} ({each['type']}): {_text(term, allowed)}", term, ", ".join(allowed), *about)


def _savings_plans(document: Document, allowed: tuple[str, ...]) -> Iterator[Finding]:
    """Yield discounts that a file of discounts names as Savings Plans: nothing else in a document tells of them."""
    lines = (
        document.data["bill"]
        if document.kind == "plan"
        else [line for each in document.data["resources"] for line in each["lines"]]
    )
    named = dict.fromkeys(
        line["rule"].rpartition(":")[0]
        for line in lines
        if line["dimension"] == "discount" and _SAVINGS_PLAN.search(line["rule"])
    )
    for name in named:
        text = f"The discount {name} is of a Savings Plan, which is not allowed: {', '.join(allowed)}"
        yield Finding(text, "savings_plan", ", ".join(allowed))


COMMITMENTS = Policy(
    "commitments",
    "Money is committed for no other terms than these.",
    "error",
    ("plan", "estimate"),
    (
        Words(
            "allow",
            "terms of provisioned throughput, and whether discounts of Savings Plans may be counted on",
            (*_NAMES, "savings_plan"),
        ),
    ),
    _check,
)
