"""A diff as SARIF: what costs more, is replaced, decided otherwise or has no price, at the head's source file."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.diff_report.view import DiffView
    from planner.sarif import Finding, Level

__all__ = ["render_sarif"]

Json = dict[str, Any]

_COST: Final = "diff-cost-increase"
_DECISION: Final = "diff-decision-change"
_REPLACEMENT: Final = "diff-replacement"
_UNPRICED: Final = "diff-unpriced"
_UNSUPPORTED: Final = "diff-unsupported"
_RULES: Final = (
    (_COST, "CostIncrease", "A change costs more, monthly, once or without traffic."),
    (_DECISION, "DecisionChange", "A change makes the plan decide for another design."),
    (_REPLACEMENT, "Replacement", "CloudFormation makes a new resource in place of the old one."),
    (_UNPRICED, "Unpriced", "A part without a price is in no total."),
    (_UNSUPPORTED, "Unsupported", "A resource of a type that the planner does not know is in no total."),
)
_OF_REVISION: Final = re.compile(r"[^/\\:]{2,}:(?=.)")  # `main:` of main:examples/x.yaml; C: is a drive
_WITHOUT_FILE: Final = {"deployed", "missing"}
_FIRST_LINE: Final = (1, 1)  # of what the whole file is about: code scanning asks for a line


def render_sarif(document: Json, *, lines: Callable[[str], tuple[int, int] | None] | None = None) -> str:
    """Return a diff's document as a SARIF log.

    `lines` finds the line and column of a dotted key in the head's source: of a workload's key, and in a template of
    `Resources.` with a logical id behind it.
    """
    from planner import __version__
    from planner.diff_report.view import diff_view
    from planner.sarif import Rule, sarif_log

    rules = [Rule(*rule) for rule in _RULES]
    findings = list(_Findings(document, diff_view(document), lines).all())
    return json.dumps(sarif_log(rules, findings, version=__version__), indent=2, ensure_ascii=False) + "\n"


class _Findings:
    """Yields what is found in a document."""

    def __init__(self, document: Json, view: DiffView, lines: Callable[[str], tuple[int, int] | None] | None) -> None:
        self.document = document
        self.view = view
        self.lines = lines
        head = document["after"]
        self.kind = head.get("kind")
        self.uri = None if self.kind in _WITHOUT_FILE else _OF_REVISION.sub("", head["source"], count=1)
        self.by_path = {each["path"]: each for each in document["resources"]}

    def all(self) -> Iterator[Finding]:
        yield from self.totals()
        yield from self.decision()
        yield from self.resources()
        yield from self.missing()

    def at(self, rule: str, level: Level, text: str, key: str = "", path: str | None = None, **shown: str) -> Finding:
        """Return a finding at the line of a key, or at the file's first line."""
        from planner.sarif import Finding

        found = (self.lines(key) if self.lines and key else None) or _FIRST_LINE
        line, column = found if self.uri else (None, None)
        return Finding(
            rule,
            level,
            text,
            self.uri,
            line,
            column,
            path,
            properties={name: value for name, value in shown.items() if value},
        )

    def totals(self) -> Iterator[Finding]:
        for row, key in zip(self.view.totals, ("monthly_usd", "one_time_usd", "idle_monthly_usd"), strict=True):
            if row.sign > 0:
                share = f" ({row.percent})" if row.percent else ""
                text = f"{row.label}: {row.before} → {row.after}, {row.delta}{share}"
                yield self.at(_COST, "warning", text, path=key, delta_usd=self.document["delta"][key])

    def decision(self) -> Iterator[Finding]:
        decision = self.document.get("decision") or {}
        because = decision.get("because") or []
        if decision.get("before") == decision.get("after") and not because:
            return
        key = str(because[0].get("key")) if because else ""
        text = "; ".join((self.view.decision, *self.view.because))
        yield self.at(_DECISION, "warning", text, key, "decision")

    def resources(self) -> Iterator[Finding]:
        for each, shown in zip(self.document["resources"], self.view.resources, strict=True):
            path, key = each["path"], self.key_of(each)
            if shown.monthly.sign > 0:
                monthly = shown.monthly
                text = f"{shown.path} ({shown.type}): {monthly.before} → {monthly.after} a month, {monthly.delta}"
                yield self.at(_COST, "note", text, key, path, delta_monthly_usd=each["monthly_usd"]["delta"])
            if shown.replacement:
                moved = [change.property for change in shown.changes if change.replacement] or [
                    str(name) for name in each.get("properties") or ()
                ]
                named = f" for {', '.join(moved)}" if moved else ""
                double = f"; {shown.double_running}" if shown.double_running else ""
                text = f"{shown.path} ({shown.type}) {shown.replacement}{named}{double}"
                yield self.at(_REPLACEMENT, "warning" if each["replacement"] == "yes" else "note", text, key, path)

    def missing(self) -> Iterator[Finding]:
        from planner.diff_report.sections import unpriced, unsupported

        for item in self.document.get("unpriced") or ():
            if item.get("side") != "before":
                path = item.get("resource")
                text = f"{unpriced(item)}; in no total"
                yield self.at(_UNPRICED, "warning", text, self.key_of(self.by_path.get(path)), path)
        for item in self.document.get("unsupported") or ():
            if item.get("side") != "before":
                path = item.get("path")
                text = f"{unsupported(item)}; in no total"
                yield self.at(_UNSUPPORTED, "warning", text, self.key_of(self.by_path.get(path)), path)

    def key_of(self, resource: Json | None) -> str:
        """Return the key of a resource in its template; empty where the head is none, or has it no more."""
        if self.kind != "template" or not resource or resource["action"] == "removed":
            return ""
        return f"Resources.{resource['logical_id']}" if resource.get("logical_id") else ""
