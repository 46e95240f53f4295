"""The policy file, fmplan-policy.yml: which policies are asked with which values, and what is waived until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from planner.errors import InputError
from planner.near import did_you_mean
from planner.policies import BY_ID
from planner.policies.parameters import refused
from planner.policies.spec import SEVERITIES, Setting, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from planner.policies.spec import Policy
    from planner.source_lines import Place, SourceLines

__all__ = [
    "DEFAULT_NAME",
    "ID",
    "OPTIONAL_OF_WAIVER",
    "VERSION",
    "WAIVER_KEYS",
    "PolicyFile",
    "Waiver",
    "load_policy_file",
    "parse_policies",
]

DEFAULT_NAME: Final = "fmplan-policy.yml"
VERSION: Final = 1
ID: Final = "[a-z][a-z0-9_-]{0,59}"
WAIVER_KEYS: Final = {
    "policy": "The id under `policies` whose findings are accepted.",
    "resource": "Only findings about resources whose construct paths this pattern matches; left out: all findings.",
    "reason": "Why they are accepted.",
    "owner": "Who accepts them.",
    "expires": "The last day of the waiver, such as 2027-01-31.",
}
_KEYS: Final = ("version", "policies", "waivers")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
OPTIONAL_OF_WAIVER: Final = frozenset({"resource"})
_OWN_KEYS: Final = ("policy", "severity")
_LONGEST: Final = 1_000
_MOST_FAULTS: Final = 100


@dataclass(frozen=True, slots=True)
class Waiver:
    """Findings that are accepted: of which policy, about which resources, why, by whom and until which day."""

    policy: str
    resource: str | None
    reason: str
    owner: str
    expires: date


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """What a policy file states; `lines` tells where."""

    source: str
    settings: tuple[Setting, ...]
    waivers: tuple[Waiver, ...]
    lines: SourceLines

    def place(self, setting_id: str) -> Place | None:
        """Return where a setting stands."""
        return self.lines.place(f"policies.{setting_id}")


def load_policy_file(path: Path, *, day: date) -> PolicyFile:
    """Return the policies of a file, for a check on a day.

    Raises:
        InputError: for a file that can't be read, and for all of its faults, one a line.
    """
    from planner.files import read_text

    return parse_policies(read_text(path), source=str(path), day=day)


def parse_policies(text: str, *, source: str, day: date) -> PolicyFile:
    """Return the policies that a text states, for a check on a day.

    Raises:
        InputError: for all faults, one a line in the file's order, each with line, key, value and fix.
    """
    from planner.source_lines import SourceLines
    from planner.yaml12 import load_yaml

    data = load_yaml(text, source=source)
    if not isinstance(data, dict):
        raise InputError(f"{source}: a policy file is a mapping: version: {VERSION}, policies: {{monthly_limit: ...}}")
    reader = _Reader(day)
    settings, waivers = reader.read(data)
    lines = SourceLines(text)
    if reader.faults:
        raise InputError(_told(reader.faults, source, lines))
    return PolicyFile(source, settings, waivers, lines)


def _told(faults: Iterable[tuple[str, str]], source: str, lines: SourceLines) -> str:
    placed = sorted(((lines.place(key) or (1, 1)), key, what) for key, what in faults)
    told = [f"{source}:{line}: {key}: {what}" for (line, _column), key, what in placed[:_MOST_FAULTS]]
    more = len(placed) - _MOST_FAULTS
    return "\n".join([*told, *([f"{source}: and {more} more"] if more > 0 else [])])


class _Reader:
    """Reads a policy file's data and keeps what is wrong with it: keys with sentences."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.faults: list[tuple[str, str]] = []

    def fault(self, key: str, what: str) -> None:
        self.faults.append((key, what))

    def refuse(self, error: InputError) -> None:
        key, _, what = str(error).partition(": ")
        self.fault(key, what)

    def read(self, data: Mapping[str, Any]) -> tuple[tuple[Setting, ...], tuple[Waiver, ...]]:
        self.unknown(data, _KEYS, "")
        self.version(data.get("version"))
        stated = data.get("policies")
        if not isinstance(stated, dict) or not stated:
            what = "is missing" if stated is None else "holds no policies" if stated == {} else "is not a mapping"
            self.fault("policies", f"{what}; state at least one, such as policies: {{monthly_limit: {{usd: 500}}}}")
            stated = {}
        settings = [self.setting(name, value) for name, value in stated.items()]
        waivers = data.get("waivers") or []
        if not isinstance(waivers, list):
            self.fault("waivers", "is not a list; write each as - {policy: ..., reason: ..., owner: ..., expires: ...}")
            waivers = []
        read = [self.waiver(value, f"waivers[{index}]", stated) for index, value in enumerate(waivers)]
        return tuple(filter(None, settings)), tuple(filter(None, read))

    def version(self, stated: object) -> None:
        if stated is None:
            self.fault("version", f"is missing; state version: {VERSION}")
        elif type(stated) is int and stated > VERSION:
            self.fault("version", f"{stated} is newer than this fmplan, which reads version {VERSION}; update it")
        elif type(stated) is not int or stated != VERSION:
            self.fault("version", f"{stated!r} is not known; state version: {VERSION}")

    def unknown(self, data: Mapping[str, Any], known: Iterable[str], prefix: str) -> None:
        names = tuple(known)
        for key in data:
            if key not in names:
                near = did_you_mean(key, names) or f"; known are {', '.join(names)}"
                self.fault(f"{prefix}{key}", f"is not known{near}")

    def setting(self, name: str, stated: object) -> Setting | None:
        key = f"policies.{name}"
        if not re.fullmatch(ID, name, re.ASCII):
            self.fault(key, "is no id; ids are small letters, digits, - and _, and begin with a letter")
            return None
        if stated is None:
            stated = {}
        if not isinstance(stated, dict):
            self.fault(key, f"{stated!r} is not a mapping of parameters, such as {{severity: warning}}")
            return None
        policy = self.policy(name, stated, key)
        if policy is None:
            return None
        values, severity = self.values(policy, stated, key), stated.get("severity", policy.severity)
        if severity not in SEVERITIES:
            near = did_you_mean(severity, SEVERITIES) if isinstance(severity, str) else ""
            self.fault(f"{key}.severity", f"{severity!r} is not one of {', '.join(SEVERITIES)}{near}")
            return None
        return Setting(name, policy, cast("Severity", severity), self.day, values)

    def policy(self, name: str, stated: Mapping[str, Any], key: str) -> Policy | None:
        asked = stated.get("policy", name)
        if not isinstance(asked, str) or asked not in BY_ID:
            near = did_you_mean(asked, BY_ID) if isinstance(asked, str) else ""
            if "policy" in stated:
                self.fault(f"{key}.policy", f"{asked!r} is no policy{near}")
            else:
                hint = near or "; name the policy that it is one of: {policy: monthly_limit, ...}"
                self.fault(key, f"is no policy{hint}")
            return None
        if name in BY_ID and asked != name:
            self.fault(key, f"is a policy's own name, which can't stand for {asked}; give this one another id")
            return None
        return BY_ID[asked]

    def values(self, policy: Policy, stated: Mapping[str, Any], key: str) -> dict[str, Any]:
        names = [parameter.name for parameter in policy.parameters]
        self.unknown(stated, (*names, *_OWN_KEYS), f"{key}.")
        values: dict[str, Any] = {}
        for parameter in policy.parameters:
            name = parameter.name
            if stated.get(name) is not None:
                try:
                    values[name] = parameter.read(stated[name], f"{key}.{name}")
                except InputError as error:
                    self.refuse(error)
            elif parameter.required:
                self.fault(f"{key}.{name}", f"is missing; {policy.id} needs it: {parameter.meaning}")
            else:
                values[name] = getattr(parameter, "default", None)
        if policy.any_of and not any(stated.get(name) is not None for name in policy.any_of):
            self.fault(key, f"state {' or '.join(policy.any_of)}; {policy.id} needs one of them")
        return values

    def waiver(self, stated: object, key: str, ids: Mapping[str, Any]) -> Waiver | None:
        if not isinstance(stated, dict):
            self.fault(key, "is not a mapping with policy, reason, owner and expires")
            return None
        before = len(self.faults)
        self.unknown(stated, WAIVER_KEYS, f"{key}.")
        found: dict[str, Any] = {}
        for name in WAIVER_KEYS:
            try:
                found[name] = self.waived(name, stated.get(name), f"{key}.{name}", ids)
            except InputError as error:
                self.refuse(error)
        return Waiver(**found) if len(self.faults) == before else None

    def waived(self, name: str, value: object, key: str, ids: Mapping[str, Any]) -> object:
        if value is None:
            if name in OPTIONAL_OF_WAIVER:
                return None
            raise InputError(f"{key}: is missing; a waiver needs policy, reason, owner and expires")
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST:
            refused(key, value, "a text")
        if name == "policy" and value not in ids:
            raise InputError(f"{key}: {value!r} is no id under policies{did_you_mean(value, ids)}")
        return _day(value, key) if name == "expires" else value


def _day(value: str, key: str) -> date:
    if not _DAY.fullmatch(value):
        refused(key, value, "a day; write it as 2027-01-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        refused(key, value, "a day of the calendar")
