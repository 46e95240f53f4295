"""Findings as a SARIF 2.1.0 log, which code scanning services show beside the lines of a file.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (sections 3.11, 3.19, 3.27, 3.35).
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from planner.report.words import plain_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Finding", "Level", "Rule", "sarif_log"]

Json = dict[str, Any]
Level = Literal["error", "warning", "note"]

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_DRIVE: Final = re.compile(r"[A-Za-z]:/")
_BREAKABLE: Final = re.compile(r"[\[\]\\]")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is looked for: a stable id, a name and the sentence that explains it."""

    id: str
    name: str
    text: str
    help_uri: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and where: `uri` is a path below the repository's root, lines and columns count from 1."""

    rule_id: str
    level: Level
    text: str
    uri: str | None
    line: int | None
    column: int | None = None
    logical_path: str | None = None
    suppression: str | None = None  # why it is accepted
    properties: Mapping[str, Any] = field(default_factory=dict)


def sarif_log(rules: Sequence[Rule], findings: Sequence[Finding], *, version: str) -> Json:
    """Return a log of one run; `version` is the planner's.

    Raises:
        ValueError: for two rules of one id, or a finding of a rule that is not among them.
    """
    index = {rule.id: number for number, rule in enumerate(rules)}
    if len(index) != len(rules):
        raise ValueError(f"two rules of one id among {[rule.id for rule in rules]}")
    seen: Counter[str] = Counter()
    results = []
    for finding in findings:
        if finding.rule_id not in index:
            raise ValueError(f"a finding of the rule {finding.rule_id!r}, which is not among the rules")
        results.append(_result(finding, index[finding.rule_id], seen))
    driver: Json = {"name": "fmplan", "version": version, "rules": [_rule(rule) for rule in rules]}
    run: Json = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> Json:
    made: Json = {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": _message(rule.text)},
        "fullDescription": {"text": _message(rule.text)},
    }
    return made | ({"helpUri": rule.help_uri} if rule.help_uri else {})


def _result(finding: Finding, rule_index: int, seen: Counter[str]) -> Json:
    location = _location(finding)
    result: Json = {
        "ruleId": finding.rule_id,
        "ruleIndex": rule_index,
        "level": finding.level,
        "message": {"text": _message(finding.text)},
        "locations": [location] if location else [],
        "partialFingerprints": {"fmplan/v1": _fingerprint(finding, seen)},
    }
    if finding.suppression is not None:
        accepted = {"kind": "external", "status": "accepted", "justification": _message(finding.suppression)}
        result["suppressions"] = [accepted]
    if finding.properties:
        result["properties"] = _clean(dict(finding.properties))
    return result


def _location(finding: Finding) -> Json:
    location: Json = {}
    if finding.uri is not None:
        physical: Json = {"artifactLocation": _artifact(finding.uri)}
        if finding.line is not None:
            column = {} if finding.column is None else {"startColumn": finding.column}
            physical["region"] = {"startLine": finding.line, **column}
        location["physicalLocation"] = physical
    if finding.logical_path is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": plain_text(finding.logical_path)}]
    return location


def _artifact(path: str) -> Json:
    """Return where a file is: below the repository's root, or by its whole path where that is what was given."""
    slashed = posixpath.normpath(path.replace("\\", "/"))
    encoded = quote(slashed, safe="/", errors="replace")
    if _DRIVE.match(slashed):
        return {"uri": f"file:///{slashed[:2]}{encoded.partition('%3A')[2]}"}
    if slashed.startswith("/"):
        return {"uri": f"file:///{encoded.lstrip('/')}"}
    return {"uri": encoded, "uriBaseId": _ROOT}


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """Return what stays as long as the finding is about the same thing: neither its amounts nor its line count."""
    about = "\0".join((finding.rule_id, finding.uri or "", finding.logical_path or ""))
    seen[about] += 1
    whole = f"{about}\0{seen[about]}".encode(errors="replace")
    return hashlib.sha256(whole).hexdigest()[:32]


def _message(text: str) -> str:
    """Return a text of which SARIF makes neither links nor placeholders, on one line."""
    plain = plain_text(text).replace("{", "{{").replace("}", "}}")
    return _BREAKABLE.sub(lambda found: "\\" + found[0], plain) if "](" in plain else plain


def _clean(value: object) -> object:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, dict):
        return {plain_text(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
