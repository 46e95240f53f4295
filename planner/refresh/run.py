"""One refresh: fetch what is wanted, sort it, compare it with the book, write what is new."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from planner.errors import InputError
from planner.near import did_you_mean
from planner.refresh.change import Findings
from planner.refresh.commit import write_all
from planner.refresh.compare import compare
from planner.refresh.rows import files_with
from planner.refresh.rules import SERVICES, PriceList
from planner.refresh.sorting import Sorting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from planner.refresh.book import Book
    from planner.refresh.client import Client, Part
    from planner.refresh.observe import Observed
    from planner.refresh.progress import Progress

__all__ = ["Question", "Refreshed", "price_lists_of", "refresh", "regions_of"]


_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Question:
    """What a refresh asks for, on which day and how, and what it may do with the answer."""

    price_lists: tuple[PriceList, ...]
    regions: Mapping[str, tuple[str, ...]]  # by service code
    named: tuple[str, ...]  # the regions that were named, not those that the book has
    today: date
    how: str  # in words, for the sources
    dry_run: bool = False
    accept: bool = False  # prices that moved suspiciously far
    renew: bool = False  # append unchanged prices too, as seen anew


@dataclass(slots=True)
class Refreshed:
    """What a refresh found, and the files that it wrote or would write."""

    findings: Findings
    parts: list[Part] = field(default_factory=list)
    not_offered: tuple[tuple[str, str], ...] = ()  # (code, region): asked for, and AWS has no such list
    files: tuple[str, ...] = ()


def price_lists_of(names: Sequence[str]) -> tuple[PriceList, ...]:
    """Return the price lists of services by AWS's code or by the name of a file of the book; all of them for none.

    Raises:
        InputError: for a name that is neither.
    """
    if not names:
        return SERVICES
    found: list[PriceList] = []
    for name in names:
        matching = [each for each in SERVICES if name.casefold() == each.code.casefold() or name in each.prices]
        if not matching:
            known = sorted({each.code for each in SERVICES} | {price for each in SERVICES for price in each.prices})
            near = did_you_mean(name, known)
            raise InputError(
                f"--service: there are no rules for '{ascii(name)[1:-1]}'{near}; known: {', '.join(known)}"
            )
        found += [each for each in matching if each not in found]
    return tuple(found)


def regions_of(named: Sequence[str], price_lists: Sequence[PriceList], book: Book) -> dict[str, tuple[str, ...]]:
    """Return the regions to ask for by service code: those named, else those that the book has prices of.

    Raises:
        InputError: for what is no region, and where there is none.
    """
    for region in named:
        if not _REGION.fullmatch(region):
            raise InputError(f"--region: '{ascii(region)[1:-1]}' is no region; write it as us-east-1")
    once = tuple(dict.fromkeys(named))
    # Local Zones are in the book too, and have no list of their own.
    here = {each.code: tuple(filter(_REGION.fullmatch, book.regions(each.prices))) for each in price_lists}
    regions = {code: once or found for code, found in here.items()}
    if not any(regions.values()):
        names = ", ".join(sorted({price for each in price_lists for price in each.prices}))
        raise InputError(f"the book has no prices of {names} in any region; name regions by --region")
    return regions


def refresh(client: Client, book: Book, root: Path, question: Question, progress: Progress) -> Refreshed:
    """Fetch, compare and, unless it is a dry run, write.

    Raises:
        InputError: where the list cannot be had or used; the book is untouched then.
    """
    refreshed = Refreshed(Findings())
    refreshed.parts = client.parts(question.price_lists, question.regions)
    asked = {(each.code, region) for each in question.price_lists for region in question.regions[each.code]}
    refreshed.not_offered = tuple(sorted(asked - {(part.price_list.code, part.region) for part in refreshed.parts}))
    _check_regions(question, {part.region for part in refreshed.parts}, client.known_regions)
    progress.begin(len(refreshed.parts))
    for part in refreshed.parts:
        client.fetch(part, progress.piece)
        progress.part()
    observations: list[Observed] = []
    answered: set[str] = set()
    for part in refreshed.parts:
        before = refreshed.findings.products
        sorting = Sorting(part, refreshed.findings, book)
        for listed in client.listed(part, sorting.wanted):
            # A day of slack: the list is dated in UTC, and clocks differ.
            if (listed.offer.published - question.today).days > 1:
                raise InputError(
                    f"{part.price_list.code}: its price list is dated {listed.offer.published}, "
                    f"after {question.today}; refused"
                )
            found = sorting.observed(listed)
            if found is not None:
                observations.append(found)
        if refreshed.findings.products > before:
            answered.add(part.region)
    # The API answers a misspelled region with an empty list.
    _check_regions(question, answered, answered | set(book.regions(_files(question))))
    compare(observations, book, refreshed.findings, accept=question.accept, renew=question.renew)
    files = files_with(refreshed.findings.rows, book, root, how=question.how)
    refreshed.files = tuple(sorted(files))
    if files and not question.dry_run:
        write_all(root, files)
    return refreshed


def _files(question: Question) -> list[str]:
    return [price for each in question.price_lists for price in each.prices]


def _check_regions(question: Question, found: set[str], known: set[str]) -> None:
    for region in question.named:
        if known and region not in known | found:
            raise InputError(f"--region: no price list has a region '{region}'{did_you_mean(region, known)}")
