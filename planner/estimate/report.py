"""An estimate for people and tools: text for a terminal, Markdown for a review, CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

from planner.bill_report.words import dimension
from planner.number_format import in_currency, money, quantity, unit_price

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["COLUMNS", "render_csv", "render_markdown", "render_text"]

Json = dict[str, Any]
COLUMNS: Final = (
    "path",
    "type",
    "logical_id",
    "status",
    "meter",
    "dimension",
    "quantity",
    "unit",
    "unit_price_usd",
    "usd",
    "idle_usd",
    "charge",
    "sku",
    "effective",
    "source",
    "reason",
)
_NUMBERS: Final = frozenset({"quantity", "unit_price_usd", "usd", "idle_usd"})
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]<>#|~@!&$])")
_MOST_ROWS: Final = 200  # of Markdown; a comment on a change has a limit


def _clean(text: object) -> str:
    """Return a text without what moves a cursor or turns its direction."""
    return _UNPRINTABLE.sub(lambda match: f"\\x{ord(match[0]):02x}", str(text))


def _headline(document: Json) -> str:
    cost = document["cost"]
    least = "" if document["complete"] else "at least "
    once = f", {money(cost['one_time_usd'])} once" if cost["one_time_usd"] != "0" else ""
    return f"{least}{money(cost['monthly_usd'])} a month{once}; {money(cost['idle_monthly_usd'])} a month when idle"


def _coverage(document: Json) -> str:
    return ", ".join(f"{count} {status}" for status, count in document["coverage"].items())


def _currency(document: Json) -> str | None:
    stated = document.get("currency")
    if not stated:
        return None
    amount = in_currency(stated["monthly"], stated["code"])
    return f"{amount} a month, at {stated['rate']} {stated['code']} a US dollar, a rate of your own"


def _conditions(document: Json) -> Iterator[str]:
    for each in document["conditions"]:
        true, false = each["if_true"]["monthly_usd"], each["if_false"]["monthly_usd"]
        yield f"{each['condition']}: {money(true)} a month if true, {money(false)} if false; {each['reason']}"


def _by_status(document: Json, status: str) -> list[Json]:
    return [each for each in document["resources"] if each["status"] == status]


def render_text(document: Json, *, ascii_only: bool = False) -> str:
    """Return an estimate as lines of text; the total first, then resources, then what is not in the total."""
    lines = [
        _headline(document)[:1].upper() + _headline(document)[1:],
        *([stated] if (stated := _currency(document)) else []),
        f"{document['region']}, prices in force on {document['priced_on']}",
        f"Resources: {_coverage(document)}",
    ]
    for each in document["resources"]:
        if not each["lines"]:
            continue
        lines += ["", f"{each['path']}  {each['type']}  {money(each['monthly_usd'])} a month"]
        for line in each["lines"]:
            once = "" if line["charge"] == "monthly" else " once"
            amounts = f"{quantity(line['quantity'])} {line['unit']} at {unit_price(line['unit_price_usd'])}"
            lines.append(f"  {_what(line)}: {amounts} = {money(line['usd'])}{once}")
    sections: tuple[tuple[str, list[str]], ...] = (
        ("Unpriced, wholly or in part: not in the total", [_named(each) for each in _by_status(document, "unpriced")]),
        ("Unsupported: not in the total", [_named(each) for each in _by_status(document, "unsupported")]),
        ("Conditions left open", list(_conditions(document))),
        ("Free", _by_reason(_by_status(document, "free"))),
        ("Notes", document["notes"]),
    )
    for title, texts in sections:
        if texts:
            lines += ["", title, *(f"  {text}" for text in texts)]
    text = "\n".join(map(_clean, lines)) + "\n"
    if ascii_only:
        from planner.report import to_ascii

        text = to_ascii(text)
    return text


def _what(line: Json) -> str:
    """Return what a line counts, in words, with its meter: the storage of one of several things."""
    what = dimension(line["meter"], line["dimension"])
    return f"{what[:1].upper()}{what[1:]} ({line['meter']})"


def _by_reason(resources: list[Json], clean: Callable[[object], str] = _clean) -> list[str]:
    """Return the resources of one reason in one text: a network has dozens."""
    found: dict[str, list[str]] = {}
    for each in resources:
        found.setdefault(clean(each["reason"] or ""), []).append(clean(each["path"]))
    return [f"{reason}: {', '.join(names)}" if reason else ", ".join(names) for reason, names in found.items()]


def _named(resource: Json, clean: Callable[[object], str] = _clean) -> str:
    reason = f": {clean(resource['reason'])}" if resource["reason"] else ""
    return f"{clean(resource['path'])} ({clean(resource['type'])}){reason}"


def _markdown(text: object) -> str:
    return _MARKDOWN.sub(r"\\\1", _clean(text)).replace("\\<", "&lt;").replace("\\>", "&gt;")


def render_markdown(document: Json) -> str:
    """Return an estimate as GitHub's Markdown; names of the template are text, whatever they hold."""
    lines = [
        f"**{_headline(document)}**",
        "",
        f"{document['region']}, prices in force on {document['priced_on']}. Resources: {_coverage(document)}.",
    ]
    if stated := _currency(document):
        lines += ["", f"{stated}."]
    priced = [each for each in document["resources"] if each["lines"]]
    if priced:
        lines += ["", "| resource | type | monthly | once | idle |", "| --- | --- | ---: | ---: | ---: |"]
        lines += [
            f"| {_markdown(each['path'])} | {_markdown(each['type'])} | {_dollars(each['monthly_usd'])}"
            f" | {_dollars(each['one_time_usd'])} | {_dollars(each['idle_monthly_usd'])} |"
            for each in priced[:_MOST_ROWS]
        ]
        if len(priced) > _MOST_ROWS:
            lines += ["", f"And {len(priced) - _MOST_ROWS} more; the JSON answer has all."]
    for status in ("unpriced", "unsupported", "free"):
        found = _by_status(document, status)
        if found:
            shown = found[:_MOST_ROWS]
            texts = _by_reason(shown, _markdown) if status == "free" else [_named(each, _markdown) for each in shown]
            names = [f"- {text}" for text in texts]
            more = [f"- and {len(found) - _MOST_ROWS} more"] if len(found) > _MOST_ROWS else []
            summary = f"<details><summary>{len(found)} {status}</summary>"
            lines += ["", summary, "", *names, *more, "", "</details>"]
    for title, texts in (("Conditions left open", list(_conditions(document))), ("Notes", document["notes"])):
        if texts:
            lines += ["", f"{title}:", "", *(f"- {_markdown(text)}" for text in texts)]
    return "\n".join(lines) + "\n"


def _dollars(amount: str) -> str:
    # A pair of dollar signs is a formula in GitHub's Markdown.
    return money(amount).replace("$", "\\$").replace("<", "&lt;")


def render_csv(document: Json) -> str:
    """Return one row a line, and one for each resource without any; amounts add up to the total."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(column, row.get(column)) for column in COLUMNS] for row in _rows(document))
    return stream.getvalue()


def _rows(document: Json) -> Iterator[Json]:
    for each in document["resources"]:
        own = {key: each[key] for key in ("path", "type", "logical_id", "status", "reason")}
        for line in each["lines"]:
            yield {**line, **line["price"], **own}
        if not each["lines"]:
            yield own


def _cell(column: str, value: object) -> str:
    text = "" if value is None else _clean(value)
    return f"'{text}" if column not in _NUMBERS and text.startswith(_FORMULA) else text
