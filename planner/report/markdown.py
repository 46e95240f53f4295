"""A report as GitHub's Markdown, laid out by templates/report.md.j2: each of its expressions is escaped here."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from planner.bundled import bundled_root
from planner.report.words import plain_text

if TYPE_CHECKING:
    from planner.report.view import ReportView

__all__ = ["code", "environment", "markdown_report", "prose"]

# A backslash in front makes these letters; within a word, as in monthly_usd, `_` means nothing anyway.
_MARKS = re.compile(r"[\\`*\[\]~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# A table is cut at each `|` before anything else in it is read, so this one is better not written at all.
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})
# What opens a heading, a list or a rule where it begins a line.
_OPENING = re.compile(r"^(?:[#+=-]|\d+(?=[.)](?: |$)))")
# An amount's sign; two of another kind in one line would be read as a formula.
_AMOUNT = re.compile(r"\\\$(?=\d[\d,]*(?:\.\d+)?(?![\w$]))")
_TICKS = re.compile(r"`+")
# Names that GitHub notifies or links where they stand in prose.
_MENTION = re.compile(r"(?<![\w`&])([@#])(?=\w)")


class Markdown(str):
    """Markdown that is meant as such and goes out as it is."""

    __slots__ = ()


def prose(value: object) -> Markdown:
    """Return text that reads in Markdown as it was written: on one line, nothing in it taken for markup or HTML."""
    if isinstance(value, Markdown):
        return value
    text = plain_text(value).translate(_ENTITIES)
    text = _AMOUNT.sub("$", _MARKS.sub(lambda found: "\\" + found[0], text))
    text = _MENTION.sub("\\1\u2060", text)  # a word joiner: unseen, and no name begins with it
    opening = _OPENING.match(text)
    if opening is None:
        return Markdown(text)
    end = opening.end()
    return Markdown(f"\\{text}" if not text[0].isdigit() else f"{text[:end]}\\{text[end:]}")


def code(value: object) -> Markdown:
    """Return text as a code span that may stand in a table; empty text stays empty."""
    text = plain_text(value)
    if not text or "|" in text:
        return prose(text)
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return Markdown(f"{fence}{pad}{text}{pad}{fence}")


def _link(title: object, url: str) -> Markdown:
    """Return a link, or the title where there is no address that a link can hold."""
    if re.fullmatch(r"https://[^\s<>()\[\]|\\`\"]+", url):
        return Markdown(f"[{prose(title)}]({url})")
    return prose(title)


def _codes(values: tuple[str, ...]) -> Markdown:
    return Markdown(", ".join(code(value) for value in values))


@cache
def environment() -> Environment:
    """Return the environment of Markdown templates: what is not Markdown on purpose is escaped."""
    made = Environment(
        loader=FileSystemLoader(bundled_root() / "templates", encoding="utf-8"),
        autoescape=False,  # noqa: S701  (Markdown is escaped by `finalize`, which knows more than HTML)
        finalize=prose,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {"code": code, "codes": _codes, "link": _link}
    return made


def markdown_report(view: ReportView) -> str:
    """Return a report as Markdown."""
    return environment().get_template("report.md.j2").render(plan=view)
