"""A check as GitHub's Markdown: the verdict, the findings as a table, and what passed folded away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.check.words import GROUPS, expiry, headline, incomplete, subject, tally, waived

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["render_markdown"]

Json = dict[str, Any]

_MOST_ROWS: Final = 100  # a comment on a change has a limit
_LONGEST: Final = 400  # characters of a sentence


def render_markdown(answer: Json) -> str:
    """Return a check's answer as Markdown."""
    return "".join(f"{line}\n" for line in _lines(answer))


def _lines(answer: Json) -> Iterator[str]:
    from planner.report.markdown import code, prose

    yield f"### {'✅' if answer['passed'] else '❌'} {prose(headline(answer))}"
    yield ""
    yield f"{prose(subject(answer))}, by {code(answer['policy_file'])}, as of {answer['day']}. {prose(tally(answer))}."
    if incomplete(answer):
        yield ""
        yield f"> [!WARNING]\n> {prose(incomplete(answer))}"
    rows = [(result, each) for result in answer["results"] for each in result["findings"]]
    rows.sort(key=lambda row: (row[1]["waiver"] is not None, ("error", "warning", "note").index(row[1]["level"])))
    if rows:
        yield ""
        yield "| | policy | finding |\n| --- | --- | --- |"
        yield from (_row(result, each) for result, each in rows[:_MOST_ROWS])
        if len(rows) > _MOST_ROWS:
            yield f"\nAnd {len(rows) - _MOST_ROWS:,} more findings; the JSON answer has all."
    if answer["unused_waivers"]:
        yield ""
        yield from (f"- {prose(_cut(each['text']))}" for each in answer["unused_waivers"][:_MOST_ROWS])
    for status in ("passed", "not_applicable"):
        results = [each for each in answer["results"] if each["status"] == status]
        if results:
            yield ""
            yield f"<details><summary>{GROUPS[status]}: {len(results)}</summary>"
            yield ""
            yield from (f"- {code(each['id'])}: {prose(each['reason'] or each['text'])}" for each in results)
            yield ""
            yield "</details>"


def _row(result: Json, finding: Json) -> str:
    from planner.report.markdown import code, prose

    place = f"{finding['place']['file']}:{finding['place']['line']}"
    sentences = [str(prose(_cut(finding["text"])))]
    for waiver, words in ((finding["waiver"], waived), (finding["expired_waiver"], expiry)):
        if waiver is not None:
            sentences.append(str(prose(_cut(words(waiver)))))
    level = "waived" if finding["waiver"] is not None else finding["level"]
    return f"| {level} | {code(result['id'])}<br>{code(place)} | {'<br>'.join(sentences)} |"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
