"""The blocks of README and docs/diff.md that show a diff: an example workload before and after more requests."""

from __future__ import annotations

import tempfile
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.assumptions import load_assumptions
from planner.diff.document import diff_document
from planner.diff.sources import Named, Sources
from planner.diff_report.markdown import render_markdown
from planner.diff_report.text import render_text
from planner.price_book import PriceBook

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["demo_comment", "demo_diff"]

_EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "support-assistant.yaml"
# The requests at which another vector store pays are between the two.
_CHANGED = (
    ("requests_per_month: 300000", "requests_per_month: 30000000"),
    ("peak_requests_per_minute: 60", "peak_requests_per_minute: 6000"),
)
_SECTIONS = ("Monthly cost", "A month", "Cost", "Decision", "Flip points crossed", "Notes")


@cache
def _document() -> Mapping[str, Any]:
    text = _EXAMPLE.read_text(encoding="utf-8")
    for old, new in _CHANGED:
        text = text.replace(old, new)
    sources = Sources(book=PriceBook(), today=date(2026, 11, 20))
    hours = Decimal(str(load_assumptions()["double_running_hours"].value))
    with tempfile.TemporaryDirectory() as folder:
        head = Path(folder) / "workload.yaml"
        head.write_text(text, encoding="utf-8")
        before, after = sources.sides(Named("main:workload.yaml", _EXAMPLE), Named("workload.yaml", head))
        return diff_document(before, after, double_running_hours=hours, replan=sources.replan)


def demo_diff() -> str:
    """A diff as the command prints it, for a reader with a minute: what only repeats the file is left out."""
    text = render_text(dict(_document()), width=100, color=False, unicode=True)
    sections = [section.strip("\n") for section in text.split("\n\n")]
    kept = [section for section in sections if section.startswith(_SECTIONS)]
    return "```text\n" + "\n\n".join(kept) + "\n```\n"


def demo_comment() -> str:
    """The same diff as a comment on a pull request."""
    return "~~~markdown\n" + render_markdown(dict(_document()), marker="cost").strip("\n") + "\n~~~\n"
