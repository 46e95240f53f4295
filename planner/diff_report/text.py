"""A diff for a terminal: the change of the cost first, then what changed as one tree, then what else is to be known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from planner.diff_report.tree import Node
    from planner.diff_report.view import AmountRow, DiffView, Line, Resource
    from planner.report.layout import Page
    from planner.report.terminal import Glyphs

__all__ = ["render_text"]

Json = dict[str, Any]

_STYLES: Final = {"+": "green", "-": "red", "~": "yellow"}
_MONEY_STYLES: Final = {1: "bold red", 0: "", -1: "bold green"}
_TITLES: Final = ("Before", "After", "Delta")
_GAP: Final = 2
_LEAST_BODY: Final = 16
_LEAST_NAME: Final = 34  # a tree in fewer columns reads worse than amounts below it


class _Entry(NamedTuple):
    """A line of the tree: what stands before it, itself, and amounts in columns; no amounts where it has none."""

    first: str
    rest: str
    text: Text
    amounts: tuple[str, ...] = ()
    sign: int = 0


def render_text(document: Json, *, width: int, color: bool, unicode: bool) -> str:
    """Return a diff's document as text of a width in columns; without `unicode` it is pure ASCII."""
    from planner.diff_report.view import diff_view
    from planner.report.layout import LEAST_WIDTH, Page
    from planner.report.terminal import console_of

    console = console_of(width=max(width, LEAST_WIDTH), color=color)
    page = Page(console, width=width)
    _Diff(diff_view(document), console, page, unicode=unicode).write()
    return page.printed(color=color)


class _Diff:
    """Writes a view onto a page."""

    def __init__(self, view: DiffView, console: Console, page: Page, *, unicode: bool) -> None:
        from planner.report import to_ascii
        from planner.report.terminal import ASCII, UNICODE

        self.view = view
        self.console = console
        self.page = page
        self.glyphs: Glyphs = UNICODE if unicode else ASCII
        self.clean: Callable[[str], str] = str if unicode else to_ascii

    def styled(self, text: str, style: str = "") -> Text:
        from rich.text import Text

        return Text(self.clean(text), style=style)

    def write(self) -> None:
        view, page = self.view, self.page
        if not view.differs:
            page.text(self.styled(f"No differences: {view.amounts} a month.", "bold"))
            self.bullets((text for section in view.sections if section.title == "Notes" for text in section.texts), "")
            return
        style = _MONEY_STYLES[view.totals[0].sign] or "bold"
        page.text(self.styled(view.headline, style))
        if view.currency:
            page.text(self.styled(view.currency, "cyan"))
        page.text(self.styled(f"{view.before} → {view.after}"))
        if view.circumstances:
            page.text(self.styled(view.circumstances, "dim"))
        self.resources()
        self.totals()
        self.decision()
        for section in view.sections:
            page.heading(section.title, section.remark)
            self.bullets(section.texts, "yellow" if section.warns else "")
        if view.coverage:
            page.blank()
            page.text(self.styled(f"Resources after: {view.coverage}.", "dim"))

    def bullets(self, texts: Iterable[str], style: str) -> None:
        for text in texts:
            self.page.text(self.styled(text, style), first=f"  {self.glyphs.bullet}")

    def resources(self) -> None:
        from planner.diff_report.tree import tree_of

        if not self.view.resources:
            return
        self.page.blank()
        entries = [entry for node in tree_of(self.view.resources) for entry in self.node(node, "", "")]
        widths = [
            max(len(title), *(len(entry.amounts[at]) for entry in entries if entry.amounts))
            for at, title in enumerate(_TITLES)
        ]
        room = self.page.width - sum(widths) - _GAP * len(widths)
        if room < _LEAST_NAME:
            for entry in entries:
                self.narrow(entry)
            return
        room = min(room, max(_columns(entry) for entry in entries))
        self.row(_Entry("", "", self.styled("A month", "dim"), _TITLES), room, widths, style="dim")
        for entry in entries:
            self.row(entry, room, widths, style=_MONEY_STYLES[entry.sign])

    def row(self, entry: _Entry, room: int, widths: Sequence[int], *, style: str) -> None:
        """Add a line of the tree with its amounts at the end of its first row."""
        from rich.cells import cell_len
        from rich.text import Text

        amounts = entry.amounts or ("",) * len(widths)
        before, after, delta = (text.rjust(width) for text, width in zip(amounts, widths, strict=True))
        for number, (glyphs, line) in enumerate(self.hanging(entry, entry.text, room)):
            pieces = [Text(glyphs, style="dim"), line]
            if entry.amounts and not number:
                space = " " * (room - cell_len(glyphs) - cell_len(line.plain))
                gap = " " * _GAP
                pieces += [self.styled(f"{space}{gap}{before}{gap}{after}{gap}"), self.styled(delta, style)]
            self.add(*pieces)

    def narrow(self, entry: _Entry) -> None:
        """Add a line of the tree with its amounts behind it, where there is no room for columns."""
        from rich.text import Text

        from planner.report.layout import joined

        text = entry.text
        if entry.amounts:
            before, after, delta = entry.amounts
            amounts = f"  {before} → {after}  " if before or after else ""
            text = joined(text, self.styled(amounts), self.styled(delta, _MONEY_STYLES[entry.sign]))
        for glyphs, line in self.hanging(entry, text, self.page.width):
            self.add(Text(glyphs, style="dim"), line)

    def add(self, *pieces: Text) -> None:
        from planner.report.layout import joined

        written = joined(*pieces)
        written.rstrip()
        self.page.lines.append(written)

    def hanging(self, entry: _Entry, text: Text, room: int) -> Iterator[tuple[str, Text]]:
        """Yield the rows of a text, each with what stands before it; a tree too deep for the room is not drawn."""
        from rich.cells import cell_len

        first, rest = entry.first, entry.rest
        if room - max(cell_len(first), cell_len(rest)) < _LEAST_BODY:
            first, rest = "", "  "
        begin, *others = self.wrapped(text, room - cell_len(first))
        yield first, begin
        if others:
            # Later rows have another width, so what is left is wrapped again.
            left = text[len(begin.plain) :]
            left = left[len(left.plain) - len(left.plain.lstrip()) :]
            for line in self.wrapped(left, room - cell_len(rest)):
                yield rest, line

    def wrapped(self, text: Text, room: int) -> Iterable[Text]:
        from rich.cells import cell_len

        if cell_len(text.plain) <= room:
            return (text,)
        return text.wrap(self.console, max(room, 1), overflow="fold")

    def node(self, node: Node, first: str, rest: str) -> Iterator[_Entry]:
        """Yield the lines of a part of the tree; `first` stands before its first line, `rest` before all others."""
        below = list(node.below.values())
        if not node.resources:
            yield _Entry(first, rest, self.styled(node.name, "bold"))
        for number, resource in enumerate(node.resources):
            through = self.glyphs.through if below else "   "
            yield self.resource(resource, node.name, rest if number else first, rest)
            for text, amounts, sign in self.details(resource):
                yield _Entry(rest + through, rest + through + "    ", text, amounts, sign)
        for number, inner in enumerate(below, start=1):
            last = number == len(below)
            branch, through = (self.glyphs.last, "   ") if last else (self.glyphs.branch, self.glyphs.through)
            yield from self.node(inner, rest + branch, rest + through)

    def resource(self, resource: Resource, name: str, first: str, rest: str) -> _Entry:
        from planner.report.layout import joined

        monthly = resource.monthly
        text = joined(
            self.styled(f"[{resource.mark}] ", _STYLES[resource.mark]),
            self.styled(name, "bold"),
            self.styled(f"  {resource.type}", "dim"),
            self.styled(f"  {resource.replacement}" if resource.replacement else "", "bold yellow"),
            self.styled(f"  {resource.status}" if resource.status else "", "dim"),
        )
        return _Entry(first, rest + "    ", text, (monthly.before, monthly.after, monthly.delta), monthly.sign)

    def details(self, resource: Resource) -> Iterator[tuple[Text, tuple[str, ...], int]]:
        """Yield what is said below a resource: its properties, its lines, its other amounts, double running."""
        from planner.report.layout import joined

        for change in resource.changes:
            values = " → ".join(filter(None, (change.before, change.after)))
            why = f" ({change.replacement})" if change.replacement else ""
            yield (
                joined(
                    self.styled("[~] ", _STYLES["~"]),
                    self.styled(f"{change.property}{f': {values}' if values else ''}"),
                    self.styled(why, "bold yellow"),
                ),
                (),
                0,
            )
        for line in resource.lines:
            yield self.styled(_line_text(line)), (line.before, line.after, line.delta), line.sign
        for row in resource.others:
            yield self.styled(row.label), (row.before, row.after, row.delta), row.sign
        if resource.double_running:
            yield self.styled(f"Double running: {resource.double_running}", "yellow"), (), 0

    def totals(self) -> None:
        from planner.report.layout import Column

        page, view = self.page, self.view
        page.heading("Cost")
        columns = (Column(""), *(Column(title, number=True) for title in (*_TITLES, "")))
        page.table(columns, [self.total(row) for row in view.totals])
        for text in (view.causes, f"Double running: {view.double_running}." if view.double_running else ""):
            if text:
                page.text(self.styled(text), first="  ")

    def total(self, row: AmountRow) -> tuple[Text, ...]:
        style = _MONEY_STYLES[row.sign]
        cells = (row.label, row.before, row.after)
        return (*map(self.styled, cells), self.styled(row.delta, style), self.styled(row.percent, style))

    def decision(self) -> None:
        view = self.view
        if view.decision:
            self.page.heading("Decision")
            self.page.text(self.styled(view.decision), first="  ")
            self.bullets(view.because, "")


def _line_text(line: Line) -> str:
    once = " (once)" if line.once else ""
    price = f" at {line.unit_price}" if line.unit_price else ""
    return f"{line.label}{once}: {line.quantity}{price}"


def _columns(entry: _Entry) -> int:
    from rich.cells import cell_len

    return cell_len(entry.first) + cell_len(entry.text.plain)
