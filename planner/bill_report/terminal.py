"""A usage bill for a terminal: the total first, then its lines, what has no price, and whose prices were used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.text import Text

from planner.report import to_ascii
from planner.report import words as say
from planner.report.bill import measured
from planner.report.layout import LEAST_WIDTH, Column, Page, joined
from planner.report.terminal import ASCII, UNICODE, console_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from planner.bill_report.view import BillView
    from planner.report.bill import BillLine, Cited, Group
    from planner.report.terminal import Glyphs

__all__ = ["terminal_bill"]

_COLUMNS: Final = (
    Column("Name"),
    Column("Quantity", number=True),
    Column("Unit"),
    Column("Unit price", number=True, optional=True),
    Column("Cost", number=True),
)


class _Bill:
    """Writes the sections of a view onto a page."""

    def __init__(self, view: BillView, page: Page, glyphs: Glyphs, clean: Callable[[str], str]) -> None:
        self.view = view
        self.page = page
        self.glyphs = glyphs
        self.clean = clean

    def styled(self, text: str, style: str = "") -> Text:
        return Text(self.clean(text), style=style)

    def section(self, title: str, texts: Iterable[str], style: str = "", remark: str = "") -> None:
        for number, text in enumerate(texts):
            if not number:
                self.page.heading(title, remark)
            self.page.text(self.styled(text, style), first="  " + self.glyphs.bullet)

    def headline(self) -> None:
        view, page = self.view, self.page
        page.text(self.styled(view.headline, "bold cyan" if view.complete else "bold yellow"))
        if view.currency:
            page.text(self.styled(say.sentence(view.currency), "cyan"))
        free = " · free allowances taken off" if view.free_tier else ""
        page.text(self.styled(f"{view.region} · prices in force on {view.as_of}{free}", "dim"))

    def lines(self) -> None:
        view, page = self.view, self.page
        if not view.groups:
            return
        page.blank()
        rows = [[self.cells(line, glyph) for line, glyph in self.tree(group)] for group in view.groups]
        sums = [self.total(label, amount) for label, amount in view.totals]
        fitted = page.fit(_COLUMNS, [*(row for group in rows for row in group), *sums])
        if fitted is not None:
            page.titles(_COLUMNS, fitted)
        for group, cells in zip(view.groups, rows, strict=True):
            detail = f"  {group.detail}" if group.detail else ""
            page.text(joined(self.styled(group.name, "bold"), self.styled(detail, "dim")))
            if fitted is None:
                self.narrow(group)
                continue
            for row in cells:
                page.row(row, _COLUMNS, fitted)
        for row in sums:
            if fitted is None:
                page.text(joined(row[0], Text(": "), row[-1]))
            else:
                page.row(row, _COLUMNS, fitted)

    def total(self, label: str, amount: str) -> tuple[Text, ...]:
        return (self.styled(label, "bold"), Text(), Text(), Text(), self.styled(amount, "bold"))

    def tree(self, group: Group) -> Iterator[tuple[BillLine, str]]:
        for number, line in enumerate(group.lines, start=1):
            yield line, self.glyphs.last if number == len(group.lines) else self.glyphs.branch

    def cells(self, line: BillLine, glyph: str) -> tuple[Text, ...]:
        name = joined(Text(glyph, style="dim"), self.styled(line.label))
        return (name, *map(self.styled, (line.quantity, line.unit, line.unit_price, line.usd)))

    def narrow(self, group: Group) -> None:
        for line, glyph in self.tree(group):
            rest = "   " if glyph == self.glyphs.last else self.glyphs.through
            text = f"{line.label}: {measured(line.quantity, line.unit)} at {line.unit_price}, "
            self.page.text(joined(self.styled(text), self.styled(line.usd, "bold")), first=glyph, rest=rest)

    def notes(self) -> None:
        view, page = self.view, self.page
        if view.notes:
            page.heading("Other sources say otherwise")
        for number, text in enumerate(view.notes, start=1):
            page.text(self.styled(text), first=f"  [{number}] ")

    def closing(self) -> None:
        view = self.view
        self.section("Prices in US dollars from", (_cited(source) for source in view.sources), "dim")


def _cited(source: Cited) -> str:
    return f"{source.title}, in force {source.effective}" if source.effective else source.title


def terminal_bill(view: BillView, *, width: int, color: bool, unicode: bool) -> str:
    """Return a bill as lines for a terminal of a width in columns."""
    console = console_of(width=max(width, LEAST_WIDTH), color=color)
    page = Page(console, width=width)
    bill = _Bill(view, page, UNICODE if unicode else ASCII, str if unicode else to_ascii)
    bill.headline()
    bill.section("Warnings", view.warnings, "yellow")
    bill.lines()
    missing = (f"{item.what}, {item.quantity}: {item.reason}" for item in view.unpriced)
    bill.section("Without a price", missing, "yellow", remark="in no amount of this bill")
    bill.section("Free of charge", view.free, remark="taken off the quantities above")
    bill.notes()
    bill.closing()
    return page.printed(color=color)
