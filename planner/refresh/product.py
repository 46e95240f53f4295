"""A product of the AWS Price List with its on-demand prices, as both of its interfaces describe it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

__all__ = ["Dimension", "Offer", "Product"]

# What most usage types begin with: USE1-, EU-, APN1-; us-east-1 often has none, KMS has the region's own name.
_PREFIX: Final = re.compile(r"(?:(?:[A-Z]{2,3}[A-Z]?[0-9]|EU)-|[a-z]{2}(?:-[a-z]+)+-[0-9]-)", re.ASCII)


class Offer(NamedTuple):
    """A version of one service's price list."""

    code: str
    version: str
    published: date


class Dimension(NamedTuple):
    """A price from a usage upwards, as text: tiers are several dimensions of a product."""

    begin: str
    end: str
    unit: str
    usd: str | None
    currencies: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product and what it costs on demand since a day."""

    offer: Offer
    sku: str
    family: str
    attributes: Mapping[str, str]
    effective: date
    dimensions: tuple[Dimension, ...]

    @property
    def usagetype(self) -> str:
        """What AWS meters, with the region's prefix."""
        return self.attributes.get("usagetype", "")

    @property
    def usage(self) -> str:
        """What AWS meters, without the region's prefix."""
        return _PREFIX.sub("", self.usagetype, count=1) if _PREFIX.match(self.usagetype) else self.usagetype

    def attribute(self, name: str) -> str:
        """Return an attribute, empty where the product has none of that name."""
        return self.attributes.get(name, "")
