"""A diff as GitHub's Markdown for a comment on a change, laid out by templates/diff.md.j2.

What is longer than a comment may be is cut, and says so: first what changed line by line, then resources and texts.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.report.words import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from re import Match

    from jinja2 import Environment

    from planner.diff_report.view import DiffView, Resource, Section

__all__ = ["LONGEST", "render_markdown"]

Json = dict[str, Any]

# GitHub takes 65,536 characters; what posts a comment adds a marker, and other forges count bytes.
LONGEST: Final = 64_000
_MOST_ROWS: Final = 200
_LONGEST_TEXT: Final = 400
_MOST_WARNINGS: Final = 3  # and notes, in sight; all of them are in the details
_NOTES: Final = "Notes"
# Addresses, issues of this and of other repositories, merge requests: linked, and noted at what they link to.
_LINKED: Final = re.compile(r"://|www\.|[#!](?=\d)|\bGH-(?=\d)", re.IGNORECASE)


class _Room(NamedTuple):
    """How many resources, of them in detail, and texts of a section there is room for."""

    resources: int
    details: int
    texts: int


class _Cut(NamedTuple):
    """A section as far as there is room; `more` is how many texts are left out, empty for none."""

    title: str
    remark: str
    texts: tuple[str, ...]
    number: str
    more: str


def render_markdown(document: Json, *, marker: str | None = None) -> str:
    """Return a diff's document as Markdown; `marker` is the name of the hidden marker that finds the comment again.

    Raises:
        ValueError: for a marker that is more than small letters, digits and dashes, 40 at most.
    """
    from planner.diff_report.view import diff_view, size_of_delta
    from planner.report.markdown import Markdown

    hidden = Markdown(_hidden(marker)) if marker is not None else ""
    ordered = sorted(document["resources"], key=size_of_delta)
    view = diff_view({**document, "resources": ordered})
    template = _environment().get_template("diff.md.j2")
    texts = (template.render(_context(view, ordered, room), marker=hidden) for room in _rooms(len(ordered)))
    return next(text for text in texts if len(text.encode()) <= LONGEST)


def _hidden(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,40}", name):
        raise ValueError(f"{name!r} is no name of a marker: small letters, digits and dashes, 40 at most")
    return f"<!-- fmplan:comment:{name} -->"


def _rooms(resources: int) -> Iterator[_Room]:
    """Yield less and less room; the last one is so little that it fits whatever is said."""
    rows = min(resources, _MOST_ROWS)
    details, texts = rows, _MOST_ROWS
    while details:
        yield _Room(rows, details, texts)
        details //= 2
    while rows > 1 or texts > 1:
        yield _Room(rows, 0, texts)
        rows, texts = max(rows // 2, 1), max(texts // 2, 1)
    # Some twenty texts of 400 characters, none of which is longer than `&#124;` when it is written.
    yield _Room(rows, 0, texts)


def _context(view: DiffView, ordered: Sequence[Json], room: _Room) -> Json:
    """Return what the template lays out, cut to the room there is."""
    from planner.diff_report.words import counted

    rows = view.resources[: room.resources]
    detailed = [each for each in rows if each.changes or each.lines]
    details = detailed[: room.details]
    left_out = len(detailed) - len(details)
    sections = [_cut_section(section, room) for section in view.sections]
    warnings = [section for section in view.sections if section.warns]
    few = room._replace(texts=min(room.texts, _MOST_WARNINGS))
    return {
        "diff": _cut_view(view, room),
        "resources": [_cut_resource(each, room) for each in rows],
        "rest": _rest(ordered[len(rows) :]),
        "details": [_cut_resource(each, room) for each in details],
        "more_details": f"And {counted(left_out, 'more resource')}, in the JSON answer." if left_out else "",
        "sections": [
            cut
            for section, cut in zip(view.sections, sections, strict=True)
            if not (section.warns or section.title == _NOTES) or len(section.texts) > _MOST_WARNINGS
        ],
        "warnings": [_cut_section(section, few) for section in warnings],
        "notes": [text for section in sections if section.title == _NOTES for text in section.texts],
        "notes_in_sight": [
            text for section in sections if section.title == _NOTES for text in section.texts[:_MOST_WARNINGS]
        ],
    }


def _cut_view(view: DiffView, room: _Room) -> DiffView:
    from planner.diff_report.words import cut

    return view._replace(
        before=cut(view.before, _LONGEST_TEXT),
        after=cut(view.after, _LONGEST_TEXT),
        circumstances=cut(view.circumstances, _LONGEST_TEXT),
        decision=cut(view.decision, 2 * _LONGEST_TEXT),
        because=tuple(cut(text, _LONGEST_TEXT) for text in view.because[: room.texts]),
    )


def _cut_resource(resource: Resource, room: _Room) -> Resource:
    from planner.diff_report.words import cut

    return resource._replace(
        path=cut(resource.path, _LONGEST_TEXT),
        type=cut(resource.type, _LONGEST_TEXT),
        status=cut(resource.status, _LONGEST_TEXT),
        changes=resource.changes[: room.texts],
        lines=resource.lines[: room.texts],
    )


def _cut_section(section: Section, room: _Room) -> _Cut:
    from planner.diff_report.words import cut

    left_out = len(section.texts) - room.texts
    return _Cut(
        section.title,
        section.remark,
        tuple(cut(text, _LONGEST_TEXT) for text in section.texts[: room.texts]),
        f"{len(section.texts):,}",
        f"{left_out:,}" if left_out > 0 else "",
    )


def _rest(resources: Iterable[Json]) -> str:
    """Return how many resources have no row, and what they come to together."""
    from decimal import Decimal

    from planner.diff_report.words import counted, signed

    deltas = [Decimal((each.get("monthly_usd") or {}).get("delta") or "0") for each in resources]
    if not deltas:
        return ""
    together = signed(sum(deltas))
    return f"And {counted(len(deltas), 'more resource')}, {together} a month together; the JSON answer has all."


@cache
def _environment() -> Environment:
    """Return the environment of the house's Markdown, in which a name is not even a link."""
    from planner.report.markdown import Markdown, environment, prose

    def unlinked(value: object) -> Markdown:
        return value if isinstance(value, Markdown) else prose(_LINKED.sub(_apart, plain_text(value)))

    def code_or_text(value: object) -> Markdown:
        from planner.report.markdown import code

        # Whoever looks for the marker of a comment must find one at most.
        return unlinked(value) if "<!--" in str(value) else code(value)

    def inner(value: object) -> Markdown:
        """Return what never begins a line, so that its sign needs no backslash."""
        return Markdown(unlinked(value).removeprefix("\\"))

    made = environment().overlay(finalize=unlinked)
    made.filters = {**made.filters, "code": code_or_text, "inner": inner}
    return made


def _apart(found: Match[str]) -> str:
    """Put an unseen word joiner into what GitHub and GitLab link or notify."""
    return f"{found[0][0]}\u2060{found[0][1:]}" if found[0][0] in ":#!" else f"{found[0][:-1]}\u2060{found[0][-1]}"
