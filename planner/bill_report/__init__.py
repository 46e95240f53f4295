"""A usage bill's answer as text for a terminal, as Markdown, as CSV, as JSON: one renderer a format.

Nothing here reads clock, network, environment or locale: width, colour and glyphs are what the caller says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.price_book import PriceBook

__all__ = ["render_csv", "render_json", "render_markdown", "render_text"]

Json = dict[str, Any]


def render_text(answer: Json, *, width: int, color: bool, unicode: bool = True, book: PriceBook | None = None) -> str:
    """Return a bill as text of a width in columns; without `unicode` it is pure ASCII.

    `book` knows the titles of the sources; by default it is the planner's own.
    """
    from planner.bill_report.terminal import terminal_bill
    from planner.bill_report.view import bill_view

    return terminal_bill(bill_view(answer, book=book), width=width, color=color, unicode=unicode)


def render_markdown(answer: Json, *, book: PriceBook | None = None) -> str:
    """Return a bill as GitHub's Markdown; `book` as for text."""
    from planner.bill_report.view import bill_view
    from planner.report.markdown import environment

    return environment().get_template("bill.md.j2").render(bill=bill_view(answer, book=book))


def render_csv(answer: Json) -> str:
    """Return a bill as a table for programs and spreadsheets: one row a line, the unpriced ones after the priced."""
    from planner.bill_report.csv import csv_bill

    return csv_bill(answer)


def render_json(answer: Json) -> str:
    """Return a bill's answer as JSON."""
    from planner.report import render_json as as_json

    return as_json(answer)
