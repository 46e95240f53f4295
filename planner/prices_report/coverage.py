"""`fmplan prices coverage`: how many models and instances have a price where, which ones, and how old sources are."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from planner.errors import InputError
from planner.near import did_you_mean
from planner.price_age import STALE_AFTER_DAYS
from planner.price_coverage import MODES, Cell, instances, models, not_priced, regions_of, source_ages
from planner.prices_report import Group, Report, Section, TableRow, Title
from planner.prices_report import counted as number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from planner.price_book import PriceBook
    from planner.price_coverage import Cells, Instances, SourceAge

__all__ = ["coverage_report"]

_SUMMARY: Final = {"custom on demand": "custom"}
_HEAD: Final = ("model", "region", "mode", "scopes", "partial")
_EMPTY: Final = Cell((), ())


def coverage_report(book: PriceBook, *, regions: Sequence[str], shown: Sequence[str], as_of: date) -> Report:
    """Return what has a price on a day: counts for `regions`, or all of the book; models one by one for `shown`.

    Raises:
        InputError: for a file that can't be read, or for a region without any price of a model.
    """
    known = regions_of(book)
    for region in regions:
        if region not in known:
            raise InputError(f"the price book has no price of a model in '{region}'{did_you_mean(region, known)}")
    counted = tuple(regions) or known
    every = tuple(dict.fromkeys((*counted, *shown)))
    cells = models(book, regions=every, as_of=as_of)
    of_instances = instances(book, as_of=as_of)
    ages = source_ages(book, as_of=as_of)
    names = sorted({model for model, _, _ in cells})
    old = sum(age.days is not None and age.days > STALE_AFTER_DAYS for age in ages)
    headline = (
        f"{number(len(names), 'model')} priced in {number(len(counted), 'region')} on {as_of.isoformat()}",
        f"{number(len(ages), 'source')}, {old} of them older than {STALE_AFTER_DAYS} days",
    )
    sections = [
        _summary(cells, counted),
        *([_instances(of_instances, regions)] if of_instances else []),
        _sources(book, ages),
        *(section for region in shown for section in _models(cells, region)),
    ]
    document: dict[str, Any] = {
        "as_of": as_of.isoformat(),
        "regions": {region: _counts(cells, region) for region in counted},
        "models": {region: _stated(cells, region) for region in every},
        "not_priced": {
            region: [{"model": model, "scope": scope} for model, scope in not_priced(cells, region)] for region in every
        },
        "sagemaker": _stated_instances(of_instances),
        "sources": [
            {**age._asdict(), "old": age.days is not None and age.days > STALE_AFTER_DAYS, "title": _title(book, age)}
            for age in ages
        ],
    }
    rows = [
        (model, region, mode, " ".join(cell.scopes), " ".join(cell.partial))
        for (model, region, mode), cell in cells.items()
    ]
    return Report(document, _HEAD, rows, headline, tuple(sections))


def _title(book: PriceBook, age: SourceAge) -> str:
    return book.source(age.key).title


def _counts(cells: Cells, region: str) -> dict[str, int]:
    """Return how many models have a mode's prices in a region, in any scope."""
    return {
        mode.name: sum(
            bool(cell.scopes) for (_, place, name), cell in cells.items() if (place, name) == (region, mode.name)
        )
        for mode in MODES
    }


def _summary(cells: Cells, regions: Sequence[str]) -> Section:
    titles = (Title("Region"), *(Title(_SUMMARY.get(mode.name, mode.name).capitalize(), number=True) for mode in MODES))
    rows = []
    for region in regions:
        counts = _counts(cells, region)
        rows.append(TableRow((region, *(str(counts[mode.name] or "") for mode in MODES))))
    return Section("Models with a price, by region and mode", "in any scope", titles, (Group("", tuple(rows)),))


def _instances(found: Mapping[tuple[str, str], Instances], wanted: Sequence[str]) -> Section:
    regions = sorted({region for _, region in found if not wanted or region in wanted})
    components = sorted({component for component, _ in found})
    titles = (Title("Component"), *(Title(region, number=True) for region in regions))
    rows = []
    for component in components:
        here = [found.get((component, region)) for region in regions]
        cells = ("" if one is None else f"{one.priced}" + (f" +{one.derived}" if one.derived else "") for one in here)
        rows.append(TableRow((component.replace("_", " "), *cells)))
    remark = "+: more that are derived from EC2's, with --derived"
    return Section("SageMaker instances with a price", remark, titles, (Group("", tuple(rows)),))


def _sources(book: PriceBook, ages: Sequence[SourceAge]) -> Section:
    titles = (Title("As of"), Title("Days", number=True), Title(""), Title("Prices", number=True), Title("Source"))
    rows = []
    for age in ages:
        old = "old" if age.days is not None and age.days > STALE_AFTER_DAYS else ""
        days = "" if age.days is None else f"{max(age.days, 0):,}"
        rows.append(TableRow((age.as_of or "undated", days, old, f"{age.prices:,}", _title(book, age))))
    return Section("Sources of the prices in force", "newest first", titles, (Group("", tuple(rows)),))


def _mark(scope: str) -> str:
    return {"in_region": "r", "global": "g"}.get(scope, scope.removeprefix("geo:"))


def _cell(cell: Cell) -> str:
    marks = ",".join(map(_mark, cell.scopes))
    return marks or ("part" if cell.partial else "")


def _models(cells: Cells, region: str) -> Iterator[Section]:
    modes = [mode for mode in MODES if any((place, name) == (region, mode.name) for _, place, name in cells)]
    names = sorted({model for model, place, _ in cells if place == region})
    groups = []
    for provider, ids in groupby(names, key=lambda model: model.partition(".")[0]):
        rows = [
            TableRow(
                (
                    model.partition(".")[2],
                    *(_cell(cells.get((model, region, mode.name), _EMPTY)) for mode in modes),
                )
            )
            for model in ids
        ]
        groups.append(Group(provider, tuple(rows)))
    titles = (Title("Model"), *(Title(mode.short.capitalize(), number=True) for mode in modes))
    remark = "r: in the region; us, eu, …: geographic profile; g: global; part: input or output alone"
    if groups:
        yield Section(f"Models in {region}", remark, titles, tuple(groups))
    missing = not_priced(cells, region)
    if missing:
        texts = tuple(
            f"{model}: {', '.join(_mark(scope) for _, scope in scopes)}"
            for model, scopes in groupby(missing, key=lambda each: each[0])
        )
        yield Section(f"To be called from {region}, without a price on demand", "by the catalogue", texts=texts)


def _stated(cells: Cells, region: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    stated: dict[str, dict[str, dict[str, list[str]]]] = {}
    for (model, place, mode), cell in cells.items():
        if place == region:
            scopes = {"scopes": list(cell.scopes)}
            stated.setdefault(model, {})[mode] = {**scopes, "partial": list(cell.partial)} if cell.partial else scopes
    return stated


def _stated_instances(found: Mapping[tuple[str, str], Instances]) -> dict[str, dict[str, dict[str, int]]]:
    stated: dict[str, dict[str, dict[str, int]]] = {}
    for (component, region), counts in found.items():
        stated.setdefault(component, {})[region] = counts._asdict()
    return stated
