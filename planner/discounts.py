"""Discounts on list prices: a small YAML file of percents by service, each a named line of a bill.

They are taken off list prices alone: a rate that is given and a row of one's own are what is paid already. Two that
cover the same line are taken one after the other, in the order of the file, the second one off what the first leaves.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from planner.errors import InputError
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

__all__ = ["Discount", "load_discounts", "parse_discounts"]

ALL_SERVICES = "*"
_KEYS = ("name", "service", "percent", "dimensions")
_LONGEST_NAME = 80
_HUNDRED = Decimal(100)


class Discount(NamedTuple):
    """So many percent off a service's list prices, of all its dimensions where none are named."""

    name: str
    service: str
    percent: Decimal
    dimensions: tuple[str, ...] = ()

    def covers(self, service: str, dimension: str) -> bool:
        """Whether a line of a service's dimension has it."""
        return self.service in (ALL_SERVICES, service) and (not self.dimensions or dimension in self.dimensions)


def load_discounts(path: Path) -> tuple[Discount, ...]:
    """Return the discounts of a file.

    Raises:
        InputError: for a file that can't be read, and for each of its faults, one a line.
    """
    from planner.files import read_text
    from planner.yaml12 import load_yaml

    return parse_discounts(load_yaml(read_text(path), source=str(path)), source=str(path))


def parse_discounts(data: object, *, source: str) -> tuple[Discount, ...]:
    """Return checked discounts from plain values: {discounts: [{name, service, percent, dimensions}]}.

    Raises:
        InputError: for all faults, one a line, each with the source, the key, the value and the fix.
    """
    if not isinstance(data, dict) or data.keys() != {"discounts"} or not isinstance(data["discounts"], list):
        raise InputError(f"{source}: a discounts file is a mapping with one key, discounts, which is a list")
    dimensions = _dimensions()
    found: list[Discount] = []
    faults: list[str] = []
    for index, entry in enumerate(data["discounts"]):
        try:
            found.append(_another(_discount(entry, dimensions), found))
        except InputError as fault:
            faults.append(f"{source}: discounts[{index}]{fault}")
    if faults:
        raise InputError("\n".join(faults))
    return tuple(found)


def _another(discount: Discount, before: list[Discount]) -> Discount:
    if any((each.name, each.service) == (discount.name, discount.service) for each in before):
        raise InputError(f".name: {discount.name!r} is there twice for {discount.service}; keep one")
    return discount


def _dimensions() -> Mapping[str, set[str]]:
    """Return the dimensions of each service's meters."""
    from planner.meters import METERS

    found: dict[str, set[str]] = {}
    for meter in METERS.values():
        found.setdefault(meter.name.partition(".")[0], set()).update(meter.dimensions)
    return found


def _discount(entry: object, dimensions: Mapping[str, set[str]]) -> Discount:
    if not isinstance(entry, dict):
        raise InputError(": is no mapping; state name, service and percent")
    for key in entry:
        if key not in _KEYS:
            raise InputError(f".{key}: is not known{did_you_mean(str(key), _KEYS)}")
    for key in ("name", "service", "percent"):
        if key not in entry:
            raise InputError(f".{key}: is missing")
    name, service = entry["name"], entry["service"]
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise InputError(f".name: {name!r} is not a name of at most {_LONGEST_NAME} characters")
    if service != ALL_SERVICES and (not isinstance(service, str) or service not in dimensions):
        near = did_you_mean(service, dimensions) if isinstance(service, str) else ""
        raise InputError(f".service: {service!r} is no service{near or '; * is all of them'}")
    known = set().union(*dimensions.values()) if service == ALL_SERVICES else dimensions[service]
    return Discount(name, service, _percent(entry["percent"]), _named(entry.get("dimensions", []), known))


def _percent(stated: object) -> Decimal:
    if isinstance(stated, int | Decimal) and not isinstance(stated, bool) and 0 < stated <= _HUNDRED:
        return Decimal(stated)
    written = repr(stated) if isinstance(stated, str) else stated  # quotes are what is wrong with "5"
    raise InputError(f".percent: {written} is not a number above 0 and up to 100")


def _named(stated: object, known: Collection[str]) -> tuple[str, ...]:
    if not isinstance(stated, list):
        raise InputError(f".dimensions: {stated!r} is not a list of dimensions")
    for each in stated:
        if not isinstance(each, str) or each not in known:
            raise InputError(f".dimensions: {each!r} is not known{did_you_mean(str(each), known)}")
    return tuple(stated)
