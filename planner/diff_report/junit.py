"""A diff as JUnit's XML: a case for each amount and resource, skipped where there is no price.

A difference is no failure: what fails is for policies to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.diff_report.view import Resource
    from planner.junit import TestCase

__all__ = ["render_junit"]

Json = dict[str, Any]


def render_junit(document: Json) -> str:
    """Return a diff's document as JUnit's XML."""
    from planner.junit import junit_xml

    return junit_xml("fmplan diff", list(_cases(document)))


def _cases(document: Json) -> Iterator[TestCase]:
    from planner.diff_report.sections import unpriced, unsupported
    from planner.diff_report.view import diff_view
    from planner.junit import TestCase

    view = diff_view(document)
    for row in view.totals:
        share = f" ({row.percent})" if row.percent else ""
        text = f"{row.before} → {row.after}, {row.delta}{share}"
        yield TestCase("cost", row.label.lower(), failure=None, output=text)
    if view.decision:
        yield TestCase("decision", "decision", failure=None, output="\n".join((view.decision, *view.because)))
    for shown, resource in zip(view.resources, document["resources"], strict=True):
        yield TestCase("resources", resource["path"], failure=None, output="\n".join(_resource(shown)))
    for item in document.get("unpriced") or ():
        name = ", ".join(str(item[key]) for key in ("resource", "component", "dimension") if item.get(key))
        yield TestCase("unpriced", name, failure=None, skipped=unpriced(item))
    for item in document.get("unsupported") or ():
        yield TestCase("unsupported", str(item.get("path")), failure=None, skipped=unsupported(item))


def _resource(resource: Resource) -> Iterator[str]:
    monthly = resource.monthly
    amounts = f", {monthly.before} → {monthly.after} a month, {monthly.delta}" if monthly.delta else ""
    replaced = f", {resource.replacement}" if resource.replacement else ""
    status = f", {resource.status}" if resource.status else ""
    yield f"{resource.action}: {resource.type}{amounts}{replaced}{status}"
    for change in resource.changes:
        yield f"{change.property}: {' → '.join(filter(None, (change.before, change.after)))}".removesuffix(": ")
    for line in resource.lines:
        yield f"{line.label}{' (once)' if line.once else ''}: {line.before} → {line.after}, {line.delta}"
