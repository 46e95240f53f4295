"""A policy file asked of an app's estimate: what it finds becomes violations, what it waives does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.app_costs.budget import Place, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from planner.app_costs.pricing import PricedStack
    from planner.check.policy_file import PolicyFile
    from planner.check.run import Judged, Result
    from planner.estimate.model import Estimate

__all__ = ["load_policies", "policy_violations"]

_SEVERITY: Final = {"error": "error", "warning": "warning", "note": "info"}


def load_policies(path: Path, *, day: date) -> PolicyFile:
    """Return a policy file.

    Raises:
        InputError: for a file that can't be read, and for all of its faults.
    """
    from planner.check.policy_file import load_policy_file

    return load_policy_file(path, day=day)


def policy_violations(
    policies: PolicyFile, stacks: tuple[PricedStack, ...], whole: Estimate, *, day: date
) -> Iterator[Violation]:
    """Yield what policies find in the whole app; what needs a plan or a diff is not asked here."""
    from planner.check.run import run_policies
    from planner.estimate.document import estimate_json
    from planner.policies.document import Document

    documents = {"estimate": Document("estimate", estimate_json(whole), whole.source)}
    outcome = run_policies(policies.settings, policies.waivers, documents, day=day)  # type: ignore[arg-type]
    places = {resource.path: Place(stack, resource) for stack in stacks for resource in stack.resources}
    for result in outcome.results:
        for judged in result.findings:
            if judged.waiver is None:
                yield _violation(result, judged, places, stacks, policies.source)


def _violation(
    result: Result,
    judged: Judged,
    places: dict[str, Place],
    stacks: tuple[PricedStack, ...],
    source: str,
) -> Violation:
    finding = judged.finding
    place = places.get(finding.resource or "")
    said = {"measured": finding.measured, "limit": finding.limit, "policy_file": source}
    expired = f" Its waiver expired on {judged.expired.expires}." if judged.expired else ""
    return Violation(
        result.setting.id,
        finding.text + expired,
        (place,) if place else tuple(Place(stack, None) for stack in stacks),
        _SEVERITY[judged.level],
        metadata={key: value for key, value in said.items() if value},
    )
