"""The list's prices against the book's: what to append so that today is right and earlier days stay as they were."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from planner.refresh.book import Key
from planner.refresh.change import Change, Findings, Held
from planner.refresh.outcome import REGIONAL
from planner.refresh.scopes import scopes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.refresh.book import Book, Known
    from planner.refresh.observe import Observed

__all__ = ["compare"]

_SUSPICIOUS: Final = 10  # times: cuts of 80 % have been real, a factor of ten has been an error of unit
_ZERO: Final = Decimal(0)


def compare(
    observations: Iterable[Observed], book: Book, findings: Findings, *, accept: bool, renew: bool = False
) -> None:
    """Add to the findings what the price list adds to the book, changes in it and confirms.

    A new row is effective on the offer's own day, but never on a day on which the book has the old price: not before
    the day after the last observation of it. Where the list is not newer than that observation, the book keeps its
    price and the list's is held back.
    """
    for key, seen in sorted(_by_key(observations, book, findings).items()):
        prices: dict[Decimal, Decimal] = {}
        contradiction = False
        for each in seen:
            for tier in each.tiers:
                contradiction |= prices.setdefault(tier.above, tier.usd) != tier.usd
        known = book.known(key)
        if contradiction:
            _hold_contradiction(key, seen, known, findings)
            continue
        _compare_key(key, seen, prices, known, findings, accept=accept, renew=renew)


def _by_key(observations: Iterable[Observed], book: Book, findings: Findings) -> Mapping[Key, list[Observed]]:
    by_key: dict[Key, dict[bool, list[Observed]]] = {}
    for each in observations:
        target = each.target
        scopes = scopes_of(each, book)
        if not scopes:
            findings.skipped[each.offer.code, "the geographic profile of this region is not known"] += 1
        for scope in scopes:
            key = Key(target.service, target.item, target.sku, each.region, scope)
            implied = target.scope == REGIONAL and scope.startswith("geo:")
            by_key.setdefault(key, {}).setdefault(implied, []).append(each)
    # A profile's own price goes before the one that follows from its region's.
    return {key: seen.get(False) or seen[True] for key, seen in by_key.items()}


def _compare_key(
    key: Key,
    seen: list[Observed],
    prices: dict[Decimal, Decimal],
    known: Known | None,
    findings: Findings,
    *,
    accept: bool,
    renew: bool,
) -> None:
    if _ZERO not in prices and (known is None or _ZERO not in known.prices):
        findings.skipped[seen[0].offer.code, "a tier without its base price"] += len(seen)
        return
    newest = max(seen, key=lambda each: (each.offer.published, each.effective))
    stored = known.prices if known else {}
    wanted = _steps(prices, stored, whole=any(each.target.whole for each in seen))
    differing = {above: usd for above, usd in wanted.items() if above not in stored or stored[above] != usd}
    if not differing:
        findings.confirmed += 1
        published = newest.offer.published
        if renew and known is not None and published.isoformat() > known.last_seen:
            findings.renewed += [
                Change(key, above, newest.target.unit, usd, usd, published, newest.offer)
                for above, usd in wanted.items()
            ]
        return
    effective = newest.effective
    reason = ""
    if known is not None:
        effective = max(effective, date.fromisoformat(known.last_seen) + timedelta(days=1))
        if effective > newest.offer.published:
            reason = f"the book's price was seen on {known.last_seen}, the list is of {newest.offer.published}"
        elif known.unit != newest.target.unit:
            reason = f"the book counts it in '{known.unit}', the rule in '{newest.target.unit}'"
    jump = next((above for above, usd in differing.items() if _is_jump(stored.get(above), usd)), None)
    if not reason and jump is not None and not accept:
        reason = f"moved more than {_SUSPICIOUS}-fold; --accept-suspicious applies it"
    for above, usd in sorted(differing.items()):
        before = stored.get(above)
        if reason:
            findings.held.append(Held(key, above, before, usd, reason))
            continue
        change = Change(key, above, newest.target.unit, before, usd, effective, newest.offer)
        (findings.added if before is None else findings.changed).append(change)


def _steps(
    prices: Mapping[Decimal, Decimal], stored: Mapping[Decimal, Decimal | None], *, whole: bool
) -> dict[Decimal, Decimal]:
    """Return the price at every bound that must be written or confirmed.

    A bound that the list no longer has cannot be taken out of a book that only grows: it gets the price that applies
    there now.
    """
    if not whole:
        return dict(prices)
    bounds = sorted({*prices, *stored})
    wanted: dict[Decimal, Decimal] = {}
    for bound in bounds:
        below = [above for above in prices if above <= bound]
        if below:
            wanted[bound] = prices[max(below)]
    return wanted


def _is_jump(before: Decimal | None, after: Decimal) -> bool:
    if not before:
        return False
    return after > before * _SUSPICIOUS or after * _SUSPICIOUS < before


def _hold_contradiction(key: Key, seen: list[Observed], known: Known | None, findings: Findings) -> None:
    stored = known.prices if known else {}
    names = sorted({each.usagetype for each in seen})[:3]
    shown = " and ".join(name if name.isprintable() else ascii(name)[1:-1] for name in names)
    for above, usd in sorted({(tier.above, tier.usd) for each in seen for tier in each.tiers}):
        reason = f"the list has two prices for it ({shown})"
        findings.held.append(Held(key, above, stored.get(above), usd, reason))
