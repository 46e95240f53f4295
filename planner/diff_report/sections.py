"""What a diff says beside its resources, in sentences: prices, assumptions, flip points, what has no price, notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from planner.bill_report import words as bill_words
from planner.diff_report import words
from planner.number_format import money
from planner.report import words as say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Section", "coverage", "sections_of", "unpriced", "unsupported"]

Json = dict[str, Any]

_STATUSES = ("estimated", "free", "unpriced", "unsupported")


class Section(NamedTuple):
    """A title, a remark to it, and its texts; `warns` where what changes is lacking in a total."""

    title: str
    remark: str
    texts: tuple[str, ...]
    warns: bool = False


def sections_of(document: Json) -> Iterator[Section]:
    """Yield the sections that have something to say, the weightiest first."""

    def of(key: str) -> list[Json]:
        return document.get(key) or []

    # What was added is on one side anyway.
    one_sided = {each["path"] for each in of("resources") if each["action"] != "changed"}

    def sided(key: str, written: Callable[[Json], str], place: str) -> Iterator[str]:
        for item in of(key):
            text = written(item)
            yield text if item.get(place) in one_sided else f"{text}{_side(item)}"

    changed = {each["path"] for each in of("resources")}

    def concerns(key: str, place: str) -> bool:
        """Whether the change is about them: what stays as it is has no price on either side, and warns nobody."""
        return any(item.get("side") != "both" or item.get(place) in changed for item in of(key))

    found = (
        Section(
            "Without a price",
            "in no total",
            tuple(sided("unpriced", unpriced, "resource")),
            concerns("unpriced", "resource"),
        ),
        Section(
            "Not supported",
            "in no total",
            tuple(sided("unsupported", unsupported, "path")),
            concerns("unsupported", "path"),
        ),
        Section("Flip points crossed", "", tuple(map(_flip, of("flips_crossed")))),
        Section("Design", "", tuple(_design(of("design")))),
        Section("Workload", "", tuple(map(_key, of("workload")))),
        Section("Assumptions that changed", "", tuple(map(_assumption, of("assumptions")))),
        Section("Prices that changed", "apart from the architecture", tuple(map(_price, of("price_changes")))),
        Section("Conditions left open", "", tuple(map(_condition, of("conditions")))),
        Section("Notes", "", tuple(say.plain_text(note) for note in document.get("notes") or ())),
    )
    for section in found:
        if section.texts:
            # An empty item of a list would make a heading of the line before it.
            yield section._replace(texts=tuple(text or words.NONE for text in section.texts))


def coverage(counts: Json) -> str:
    """Return how many resources have which status: 12 estimated, 3 free."""
    return ", ".join(f"{counts[status]} {status}" for status in _STATUSES if counts.get(status))


def _side(item: Json) -> str:
    side = say.plain_text(item.get("side"))
    return "" if side in ("", "both") else f"; only {side} the change"


def unpriced(item: Json) -> str:
    """Return what has no price, and why."""
    component = say.plain_text(item.get("component"))
    what = (
        words.path(item["resource"]) if item.get("resource") else "",
        # Of a template's resource it is the logical id, which says no more than the path does.
        say.words(component) if component == component.lower() else "",
        say.plain_text(item.get("variant")),
        bill_words.dimension(item.get("meter"), item["dimension"]) if item.get("dimension") else "",
    )
    reason = say.plain_text(item.get("reason"))
    named = ", ".join(dict.fromkeys(filter(None, what)))
    return f"{named}: {reason}" if reason else named


def unsupported(item: Json) -> str:
    """Return what the planner does not know."""
    return f"{words.path(item.get('path'))}, {say.plain_text(item.get('type'))}"


def _key(item: Json) -> str:
    return f"{say.plain_text(item.get('key'))}: {words.key_change(item.get('before'), item.get('after'))}"


def _design(items: Iterable[Json]) -> Iterator[str]:
    for item in items:
        choice = say.sentence(say.words(item.get("key")).replace(".", " "))
        yield f"{choice}: {words.change(item.get('before'), item.get('after'))}"


def _assumption(item: Json) -> str:
    unit = say.plain_text(item.get("unit"))
    return f"{_key(item)}{f' {unit}' if unit else ''}"


def _flip(item: Json) -> str:
    text = say.plain_text(item.get("text"))
    if not text:
        to = item.get("to") or {}
        text = f"{say.words(to.get('choice'))} becomes {say.plain_text(to.get('value'))}"
    return f"{text} {_key(item)}" if text.endswith(".") else f"{text}; {_key(item)}"


def _price(item: Json) -> str:
    what = [say.plain_text(item.get(key)) for key in ("service", "sku", "item", "region")]
    dimension = item.get("dimension")
    named = ", ".join(filter(None, [*what, bill_words.dimension(item.get("meter"), dimension) if dimension else ""]))
    unit = say.plain_text(item.get("unit"))
    text = (
        f"{named}: {words.price_change(item.get('before_usd'), item.get('after_usd'))}{f' per {unit}' if unit else ''}"
    )
    deltas = (("delta_monthly_usd", "a month"), ("delta_one_time_usd", "once"))
    amounts = [f"{words.signed(item[key])} {when}" for key, when in deltas if words.sign_of(item.get(key))]
    since = say.plain_text(item.get("effective"))
    return ", ".join((text, *amounts, *([f"in force {since}"] if since else [])))


def _condition(item: Json) -> str:
    sides = [(item.get(key) or {}).get("monthly_usd") for key in ("if_true", "if_false")]
    reason = say.plain_text(item.get("reason"))
    amounts = f"{money(sides[0])} a month if true, {money(sides[1])} if false"
    return f"{say.plain_text(item.get('condition'))}: {amounts}{f'; {reason}' if reason else ''}"
