"""What the policies on amounts share: a limit is exceeded, kept, or can't be confirmed while parts have no price."""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from planner.money import plain
from planner.number_format import money
from planner.policies.finding import Finding
from planner.policies.parameters import Amount, Globs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from planner.policies.document import Document, ResourceCost
    from planner.policies.spec import Setting

__all__ = [
    "PATHS",
    "TYPES",
    "both_sides",
    "counted",
    "is_scoped",
    "limit_on_delta",
    "limit_on_resources",
    "limit_on_total",
    "matches",
    "scoped",
    "signed",
    "unpriced_parts",
    "usd",
]

TYPES: Final = Globs("types", "only resources of these CloudFormation types, such as `AWS::SageMaker::*`")
PATHS: Final = Globs("paths", "only resources at these construct paths")
_NAMED: Final = 3


def usd(meaning: str) -> Amount:
    """Return the parameter of a limit in US dollars."""
    return Amount("usd", f"{meaning}, in US dollars")


def matches(text: str, patterns: Sequence[str]) -> bool:
    """Whether a text is what one of the patterns stands for; capitals and small letters differ."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def is_scoped(path: str, kind: str, setting: Setting) -> bool:
    """Whether a resource is one of those that a setting is about; of all, where it names none."""
    types, paths = setting.globs("types"), setting.globs("paths")
    return (not types or matches(kind, types)) and (not paths or matches(path, paths))


def scoped(document: Document, setting: Setting) -> Iterator[ResourceCost]:
    """Yield the resources that a setting is about."""
    return (each for each in document.resources() if is_scoped(each.path, each.type, setting))


def signed(value: Decimal) -> str:
    """Return an amount with its sign in front."""
    return f"+{money(value)}" if value > 0 else money(value)


def counted(number: int, one: str, several: str) -> str:
    """Return a number of things."""
    return f"{number:,} {one if number == 1 else several}"


def unpriced_parts(texts: Iterable[str]) -> str:
    """Return how many parts have no price, and the first of them."""
    found = list(texts)
    more = f" and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return f"{counted(len(found), 'part', 'parts')} unpriced ({'; '.join(found[:_NAMED])}{more})"


def limit_on_total(
    document: Document, setting: Setting, amount: str, what: str, *, keys: tuple[str, ...], value: Decimal | None = None
) -> Iterator[Finding]:
    """Yield that a document's amount is above the setting's `usd`, or that this can't be told."""
    measured, limit = document.cost(amount) if value is None else value, setting.number("usd")
    bounds = {"measured": plain(measured), "limit": plain(limit), "keys": keys}
    missing = [each.name for each in document.missing_of(amount)]
    if measured > limit:
        least = "at least " if missing else ""
        over = f"{money(measured - limit)} above the limit of {money(limit)}"
        yield Finding(f"{what}: {least}{money(measured)}, {over}", **bounds)  # type: ignore[arg-type]
    elif missing:
        text = f"{what}: at least {money(measured)}; {money(limit)} can't be confirmed: {unpriced_parts(missing)}"
        yield Finding(text, **bounds, confirmed=False)  # type: ignore[arg-type]


def limit_on_delta(
    document: Document, setting: Setting, amount: str, what: str, *, keys: tuple[str, ...]
) -> Iterator[Finding]:
    """Yield that an amount grows by more than the setting's `usd`, or that this can't be told."""
    measured, limit = Decimal(document.data["delta"][amount]), setting.number("usd")
    before, after = (document.data[side]["cost"][amount] for side in ("before", "after"))
    bounds = {"measured": plain(measured), "limit": plain(limit), "keys": keys}
    shown = f"{what}: {money(before)} → {money(after)}, {signed(measured)}"
    missing = both_sides(document)
    if measured > limit:
        partly = ", as far as parts have prices" if missing else ""
        text = f"{shown}{partly}; {money(measured - limit)} above the limit of {signed(limit)}"
        yield Finding(text, **bounds)  # type: ignore[arg-type]
    elif missing:
        text = f"{shown}; {signed(limit)} can't be confirmed: {unpriced_parts(missing)}"
        yield Finding(text, **bounds, confirmed=False)  # type: ignore[arg-type]


def both_sides(document: Document) -> list[str]:
    """Return what has no price on either side of a diff, each once."""
    missing = (*document.missing(), *document.missing(side="before"))
    return list(dict.fromkeys(each.name for each in missing))


def limit_on_resources(
    resources: Iterable[ResourceCost], setting: Setting, *, keys: tuple[str, ...]
) -> Iterator[Finding]:
    """Yield which resources are above the setting's `usd` a month, and of which that can't be told."""
    limit = setting.number("usd")
    for each in resources:
        measured = each.usd["monthly_usd"]
        shown = f"{each.path} ({each.type})"
        if measured > limit:
            least = "" if each.complete else "at least "
            text = f"{shown}: {least}{money(measured)} a month, {money(measured - limit)} above {money(limit)}"
        elif not each.complete:
            text = (
                f"{shown}: at least {money(measured)} a month; {money(limit)} can't be confirmed: it has unpriced parts"
            )
        else:
            continue
        yield Finding(
            text,
            plain(measured),
            plain(limit),
            resource=each.path,
            resource_type=each.type,
            logical_id=each.logical_id,
            keys=keys,
            confirmed=measured > limit,
        )
