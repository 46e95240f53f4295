"""A report for a terminal: first what was chosen, its cost and why, then the bill, then what else was weighed."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Final, NamedTuple

from rich.console import Console
from rich.text import Text

from planner.report.bill import measured
from planner.report.layout import LEAST_WIDTH, Column, Page, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from planner.report.bill import BillLine, Group
    from planner.report.prices import Cited, SumRow
    from planner.report.view import Reason, ReportView

__all__ = ["ASCII", "UNICODE", "Glyphs", "console_of", "terminal_report"]

_MOST_ALTERNATIVES: Final = 8
_COLUMNS: Final = (
    Column("Name"),
    Column("Quantity", number=True),
    Column("Unit"),
    Column("Unit price", number=True, optional=True),
    Column("Idle", number=True, optional=True),
)
_TALL: Final = 1_000_000  # stated, so that no terminal is asked


class Glyphs(NamedTuple):
    """What lines of a tree and bullets are drawn with."""

    branch: str
    last: str
    through: str
    bullet: str


UNICODE: Final = Glyphs("├─ ", "└─ ", "│  ", "• ")
ASCII: Final = Glyphs("|- ", "`- ", "|  ", "- ")


def console_of(*, width: int, color: bool) -> Console:
    """Return a console that reads nothing of the machine it runs on."""
    return Console(
        file=StringIO(),
        width=width,
        height=_TALL,
        force_terminal=color,
        force_interactive=False,
        force_jupyter=False,
        color_system="standard" if color else None,
        no_color=not color,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
        _environ={},
    )


class _Report:
    """Writes the sections of a view onto a page."""

    def __init__(self, view: ReportView, page: Page, glyphs: Glyphs, clean: Callable[[str], str]) -> None:
        self.view = view
        self.page = page
        self.glyphs = glyphs
        self.clean = clean

    def styled(self, text: str, style: str = "") -> Text:
        return Text(self.clean(text), style=style)

    def bullets(self, texts: Iterable[str], style: str = "") -> None:
        for text in texts:
            self.page.text(self.styled(text, style), first="  " + self.glyphs.bullet)

    def section(self, title: str, texts: tuple[str, ...], style: str = "") -> None:
        if texts:
            self.page.heading(title)
            self.bullets(texts, style)

    def headline(self) -> None:
        view, page = self.view, self.page
        page.text(joined(self.styled(f"{view.name}: ", "bold"), self.styled(view.title, "bold green")))
        band = f" ({view.band})" if view.band else ""
        page.text(
            joined(
                self.styled(f"{view.at_least}{view.monthly} a month", "bold cyan"),
                self.styled(band, "dim"),
                self.styled(f", idle floor {view.idle}", "cyan"),
            )
        )
        once = f", {view.one_time} of it one-time" if view.one_time_groups else ""
        page.text(self.styled(f"{view.at_least}{view.total} over {view.horizon}{once}"))
        if view.currency:
            page.text(self.styled(view.currency, "cyan"))
        page.text(self.styled(" · ".join((view.region, *(value for _, value in view.choices))), "dim"))
        if not view.admissible:
            page.blank()
            page.text(self.styled("No design meets the constraints; this is the nearest one. It misses:", "bold red"))
            self.bullets(view.misses, "red")
        if view.at_least:
            page.blank()
            page.text(self.styled("Some of it has no price: each total is a least amount.", "bold yellow"))

    def why(self) -> None:
        page, view = self.page, self.view
        page.heading("Why")
        if view.summary:
            page.text(self.styled(view.summary), first="  ")
        for reason in view.reasons:
            self.reason(reason, "  " + self.glyphs.bullet)
        self.section("Warnings", view.warnings, "yellow")
        if view.unpriced:
            page.heading("Without a price", "in no amount of this report")
            for item in view.unpriced:
                amount = f", {item.quantity}" if item.quantity else ""
                page.text(self.styled(f"{item.what}{amount}: {item.reason}", "yellow"), first="  " + self.glyphs.bullet)
        if not view.synthesized:
            page.blank()
            page.text(self.styled("Planned and priced only: no stack synthesizes this design yet.", "yellow"))

    def reason(self, reason: Reason, first: str) -> None:
        reads = f" [{', '.join(reason.reads)}]" if reason.reads else ""
        self.page.text(joined(self.styled(reason.text), self.styled(reads, "dim")), first=first)

    def bill(self, title: str, groups: tuple[Group, ...], sums: tuple[SumRow, ...], *, idle: bool = False) -> None:
        if not groups:
            return
        page = self.page
        page.heading(title)
        columns = (*_COLUMNS[: 5 if idle else 4], Column("Monthly" if idle else "Cost", number=True))
        rows = [[self.cells(line, glyph, idle=idle) for line, glyph in self.tree(group)] for group in groups]
        below = [self.sum(row, idle=idle) for row in sums]
        fitted = page.fit(columns, [*(row for group in rows for row in group), *below])
        if fitted is not None:
            page.titles(columns, fitted)
        for group, cells in zip(groups, rows, strict=True):
            detail = f"  {group.detail}" if group.detail else ""
            page.text(joined(self.styled(group.name, "bold"), self.styled(detail, "dim")))
            if fitted is None:
                self.narrow(group)
                continue
            for row in cells:
                page.row(row, columns, fitted)
        for row in below:
            if fitted is None:
                page.text(joined(row[0], Text(": ", style="bold"), row[-1]))
            else:
                page.row(row, columns, fitted)

    def sum(self, row: SumRow, *, idle: bool) -> tuple[Text, ...]:
        amounts = (self.styled(row.idle), self.styled(row.amount, "bold"))
        return (self.styled(row.label, "bold"), Text(), Text(), Text(), *(amounts if idle else amounts[1:]))

    def tree(self, group: Group) -> Iterable[tuple[BillLine, str]]:
        for number, line in enumerate(group.lines, start=1):
            yield line, self.glyphs.last if number == len(group.lines) else self.glyphs.branch

    def cells(self, line: BillLine, glyph: str, *, idle: bool) -> tuple[Text, ...]:
        name = joined(Text(glyph, style="dim"), self.styled(line.label))
        texts = (line.quantity, line.unit, line.unit_price, *((line.idle,) if idle else ()), line.usd)
        return (name, *(self.styled(text) for text in texts))

    def narrow(self, group: Group) -> None:
        for line, glyph in self.tree(group):
            rest = "   " if glyph == self.glyphs.last else self.glyphs.through
            text = f"{line.label}: {measured(line.quantity, line.unit)}"
            self.page.text(joined(self.styled(f"{text}, "), self.styled(line.usd, "bold")), first=glyph, rest=rest)

    def notes(self) -> None:
        view, page = self.view, self.page
        if view.notes:
            page.heading("Other sources say otherwise", "of prices in the lines above")
        for number, text in enumerate(view.notes, start=1):
            page.text(self.styled(text), first=f"  [{number}] ")

    def totals(self) -> None:
        view, page = self.view, self.page
        page.heading("Cost", "at least: some of it has no price" if view.at_least else "")
        columns = (Column(""), *(Column(title, number=True) for title in ("Estimate", "Low", "High")))
        rows = [
            (self.styled(row.label), self.styled(row.estimate, "bold"), self.styled(row.low), self.styled(row.high))
            for row in view.amounts
        ]
        page.table(columns, rows)
        if view.worth:
            page.text(self.styled(f"What the requests are worth: {view.worth}"), first="  ")
        if view.people:
            page.text(self.styled(f"People, in no total: {view.people}"), first="  ")

    def rejected(self) -> None:
        view, page = self.view, self.page
        if view.rejected:
            page.heading("Rejected rungs")
        for rung in view.rejected:
            amounts = [f"{rung.monthly} a month", f"{rung.one_time} one-time", f"{rung.total} over {view.horizon}"]
            written = ", ".join(text for text in amounts if text[0] != " ") or "no design to price"
            page.text(joined(self.styled(rung.title, "bold"), self.styled(f"  {written}")), first="  ")
            for reason in rung.reasons:
                self.reason(reason, "    " + self.glyphs.bullet)

    def then(self) -> None:
        if self.view.then:
            self.page.heading("Then")
            rungs = ", then ".join(self.view.then)
            self.page.text(self.styled(f"Once this works, the stated needs call for {rungs}."), first="  ")

    def alternatives(self) -> None:
        view, page = self.view, self.page
        if not view.alternatives:
            return
        page.heading("Alternatives", "what differs from the choice, best first")
        columns = (Column("Design"), *(Column(title, number=True) for title in ("Monthly", "Total")))
        shown = view.alternatives[:_MOST_ALTERNATIVES]
        rows = [(self.styled(each.design), self.styled(each.monthly), self.styled(each.total)) for each in shown]
        page.table(columns, rows, [self.styled(each.why_not, "dim") for each in shown])
        more = len(view.alternatives) - len(shown)
        if more:
            page.text(self.styled(f"and {more} more, in the plan's JSON", "dim"), first="  ")

    def assumptions(self) -> None:
        view, page = self.view, self.page
        if not view.assumptions:
            return
        page.heading("Assumptions", "replace any of them in the workload")
        # Where nothing was measured, nothing tells the ones that matter from the others.
        mattering = [entry for entry in view.assumptions if entry.matters] or view.assumptions
        columns = (Column("Key"), Column("Value"), Column("Moves total by", number=True))
        rows = [(self.styled(each.key), self.styled(each.value), self.styled(each.moves)) for each in mattering]
        page.table(columns, rows, [self.styled(each.why, "dim") for each in mattering])
        rest = [f"{entry.key}: {entry.value}" for entry in view.assumptions if entry not in mattering]
        if rest:
            page.text(
                self.styled(f"Assumed too, without a range that moves the total: {'; '.join(rest)}.", "dim"), first="  "
            )

    def closing(self) -> None:
        view, page = self.view, self.page
        page.blank()
        prices = f"{view.prices}{', from' if view.sources else ''}"
        page.text(joined(self.styled("Estimate, not a quote. ", "bold"), self.styled(prices)))
        self.bullets((_cited(source) for source in view.sources), "dim")


def _cited(source: Cited) -> str:
    return f"{source.title}, in force {source.effective}" if source.effective else source.title


def terminal_report(view: ReportView, *, width: int, color: bool, clean: Callable[[str], str], unicode: bool) -> str:
    """Return a report as lines for a terminal; `clean` makes any text fit for it."""
    console = console_of(width=max(width, LEAST_WIDTH), color=color)
    page = Page(console, width=width)
    report = _Report(view, page, UNICODE if unicode else ASCII, clean)
    report.headline()
    report.why()
    report.bill("Each month", view.monthly_groups, view.monthly_sums, idle=True)
    report.bill("Once", view.one_time_groups, view.one_time_sums)
    report.notes()
    report.totals()
    report.rejected()
    report.then()
    report.section("What would change the choice", view.would_change)
    report.alternatives()
    report.assumptions()
    report.closing()
    return page.printed(color=color)
