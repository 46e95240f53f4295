"""Sentences about a check that its formats share."""

from __future__ import annotations

from typing import Any, Final

from planner.policies.limits import counted

__all__ = ["GROUPS", "expiry", "headline", "incomplete", "subject", "tally", "waived"]

Json = dict[str, Any]

# By status, in the order in which a reader wants them.
GROUPS: Final = {
    "violated": "Violated",
    "unconfirmed": "Can't be confirmed",
    "waived": "Waived",
    "passed": "Passed",
    "not_applicable": "Not applicable",
}


def subject(answer: Json) -> str:
    """Return what was checked."""
    kinds = {"plan": "plan", "estimate": "estimate", "diff": "diff"}
    told = [f"{each['source']} ({kinds[each['kind']]})" for each in answer["documents"]]
    return ", ".join(told)


def headline(answer: Json) -> str:
    """Return whether the check passed, and what is left open."""
    counts = answer["counts"]
    found = [
        counted(counts[key], one, several)
        for key, one, several in (
            ("errors", "error", "errors"),
            ("warnings", "warning", "warnings"),
            ("notes", "note", "notes"),
        )
        if counts[key]
    ]
    verdict = "Passed" if answer["passed"] else "Failed"
    return f"{verdict}: {', '.join(found)}" if found else verdict


def tally(answer: Json) -> str:
    """Return how many policies came to what."""
    counts = answer["counts"]
    told = [f"{counts[status]} {title.lower()}" for status, title in GROUPS.items() if counts[status]]
    every = len(answer["results"])
    return f"{counted(every, 'policy', 'policies')}: {', '.join(told)}"


def incomplete(answer: Json) -> str:
    """Return that amounts are lower bounds; empty where everything has a price."""
    if answer["complete"]:
        return ""
    ends = ": exit code 3, since --strict is set" if answer["strict"] else ""
    return f"Something has no price, so amounts are at least what is said{ends}."


def waived(waiver: Json) -> str:
    """Return until when, by whom and why a finding is accepted."""
    return f"waived until {waiver['expires']} by {waiver['owner']}: {waiver['reason']}"


def expiry(waiver: Json) -> str:
    """Return that a finding was accepted once."""
    return f"no longer waived: it was until {waiver['expires']} by {waiver['owner']}: {waiver['reason']}"
