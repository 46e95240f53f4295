"""A check as SARIF: each policy of the file is a rule, findings point at the line they are about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from planner.check.words import expiry, waived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.sarif import Finding

__all__ = ["render_sarif"]

Json = dict[str, Any]

_UNUSED: Final = "unused-waiver"  # no id of a policy: those that a file gives could not be told from it


def render_sarif(answer: Json) -> str:
    """Return a check's answer as a SARIF log."""
    from planner import __version__
    from planner.sarif import Rule, sarif_log

    rules = [Rule(each["id"], _name(each["id"]), each["text"]) for each in answer["results"]]
    rules.append(Rule(f"fmplan/{_UNUSED}", "UnusedWaiver", "A waiver accepts findings that are there."))
    log = sarif_log(rules, list(_findings(answer)), version=__version__)
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _name(identifier: str) -> str:
    return "".join(word.capitalize() for word in identifier.replace("-", "_").split("_"))


def _findings(answer: Json) -> Iterator[Finding]:
    from planner.sarif import Finding

    for result in answer["results"]:
        for each in result["findings"]:
            place = each["place"]
            text = (
                each["text"] if each["expired_waiver"] is None else f"{each['text']}; {expiry(each['expired_waiver'])}"
            )
            yield Finding(
                result["id"],
                each["level"],
                text,
                place["file"],
                place["line"],
                place["column"],
                each["resource"],
                None if each["waiver"] is None else waived(each["waiver"]),
                {name: each[name] for name in ("measured", "limit") if each[name] is not None},
            )
    for each in answer["unused_waivers"]:
        place = each["place"]
        yield Finding(f"fmplan/{_UNUSED}", "note", each["text"], place["file"], place["line"], place["column"])
