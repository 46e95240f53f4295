"""What a refresh found, as text or JSON: the difference first, then what was counted and what stays open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from planner.money import plain
from planner.refresh.sources import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from planner.refresh.change import Change, Findings, Held
    from planner.refresh.run import Refreshed

__all__ = ["as_json", "as_text", "printable"]

_MOST_UNKNOWN: Final = 20
_MOST_HELD: Final = 20
_LONGEST: Final = 120


def as_text(refreshed: Refreshed, *, dry_run: bool, show_unknown: bool) -> str:
    """Return the report for people."""
    return "\n".join(_lines(refreshed, dry_run=dry_run, show_unknown=show_unknown)) + "\n"


def as_json(refreshed: Refreshed, *, dry_run: bool, source: str) -> str:
    """Return the report for programs: everything, decimals as strings."""
    findings = refreshed.findings
    document = {
        "source": source,
        "dry_run": dry_run,
        "counts": {**_counts(findings), "lists": len(refreshed.parts)},
        "added": [_change(change) for change in _sorted(findings.added)],
        "changed": [_change(change) for change in _sorted(findings.changed)],
        "renewed": len(findings.renewed),
        "held": [_held(held) for held in findings.held],
        "skipped": [
            {"service": code, "reason": reason, "products": count} for code, reason, count in _skipped(findings)
        ],
        "unknown": [
            {"service": code, "usagetype": usagetype, "products": count}
            for code, usagetype, count in _unknown(findings)
        ],
        "not_offered": [{"service": code, "region": region} for code, region in refreshed.not_offered],
        "files": list(refreshed.files),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def printable(text: str) -> str:
    """Return text from outside as one line that a terminal can show: no control characters, not endlessly long."""
    shown = text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
    return shown if shown.isprintable() else ascii(shown)[1:-1]


def _lines(refreshed: Refreshed, *, dry_run: bool, show_unknown: bool) -> Iterator[str]:
    findings = refreshed.findings
    differing = _sorted([*findings.added, *findings.changed])
    for change in differing:
        yield f"+ {_place(change)} {_step(change.before, change.after)}, from {change.effective}"
    if differing:
        yield ""
    counts = _counts(findings)
    yield f"{counts['products']:,} products of {len(refreshed.parts)} price lists: " + ", ".join(
        f"{counts[name]:,} {name}" for name in ("added", "changed", "confirmed", "held", "skipped", "unknown")
    )
    if findings.renewed:
        yield f"{len(findings.renewed):,} unchanged rows are appended as seen anew"
    if findings.held:
        yield "Held back:"
        for held in findings.held[:_MOST_HELD]:
            yield f"  {_place(held)} {_step(held.before, held.after)}: {held.reason}"
        yield from _more(len(findings.held) - _MOST_HELD, "--format json")
    if findings.skipped:
        yield "Skipped:"
        yield from (
            f"  {count:>7,}  {printable(code)}: {printable(reason)}" for code, reason, count in _skipped(findings)
        )
    if findings.unknown:
        yield "Not known to any rule:"
        every = list(_unknown(findings))
        shown = every if show_unknown else every[:_MOST_UNKNOWN]
        yield from (f"  {count:>7,}  {printable(code)} {printable(usagetype)}" for code, usagetype, count in shown)
        yield from _more(len(every) - len(shown), "--show-unknown")
    yield from _not_offered(refreshed)
    if not refreshed.files:
        yield "Nothing to write: nothing of what the price list says is new."
    else:
        yield ("Would write: " if dry_run else "Written: ") + ", ".join(refreshed.files)


def _not_offered(refreshed: Refreshed) -> Iterator[str]:
    if refreshed.not_offered:
        yield "AWS has no list of:"
    for code in sorted({code for code, _ in refreshed.not_offered}):
        yield f"  {code}: " + ", ".join(region for each, region in refreshed.not_offered if each == code)


def _more(number: int, option: str) -> Iterator[str]:
    if number > 0:
        yield f"  and {number:,} more ({option} shows them)"


def _place(change: Change | Held) -> str:
    key = change.key
    item = f"{key.item}_over_{plain(change.above)}" if change.above else key.item
    return f"{key.service} {item} {key.sku} {key.region} {key.scope}"


def _step(before: Decimal | None, after: Decimal) -> str:
    if before is None:
        return plain(after)
    percent = f" ({(after - before) / before * 100:+.1f} %)".replace("-", "−") if before else ""
    return f"{plain(before)} → {plain(after)}{percent}"


def _counts(findings: Findings) -> dict[str, int]:
    return {
        "products": findings.products,
        "added": len(findings.added),
        "changed": len(findings.changed),
        "confirmed": findings.confirmed,
        "held": len(findings.held),
        "skipped": sum(findings.skipped.values()),
        "unknown": sum(findings.unknown.values()),
    }


def _sorted(changes: list[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: (change.key, change.above))


def _skipped(findings: Findings) -> Iterator[tuple[str, str, int]]:
    for (code, reason), count in sorted(findings.skipped.items(), key=lambda entry: (-entry[1], entry[0])):
        yield code, reason, count


def _unknown(findings: Findings) -> Iterator[tuple[str, str, int]]:
    for (code, usagetype), count in sorted(findings.unknown.items(), key=lambda entry: (-entry[1], entry[0])):
        yield code, usagetype, count


def _change(change: Change) -> dict[str, Any]:
    return {
        **_at(change),
        "unit": change.unit,
        "effective": change.effective.isoformat(),
        "observed": change.offer.published.isoformat(),
        "source": key_of(change.offer),
    }


def _held(held: Held) -> dict[str, Any]:
    return {**_at(held), "reason": held.reason}


def _at(change: Change | Held) -> dict[str, Any]:
    return {
        **change.key._asdict(),
        "above": plain(change.above),
        "before": None if change.before is None else plain(change.before),
        "after": plain(change.after),
    }
