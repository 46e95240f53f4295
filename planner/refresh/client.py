"""What a client of the price list does: say what there is to fetch, fetch it into the state folder, read it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from planner.refresh.product import Offer
    from planner.refresh.rules import PriceList

__all__ = ["Client", "Listed", "Part", "Tick"]

Tick = Callable[[str], None]  # told of each piece that arrives


class Part(NamedTuple):
    """One service's price list in one region, and what of it is asked for."""

    price_list: PriceList
    region: str
    query: Mapping[str, str]

    @property
    def name(self) -> str:
        """What its pieces are called in the state folder."""
        what = "".join(f"-{name}-{value}" for name, value in sorted(self.query.items()))
        return f"{self.price_list.code}-{self.region}{what}"


class Listed(NamedTuple):
    """A product as the list states it; `on_demand` is None where it has no on-demand price."""

    product: Any
    on_demand: Any
    offer: Offer


class Client(Protocol):
    """One of the two interfaces of the price list."""

    name: str
    known_regions: set[str]  # that the lists are said to have, once the parts are known; empty where nothing says so

    def parts(self, price_lists: Sequence[PriceList], regions: Mapping[str, Sequence[str]]) -> list[Part]:
        """Return what there is to fetch, of what is wanted: regions by service code."""
        ...

    def fetch(self, part: Part, tick: Tick) -> None:
        """Fetch a part into the state folder, unless it is there already."""
        ...

    def listed(self, part: Part, wanted: Callable[[Any], bool]) -> Iterator[Listed]:
        """Yield the products of a fetched part whose prices are wanted; `wanted` sees every product once."""
        ...
