"""The usage file: what was metered or is assumed, meter by meter; read and checked, before any price is known."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.errors import InputError
from planner.meters import METERS
from planner.meters.parameters import read_quantity
from planner.money import ZERO
from planner.near import did_you_mean
from planner.price_book import Tier

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from planner.bill import Given
    from planner.meters.spec import Meter
    from planner.usage import MeterUsage

__all__ = ["UsageFile", "UsageLine", "load_usage", "parse_usage"]

_KEYS: Final = ("region", "as_of", "free_tier", "usage")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d", re.ASCII)
_TIER_KEYS: Final = {"up_to", "usd"}
_MOST_LINES: Final = 100_000
_MOST_FAULTS: Final = 20


class UsageLine(NamedTuple):
    """Usage of one meter, and the rates that its user states for it, by dimension."""

    usage: MeterUsage
    given: Given | None


class UsageFile(NamedTuple):
    """A bill to make: where, at the prices of which day, with or without free allowances, for what usage."""

    region: str
    as_of: date
    free_tier: bool
    lines: tuple[UsageLine, ...]


def load_usage(path: Path, *, today: date, as_of: date | None = None) -> UsageFile:
    """Return what a usage file states; `as_of` overrides its day, `today` stands in where neither is there.

    Raises:
        InputError: for a file that can't be read, and for each of its faults, one a line.
    """
    from planner.files import read_text
    from planner.yaml12 import load_yaml

    data = load_yaml(read_text(path), source=str(path))
    if not isinstance(data, dict):
        raise InputError(f"{path}: a usage file is a mapping with region and usage")
    return parse_usage(data, source=str(path), today=today, as_of=as_of)


def parse_usage(data: dict[str, Any], *, source: str, today: date, as_of: date | None = None) -> UsageFile:
    """Return checked usage from plain values.

    Raises:
        InputError: for all of its faults, one a line, each with the source, the key, the value and the fix.
    """
    faults: list[str] = []
    for key in data:
        if key not in _KEYS:
            near = did_you_mean(str(key), _KEYS) or f"; known are {', '.join(_KEYS)}"
            faults.append(f"{key}: is not known{near}")
    region, day, free_tier = "", today, False
    try:
        region = _region(data)
    except InputError as fault:
        faults.append(str(fault))
    try:
        day = as_of or _day(data.get("as_of"), today)
    except InputError as fault:
        faults.append(str(fault))
    stated = data.get("free_tier", False)
    if isinstance(stated, bool):
        free_tier = stated
    else:
        faults.append(f"free_tier: {stated!r} is not true or false")
    lines = _lines(data.get("usage"), faults)
    if faults:
        more = [f"{source}: and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        raise InputError("\n".join([*(f"{source}: {fault}" for fault in faults[:_MOST_FAULTS]), *more]))
    return UsageFile(region, day, free_tier, lines)


def _lines(usage: object, faults: list[str]) -> tuple[UsageLine, ...]:
    """Return the lines that can be read; what is wrong with the others is added to the faults."""
    lines: list[UsageLine] = []
    if not isinstance(usage, list):
        faults.append("usage: is missing; it is a list of meters" if usage is None else "usage: is not a list")
    elif len(usage) > _MOST_LINES:
        faults.append(f"usage: {len(usage):,} lines; at most {_MOST_LINES:,} are read at once; use --batch")
    else:
        for index, line in enumerate(usage):
            try:
                lines.append(_line(line))
            except InputError as fault:
                faults.append(f"usage[{index}].{fault}" if isinstance(line, dict) else f"usage[{index}]: {fault}")
    return tuple(lines)


@lru_cache(maxsize=256)
def _is_region(text: str) -> bool:
    return bool(_REGION.fullmatch(text))


def _region(data: dict[str, Any]) -> str:
    region = data.get("region")
    if region is None:
        raise InputError("region: is missing; state one such as us-east-1")
    if not isinstance(region, str) or not _is_region(region):
        raise InputError(f"region: {region!r} is no region; write it as us-east-1")
    return region


@lru_cache(maxsize=256)
def _date(text: str) -> date:
    return date.fromisoformat(text)


def _day(stated: object, today: date) -> date:
    if stated is None:
        return today
    try:
        if isinstance(stated, str) and len(stated) == len("2026-11-20"):
            return _date(stated)
    except ValueError:
        pass
    raise InputError(f"as_of: {stated!r} is no day; write it as 2026-11-20")


def _line(line: object) -> UsageLine:
    if not isinstance(line, dict):
        raise InputError("is no mapping; state a meter and its parameters")
    stated = dict(line)
    name = stated.pop("meter", None)
    meter = METERS.get(name) if isinstance(name, str) else None
    if meter is None:
        if name is None:
            raise InputError("meter: is missing")
        near = did_you_mean(name, METERS) if isinstance(name, str) else ""
        raise InputError(f"meter: {name!r} is not known{near}")
    prices = stated.pop("prices", None)
    return UsageLine(meter.read(stated), None if prices is None else _given(prices, meter))


def _given(prices: object, meter: Meter) -> Given:
    if not isinstance(prices, dict):
        raise InputError(f"prices: is no mapping; {meter.name} takes rates for {', '.join(meter.dimensions)}")
    given: Given = {}
    for dimension, stated in prices.items():
        if dimension not in meter.dimensions:
            near = did_you_mean(str(dimension), meter.dimensions) or f"; it has {', '.join(meter.dimensions)}"
            raise InputError(f"prices.{dimension}: {meter.name} has no such dimension{near}")
        key = f"prices.{dimension}"
        given[dimension] = _tiers(stated, key) if isinstance(stated, list) else (Tier(ZERO, _usd(stated, key)),)
    return given


def _usd(stated: object, key: str) -> Decimal:
    return read_quantity(stated, key)


def _tiers(stated: list[object], key: str) -> tuple[Tier, ...]:
    if not stated:
        raise InputError(f"{key}: is an empty list; state a rate or tiers")
    tiers: list[Tier] = []
    above: Decimal | None = ZERO
    for index, tier in enumerate(stated):
        where = f"{key}[{index}]"
        if not isinstance(tier, dict) or "usd" not in tier:
            raise InputError(f"{where}: a tier is {{up_to, usd}}; the last one has no up_to")
        for name in tier:
            if name not in _TIER_KEYS:
                raise InputError(f"{where}.{name}: is not known{did_you_mean(str(name), _TIER_KEYS)}")
        if above is None:
            raise InputError(f"{where}: comes after a tier without up_to, which is the last one")
        tiers.append(Tier(above, _usd(tier["usd"], f"{where}.usd")))
        if "up_to" not in tier:
            above = None
            continue
        up_to = read_quantity(tier["up_to"], f"{where}.up_to")
        if up_to <= above:
            raise InputError(f"{where}.up_to: {up_to} is not above {above}, where the tier begins; order them upwards")
        above = up_to
    if above is not None:
        # Nothing is said of what lies above: it has no price.
        tiers.append(Tier(above, None))
    return tuple(tiers)
