"""What `fmplan check` answers, as a JSON document: all other formats are made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.check.run import exit_code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from planner.check.places import FilePlace, Places
    from planner.check.policy_file import PolicyFile, Waiver
    from planner.check.run import Judged, Outcome, Result
    from planner.policies.document import Document, Kind

__all__ = ["SCHEMA", "check_document"]

SCHEMA: Final = 1

Json = dict[str, Any]


def check_document(
    outcome: Outcome,
    documents: Mapping[Kind, Document],
    policies: PolicyFile,
    places: Places,
    *,
    day: date,
    strict: bool,
) -> Json:
    """Return the answer: what was checked, every policy with its findings, and the waivers that accept nothing."""
    code = exit_code(outcome, strict=strict)
    return {
        "schema": SCHEMA,
        "passed": code == 0,
        "exit_code": code,
        "day": day.isoformat(),
        "policy_file": policies.source,
        "documents": [_document(document) for document in documents.values()],
        "complete": outcome.complete,
        "strict": strict,
        "counts": _counts(outcome.results),
        "results": [_result(result, places) for result in outcome.results],
        "unused_waivers": [
            {**_waiver(each.waiver), "text": each.text, "place": _place(places.of_waiver(number))}
            for number, each in _numbered(outcome, policies.waivers)
        ],
    }


def _numbered(outcome: Outcome, waivers: Sequence[Waiver]) -> list[tuple[int, Any]]:
    number_of = {id(waiver): number for number, waiver in enumerate(waivers)}
    return [(number_of[id(each.waiver)], each) for each in outcome.unused]


def _document(document: Document) -> Json:
    return {
        "source": document.source,
        "kind": document.kind,
        "region": ", ".join(document.regions),
        "complete": document.is_complete,
    }


def _counts(results: Sequence[Result]) -> Json:
    statuses = [result.status for result in results]
    open_levels = [each.level for result in results for each in result.findings if each.waiver is None]
    return {
        **{name: statuses.count(name) for name in ("violated", "unconfirmed", "waived", "passed", "not_applicable")},
        "errors": open_levels.count("error"),
        "warnings": open_levels.count("warning"),
        "notes": open_levels.count("note"),
    }


def _result(result: Result, places: Places) -> Json:
    setting = result.setting
    return {
        "id": setting.id,
        "policy": setting.policy.id,
        "text": setting.policy.text,
        "severity": setting.severity,
        "status": result.status,
        "document": result.kind,
        "reason": result.reason,
        "findings": [_finding(each, setting.id, places) for each in result.findings],
    }


def _finding(judged: Judged, setting_id: str, places: Places) -> Json:
    finding = judged.finding
    return {
        "level": judged.level,
        "text": finding.text,
        "confirmed": finding.confirmed,
        "measured": finding.measured,
        "limit": finding.limit,
        "resource": finding.resource,
        "type": finding.resource_type,
        "logical_id": finding.logical_id,
        "property": finding.property_path or None,
        "keys": list(finding.keys),
        "place": _place(places.of(finding, setting_id)),
        "waiver": None if judged.waiver is None else _waiver(judged.waiver),
        "expired_waiver": None if judged.expired is None else _waiver(judged.expired),
    }


def _place(place: FilePlace) -> Json:
    return place._asdict()


def _waiver(waiver: Waiver) -> Json:
    return {
        "policy": waiver.policy,
        "resource": waiver.resource,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "expires": waiver.expires.isoformat(),
    }
