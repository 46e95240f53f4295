"""What `fmplan prices` answers, as text for a terminal, Markdown, JSON or CSV: sections of tables, one view of all."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from planner.report.layout import Column, Page

__all__ = ["FORMATS", "Group", "Report", "Section", "TableRow", "Title", "counted", "rendered"]

FORMATS: Final = ("text", "json", "csv", "markdown")
# What a spreadsheet takes for the beginning of a formula, the wide forms included.
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MARKED: Final = re.compile(r"([\\`*<>|\[\]])")


class Title(NamedTuple):
    """A column's title; numbers stand to the right, `optional` columns go where a terminal is too narrow."""

    text: str
    number: bool = False
    optional: bool = False


class TableRow(NamedTuple):
    """A row's cells, and what is said below it."""

    cells: tuple[str, ...]
    note: str = ""


class Group(NamedTuple):
    """Rows below a name of their own; the name is empty where a table has one group."""

    name: str
    rows: tuple[TableRow, ...]


class Section(NamedTuple):
    """A heading with a table, or with sentences, or both."""

    title: str
    remark: str = ""
    titles: tuple[Title, ...] = ()
    groups: tuple[Group, ...] = ()
    texts: tuple[str, ...] = ()
    numbered: bool = False


class Report(NamedTuple):
    """An answer: the document for programs, the table for spreadsheets, the sections for people; `code` ends it."""

    document: dict[str, Any]
    head: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    headline: tuple[str, ...]
    sections: tuple[Section, ...]
    code: int = 0


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 price, 2,000 prices."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def rendered(report: Report, output_format: str, *, width: int, color: bool, unicode: bool) -> str:
    """Return a report in a format."""
    if output_format == "json":
        from planner.report import render_json

        return render_json(report.document)
    if output_format == "csv":
        return _csv(report.head, report.rows)
    if output_format == "markdown":
        return _markdown(report)
    return _text(report, width=width, color=color, unicode=unicode)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return stream.getvalue()


def _safe(value: object) -> str:
    """Return a cell that no spreadsheet computes."""
    from planner.report.words import plain_text

    text = "" if value is None else plain_text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _escaped(text: str) -> str:
    from planner.report.words import plain_text

    return _MARKED.sub(r"\\\1", plain_text(text))


def _markdown(report: Report) -> str:
    blocks = [f"**{_escaped(report.headline[0])}**", *map(_escaped, report.headline[1:])]
    for section in report.sections:
        blocks.append(f"### {_escaped(section.title)}" + (f"\n\n{_escaped(section.remark)}" if section.remark else ""))
        blocks += [block for group in section.groups for block in _markdown_group(section, group)]
        if section.texts:
            marks = (f"{number}." if section.numbered else "-" for number in range(1, len(section.texts) + 1))
            lines = zip(marks, section.texts, strict=True)
            blocks.append("\n".join(f"{mark} {_escaped(text)}" for mark, text in lines))
    return "\n\n".join(blocks) + "\n"


def _markdown_group(section: Section, group: Group) -> Iterable[str]:
    if group.name:
        yield f"**{_escaped(group.name)}**"
    lines = [
        [_escaped(title.text) for title in section.titles],
        ["---:" if title.number else "---" for title in section.titles],
        *([_escaped(cell) for cell in row.cells] for row in group.rows),
    ]
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
    notes = [f"- {_escaped(row.cells[0])}: {_escaped(row.note)}" for row in group.rows if row.note]
    if notes:
        yield "\n".join(notes)


def _text(report: Report, *, width: int, color: bool, unicode: bool) -> str:
    from rich.text import Text

    from planner.report import to_ascii
    from planner.report.layout import LEAST_WIDTH, Page
    from planner.report.terminal import console_of
    from planner.report.words import plain_text

    def clean(text: str) -> str:
        return plain_text(text) if unicode else to_ascii(plain_text(text))

    console = console_of(width=max(width, LEAST_WIDTH), color=color)
    page = Page(console, width=width)
    for number, line in enumerate(report.headline):
        page.text(Text(clean(line), style="dim" if number else "bold cyan"))
    for section in report.sections:
        page.heading(clean(section.title), clean(section.remark))
        if section.titles:
            _table(page, section, clean)
        for number, text in enumerate(section.texts, start=1):
            page.text(Text(clean(text)), first=f"  [{number}] " if section.numbered else "  ")
    if not color:
        return "".join(f"{line.plain}\n" for line in page.lines)
    with console.capture() as captured:
        for styled in page.lines:
            console.print(styled, no_wrap=True, overflow="ignore", crop=False)
    return captured.get()


def _table(page: Page, section: Section, clean: Callable[[str], str]) -> None:
    from rich.text import Text

    from planner.report.layout import Column

    columns = [Column(clean(title.text), number=title.number, optional=title.optional) for title in section.titles]
    groups = [[tuple(Text(clean(cell)) for cell in row.cells) for row in group.rows] for group in section.groups]
    indent = 4 if any(group.name for group in section.groups) else 2
    fitted = page.fit(columns, [row for group in groups for row in group], indent=indent)
    if fitted is not None:
        page.titles(columns, fitted, indent=indent)
    for group, rows in zip(section.groups, groups, strict=True):
        if group.name:
            page.text(Text(clean(group.name), style="bold"), first="  ")
        for row, cells in zip(group.rows, rows, strict=True):
            if fitted is None:
                _list(page, columns, cells)
            else:
                page.row(cells, columns, fitted, indent=indent)
            if row.note:
                page.text(Text(clean(row.note), style="yellow"), first=" " * (indent + 2))


def _list(page: Page, columns: Sequence[Column], cells: Sequence[Any]) -> None:
    """Add a row as a sentence: the terminal is too narrow for a table."""
    from rich.text import Text

    named = [f"{column.title.lower()} {cell.plain}" for column, cell in zip(columns, cells, strict=True) if cell.plain]
    page.text(Text(", ".join(named)), first="  ")
