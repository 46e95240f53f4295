"""A check as JUnit's XML: a case for each policy, failed by its errors, skipped where it is not applicable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.check.words import expiry, incomplete, waived

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["render_junit"]

Json = dict[str, Any]


def render_junit(answer: Json) -> str:
    """Return a check's answer as JUnit's XML."""
    from planner.junit import TestCase, junit_xml

    cases = []
    for result in answer["results"]:
        findings = result["findings"]
        errors = [each for each in findings if each["level"] == "error" and each["waiver"] is None]
        others = [each for each in findings if each["level"] != "error" or each["waiver"] is not None]
        failure = "\n".join(line for each in errors for line in _lines(each)) or None
        output = "\n".join(line for each in others for line in _lines(each)) or None
        skipped = result["reason"] if result["status"] == "not_applicable" else None
        cases.append(TestCase("policies", result["id"], failure=failure, skipped=skipped, output=output))
    if answer["strict"] and not answer["complete"]:
        cases.append(TestCase("policies", "strict", failure=incomplete(answer)))
    for each in answer["unused_waivers"]:
        about = f" about {each['resource']}" if each["resource"] else ""
        cases.append(TestCase("waivers", f"{each['policy']}{about}", failure=None, output=each["text"]))
    return junit_xml("fmplan check", cases)


def _lines(finding: Json) -> Iterator[str]:
    place = finding["place"]
    yield f"{finding['level']}: {place['file']}:{place['line']}: {finding['text']}"
    if finding["waiver"] is not None:
        yield waived(finding["waiver"])
    if finding["expired_waiver"] is not None:
        yield expiry(finding["expired_waiver"])
