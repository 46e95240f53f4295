"""Disagreements that were looked into (known.yaml), and which of the found ones each is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.yaml12 import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.price_check.compare import Compared, Ours

__all__ = ["KNOWN", "Entry", "Known", "read_known", "settle"]

KNOWN: Final = Path(__file__).parent / "known.yaml"
_SIDES: Final = ("ours", "theirs", "neither")


class Entry(NamedTuple):
    """Why a package differs, and whom we believe."""

    title: str
    package: str
    scope: str
    models: tuple[str, ...]
    theirs_is: tuple[str, str | None] | None  # scope and region of ours that has their figure
    believe: str
    why: str


class Known(NamedTuple):
    """All of known.yaml: entries, and by model why the book prefers one of its own sources."""

    entries: tuple[Entry, ...]
    conflicts: dict[str, str]


def _entry(entry: dict[str, object]) -> Entry:
    theirs = entry.get("theirs_is")
    models = entry.get("models", [])
    assert isinstance(models, list)
    assert isinstance(theirs, dict | None)
    assert entry["believe"] in _SIDES, entry
    place = None if theirs is None else (str(theirs["scope"]), theirs.get("region"))
    title, package, scope, believe, why = (str(entry[key]) for key in ("title", "package", "scope", "believe", "why"))
    return Entry(title, package, scope, tuple(models), place, believe, why)


def read_known(path: Path = KNOWN) -> Known:
    """Return the entries of a file."""
    data = load_yaml(path.read_text(encoding="utf-8"), source=str(path))
    assert isinstance(data, dict)
    return Known(tuple(_entry(entry) for entry in data["disagreements"]), dict(data["conflicts"]))


def _about(entry: Entry, found: Compared, ours: Ours) -> bool:
    place = found.quote.place
    if (entry.package, entry.scope) != (found.quote.package, place.scope):
        return False
    if entry.models and place.model not in entry.models:
        return False
    if entry.theirs_is is None:
        return True
    scope, region = entry.theirs_is
    elsewhere = ours.prices.get((place.model, scope), {}).get(region or found.region, {}).get(found.dimension)
    return elsewhere is not None and elsewhere.tiers[0].usd == found.theirs


def settle(
    found: Iterable[Compared], known: Known, ours: Ours
) -> tuple[dict[Entry, list[Compared]], list[Compared], list[Entry]]:
    """Return the disagreements by the entry that settles them, those without one, and the entries that none needs."""
    settled: dict[Entry, list[Compared]] = {entry: [] for entry in known.entries}
    open_ones: list[Compared] = []
    for each in found:
        entry = next((entry for entry in known.entries if _about(entry, each, ours)), None)
        if entry is None:
            open_ones.append(each)
        else:
            settled[entry].append(each)
    unused = [entry for entry, cases in settled.items() if not cases]
    return {entry: cases for entry, cases in settled.items() if cases}, open_ones, unused
