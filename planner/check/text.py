"""A check as text for a terminal or a log: one line a finding, grouped by what policies came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.check.words import GROUPS, expiry, headline, incomplete, subject, tally, waived
from planner.report.words import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["render_text"]

Json = dict[str, Any]

_STYLES: Final = {"error": "31", "warning": "33", "note": "36", "Failed": "1;31", "Passed": "1;32", "dim": "2"}


def render_text(answer: Json, *, color: bool, unicode: bool) -> str:
    """Return a check's answer as lines of text; they are not wrapped, so that each can be searched for."""
    from planner.report import to_ascii

    text = "".join(f"{line}\n" for line in _Text(color=color).lines(answer))
    return text if unicode else to_ascii(text)


class _Text:
    """Writes lines, with colours where they are wanted."""

    def __init__(self, *, color: bool) -> None:
        self.color = color

    def styled(self, text: str, style: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.color else text

    def lines(self, answer: Json) -> Iterator[str]:
        yield self.styled(headline(answer), "Passed" if answer["passed"] else "Failed")
        yield plain_text(f"{subject(answer)}, by {answer['policy_file']}, as of {answer['day']}")
        if incomplete(answer):
            yield self.styled(incomplete(answer), "warning")
        by_status: dict[str, list[Json]] = {status: [] for status in GROUPS}
        for result in answer["results"]:
            by_status[result["status"]].append(result)
        for status in ("violated", "unconfirmed", "waived"):
            yield from self.group(GROUPS[status], by_status[status])
        if answer["unused_waivers"]:
            yield ""
            yield "Waivers"
            for each in answer["unused_waivers"]:
                yield f"  {self.styled('note', 'note')}  {self.where(each['place'])}: {plain_text(each['text'])}"
        for status in ("passed", "not_applicable"):
            if by_status[status]:
                yield ""
                yield GROUPS[status]
                for result in by_status[status]:
                    said = result["reason"] or result["text"]
                    yield f"  {result['id']}  {self.styled(plain_text(said), 'dim')}"
        yield ""
        yield tally(answer)

    def group(self, title: str, results: list[Json]) -> Iterator[str]:
        if not results:
            return
        yield ""
        yield title
        for result in results:
            yield f"  {result['id']}  {self.styled(plain_text(result['text']), 'dim')}"
            for each in result["findings"]:
                level = self.styled(each["level"], each["level"]) if each["waiver"] is None else "waived"
                yield f"    {level}  {self.where(each['place'])}: {plain_text(each['text'])}"
                for waiver, words in ((each["waiver"], waived), (each["expired_waiver"], expiry)):
                    if waiver is not None:
                        yield f"      {plain_text(words(waiver))}"

    def where(self, place: Json) -> str:
        return plain_text(f"{place['file']}:{place['line']}")
