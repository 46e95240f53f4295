"""Asks policies of documents: findings, waivers applied, and what the exit code is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import localcontext
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, Literal

from planner.money import CONTEXT
from planner.policies.finding import Finding, NotApplicable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from planner.check.policy_file import Waiver
    from planner.policies.document import Document, Kind
    from planner.policies.spec import Setting, Severity

__all__ = ["Judged", "Outcome", "Result", "Status", "UnusedWaiver", "exit_code", "run_policies"]

Status = Literal["violated", "unconfirmed", "waived", "passed", "not_applicable"]

_FAILED: Final = 1
_UNPRICED: Final = 3
_DOCUMENTS: Final[Mapping[str, str]] = {"plan": "a plan", "estimate": "an estimate", "diff": "a diff"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with how grave it is, the waiver that accepts it, and one that did until it expired."""

    finding: Finding
    level: Severity
    waiver: Waiver | None = None
    expired: Waiver | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What one policy of the file gives; `kind` is the document that it was asked of, None where it is of no use."""

    setting: Setting
    kind: Kind | None
    findings: tuple[Judged, ...]
    reason: str | None = None

    @property
    def status(self) -> Status:
        """Violated, unconfirmed, waived, passed or not applicable; what is waived does not fail."""
        open_ones = [each for each in self.findings if each.waiver is None]
        if any(each.finding.confirmed for each in open_ones):
            return "violated"
        if open_ones:
            return "unconfirmed"
        if self.findings:
            return "waived"
        return "passed" if self.reason is None else "not_applicable"


@dataclass(frozen=True, slots=True)
class UnusedWaiver:
    """A waiver that accepts nothing, and why that is."""

    waiver: Waiver
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What all policies give."""

    results: tuple[Result, ...]
    unused: tuple[UnusedWaiver, ...]
    complete: bool

    @property
    def passed(self) -> bool:
        """Whether no finding that is an error is left."""
        return not any(
            each.level == "error" and each.waiver is None for result in self.results for each in result.findings
        )


def exit_code(outcome: Outcome, *, strict: bool) -> int:
    """Return 0, 1 where an error is not waived, 3 where `strict` and something has no price; of two the higher."""
    return max(0 if outcome.passed else _FAILED, _UNPRICED if strict and not outcome.complete else 0)


def run_policies(
    settings: Sequence[Setting], waivers: Sequence[Waiver], documents: Mapping[Kind, Document], *, day: date
) -> Outcome:
    """Return what policies find in documents, of which each policy reads the first of the kinds that it needs."""
    results = []
    for setting in settings:
        kind = next((kind for kind in setting.policy.needs if kind in documents), None)
        if kind is None:
            needed = " or ".join(_DOCUMENTS[each] for each in setting.policy.needs)
            given = " and ".join(_DOCUMENTS[each] for each in documents)
            hint = "; name the base: --base BASE" if setting.policy.needs == ("diff",) else ""
            results.append(Result(setting, None, (), f"it reads {needed}, and this is {given}{hint}"))
            continue
        with localcontext(CONTEXT):
            found = list(setting.policy.check(documents[kind], setting))
        reasons = [each.reason for each in found if isinstance(each, NotApplicable)]
        findings = [each for each in found if isinstance(each, Finding)]
        results.append(
            Result(
                setting,
                kind,
                tuple(_judged(each, setting, waivers, day) for each in findings),
                "; ".join(reasons) or None,
            )
        )
    complete = all(document.is_complete for document in documents.values())
    return Outcome(tuple(results), tuple(_unused(waivers, results, day)), complete)


def _judged(finding: Finding, setting: Setting, waivers: Sequence[Waiver], day: date) -> Judged:
    level: Severity = setting.severity if finding.confirmed else "note"
    matching = [each for each in waivers if each.policy == setting.id and _matches(each, finding)]
    valid = [each for each in matching if day <= each.expires]
    # Of several the one that lasts longest: what is accepted stays so until no waiver is left.
    if valid:
        return Judged(finding, level, max(valid, key=lambda each: each.expires))
    return Judged(finding, level, None, max(matching, key=lambda each: each.expires, default=None))


def _matches(waiver: Waiver, finding: Finding) -> bool:
    if waiver.resource is None:
        return True
    return finding.resource is not None and fnmatchcase(finding.resource, waiver.resource)


def _unused(waivers: Iterable[Waiver], results: Sequence[Result], day: date) -> Iterable[UnusedWaiver]:
    by_id = {result.setting.id: result for result in results}
    for waiver in waivers:
        result = by_id[waiver.policy]
        if any(_matches(waiver, each.finding) for each in result.findings):
            continue  # what has expired is said with what it accepted
        about = f" about {waiver.resource}" if waiver.resource else ""
        text = f"the waiver of {waiver.policy}{about} matches nothing"
        if result.status == "not_applicable":
            text += "; the policy was not applicable"
        elif day > waiver.expires:
            text += f"; it expired on {waiver.expires} and can go"
        else:
            text += "; it can go"
        yield UnusedWaiver(waiver, text)
