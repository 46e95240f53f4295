"""Rows and columns for a terminal of any width: no number is ever cut.

Columns with numbers are as wide as their numbers; texts share what is left and wrap. Where too little is left for that,
each row is written as a short list instead; columns that are only nice to have give way before that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rich.cells import cell_len
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console

__all__ = ["LEAST_WIDTH", "Column", "Fitted", "Page", "joined"]

LEAST_WIDTH: Final = 20  # what claims to be narrower breaks lines itself, and better than letter by letter
_INDENT: Final = 2
_GAP: Final = 2
_LEAST_TEXT: Final = 20  # a column of texts that is narrower than this reads worse than a list
_ENOUGH_TEXT: Final = 30  # with this much for the longest texts, those of all other columns needn't wrap
_LEAST_BODY: Final = 8

Row = tuple[Text, ...]


class Column(NamedTuple):
    """A column of a table; numbers stand to the right and never wrap, `optional` columns go where room is short."""

    title: str
    number: bool = False
    optional: bool = False


class Fitted(NamedTuple):
    """The columns of a table that fit, by their position, and their widths."""

    kept: tuple[int, ...]
    widths: tuple[int, ...]


def joined(*pieces: Text) -> Text:
    """Return one text of several, each with its own style."""
    text = Text()
    for piece in pieces:
        text.append_text(piece)
    return text


class Page:
    """Lines of text, as they are written one below the other."""

    def __init__(self, console: Console, *, width: int) -> None:
        self.lines: list[Text] = []
        self.width = max(width, LEAST_WIDTH)
        self._console = console

    def printed(self, *, color: bool) -> str:
        """Return the page as a text, with the terminal's colours or plain."""
        if not color:
            return "".join(f"{line.plain}\n" for line in self.lines)
        with self._console.capture() as captured:
            for line in self.lines:
                self._console.print(line, no_wrap=True, overflow="ignore", crop=False)
        return captured.get()

    def blank(self) -> None:
        """Add an empty line, but never two in a row."""
        if self.lines and self.lines[-1].plain:
            self.lines.append(Text())

    def text(self, body: Text, *, first: str = "", rest: str | None = None) -> None:
        """Add a text that wraps, behind `first` on its first line and behind `rest`, else blanks, on all others."""
        indent = cell_len(first)
        if indent and self.width - indent < _LEAST_BODY:
            first, rest, indent = "", "", 0
        begin = Text(first, style="dim")
        go_on = Text(" " * indent if rest is None else rest, style="dim")
        for number, line in enumerate(self._wrapped(body, self.width - indent)):
            self._add(joined(go_on if number else begin, line))

    def heading(self, title: str, remark: str = "") -> None:
        """Add a heading below an empty line."""
        self.blank()
        self.text(joined(Text(title, style="bold"), Text(f"  {remark}" if remark else "", style="dim")))

    def table(self, columns: Sequence[Column], rows: Sequence[Row], notes: Sequence[Text] = ()) -> None:
        """Add a table with its titles, or lists where the terminal is too narrow; a row's note stands below it."""
        fitted = self.fit(columns, rows, indent=_INDENT)
        if fitted is not None:
            self.titles(columns, fitted, indent=_INDENT)
        for number, row in enumerate(rows):
            if fitted is None:
                self._list(columns, row)
            else:
                self.row(row, columns, fitted, indent=_INDENT)
            if notes and notes[number].plain:
                self.text(notes[number], first=" " * (2 * _INDENT))

    def fit(self, columns: Sequence[Column], rows: Sequence[Row], *, indent: int = 0) -> Fitted | None:
        """Return which columns fit and how wide they are; None where the rows can't stand as a table."""
        natural = [
            max([cell_len(column.title), *(cell_len(row[at].plain) for row in rows)])
            for at, column in enumerate(columns)
        ]
        kept = list(range(len(columns)))
        optional = [at for at in kept if columns[at].optional]
        while True:
            widths = _widths(kept, natural, columns, self.width - indent)
            if widths is not None:
                return Fitted(tuple(kept), tuple(widths))
            if not optional:
                return None
            kept.remove(optional.pop(0))

    def titles(self, columns: Sequence[Column], fitted: Fitted, *, indent: int = 0) -> None:
        """Add the titles of columns that were fitted."""
        self.row([Text(column.title, style="dim") for column in columns], columns, fitted, indent=indent)

    def row(self, cells: Sequence[Text], columns: Sequence[Column], fitted: Fitted, *, indent: int = 0) -> None:
        """Add a row of a table whose columns were fitted; a text that is too long for its column wraps within it."""
        wrapped = [list(self._wrapped(cells[at], width)) for at, width in zip(fitted.kept, fitted.widths, strict=True)]
        for number in range(max(map(len, wrapped))):
            line = Text(" " * indent)
            for at, lines, width in zip(fitted.kept, wrapped, fitted.widths, strict=True):
                cell = lines[number] if number < len(lines) else Text()
                space = " " * (width - cell_len(cell.plain))
                pieces = (Text(space), cell) if columns[at].number else (cell, Text(space))
                line = joined(line, *pieces, Text(" " * _GAP))
            self._add(line)

    def _list(self, columns: Sequence[Column], row: Row) -> None:
        self.text(row[0], first=" " * _INDENT)
        cells = [
            joined(Text(f"{column.title.lower()} ", style="dim"), cell)
            for column, cell in zip(columns[1:], row[1:], strict=True)
            if cell.plain
        ]
        if cells:
            self.text(Text(", ").join(cells), first=" " * (2 * _INDENT))

    def _add(self, line: Text) -> None:
        line.rstrip()
        self.lines.append(line)

    def _wrapped(self, text: Text, width: int) -> Iterable[Text]:
        if cell_len(text.plain) <= width:
            return (text,)
        return text.wrap(self._console, max(width, 1), overflow="fold")


def _widths(kept: Sequence[int], natural: Sequence[int], columns: Sequence[Column], room: int) -> list[int] | None:
    """Return the widths of columns, of which one at least is for texts; None where it takes more to read them."""
    left = room - _GAP * (len(kept) - 1) - sum(natural[at] for at in kept if columns[at].number)
    widths = dict(enumerate(natural))
    texts = sorted((at for at in kept if not columns[at].number), key=natural.__getitem__)
    *others, longest = texts
    room_of_longest = left - sum(natural[at] for at in others)
    if room_of_longest >= min(natural[longest], _ENOUGH_TEXT):
        widths[longest] = min(natural[longest], room_of_longest)
        return [widths[at] for at in kept]
    # The narrowest first: what it does not need goes to the others.
    for number, at in enumerate(texts):
        widths[at] = min(natural[at], max(left, 0) // (len(texts) - number))
        if widths[at] < min(natural[at], _LEAST_TEXT):
            return None
        left -= widths[at]
    return None if left < 0 else [widths[at] for at in kept]
