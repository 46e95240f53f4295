"""A plan as text for a terminal, as Markdown, as JSON: one view of it, one renderer a format.

Nothing here reads clock, network, environment or locale: width, colour and glyphs are what the caller says.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.plan_document import PlanDocument

__all__ = ["render_json", "render_json_line", "render_markdown", "render_text", "to_ascii"]


def render_text(plan: PlanDocument, *, width: int, color: bool, unicode: bool = True) -> str:
    """Return a plan as text of a width in columns; without `unicode` it is pure ASCII."""
    from planner.report.terminal import terminal_report
    from planner.report.view import report_view

    clean = str if unicode else to_ascii
    return terminal_report(report_view(plan), width=width, color=color, unicode=unicode, clean=clean)


def render_markdown(plan: PlanDocument) -> str:
    """Return a plan as GitHub's Markdown, for people who review a change."""
    from planner.report.markdown import markdown_report
    from planner.report.view import report_view

    return markdown_report(report_view(plan))


def render_json(document: dict[str, Any]) -> str:
    """Return an answer as JSON for people and tools, its keys in the order given."""
    return json.dumps(document, indent=2, ensure_ascii=False, default=_number) + "\n"


def render_json_line(document: dict[str, Any]) -> str:
    """Return an answer as one line of JSON."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, default=_number)
    # Valid within JSON's strings, but many readers of lines break there.
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085") + "\n"


def _number(value: object) -> int | float:
    """Return what JSON takes for a decimal where the contract asks for a number and not for an amount."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    message = f"{value!r} cannot be written as JSON"
    raise TypeError(message)


_DASHES = dict.fromkeys("–—−·•", "-")
_QUOTES = {"\u2018": "'", "’": "'", "“": '"', "”": '"'}
_ASCII_FOR = str.maketrans({**_DASHES, **_QUOTES, "×": "x", "≥": ">=", "≤": "<=", "→": "->", "…": "..."})


def to_ascii(text: str) -> str:
    """Return text for a terminal that can write nothing but ASCII: accents go, what has no such form becomes `?`."""
    if text.isascii():
        return text
    from unicodedata import combining, normalize

    apart = normalize("NFKD", text.translate(_ASCII_FOR))
    bare = "".join(character for character in apart if not combining(character))
    return bare.encode("ascii", "replace").decode("ascii")
