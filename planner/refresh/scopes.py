"""Which of the book's scopes a price of the list stands for: the list knows a call's origin, the book its profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.outcome import EXPLICIT_GEO, IN_REGION, REGIONAL

if TYPE_CHECKING:
    from planner.refresh.book import Book
    from planner.refresh.observe import Observed

__all__ = ["scopes_of"]

# Where a region can only have one geographic profile; the others' (apac, jp, au, ca) differ by model.
_AREAS: Final = {"us-gov-": "geo:us-gov", "us-": "geo:us", "eu-": "geo:eu"}


def scopes_of(observed: Observed, book: Book) -> tuple[str, ...]:
    """Return the scopes that a price is recorded under; empty where the geographic profile is not known.

    A price that names no cross-region profile is that of the region and of the geographic profiles whose source the
    region is (AWS: geographic profiles carry no surcharge, the price is the source region's); a profile is known where
    the book has the model in it.
    """
    scope = observed.target.scope
    if scope not in {REGIONAL, EXPLICIT_GEO}:
        return (scope,)
    profiles = book.geographic_scopes(observed.target.sku, observed.region)
    if scope == REGIONAL:
        return (IN_REGION, *profiles)
    if profiles:
        return profiles
    return tuple(area for prefix, area in _AREAS.items() if observed.region.startswith(prefix))[:1]
