"""How complete the price book is: which model has a price in which region, in which mode; which instance in which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from planner.price_rows import ALL_REGIONS, DEFAULTS, DERIVED
from planner.price_search import every, in_force, known_regions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from planner.price_book import PriceBook
    from planner.price_search import Entry

__all__ = [
    "MODES",
    "Cell",
    "Instances",
    "Mode",
    "SourceAge",
    "instances",
    "models",
    "not_priced",
    "regions_of",
    "source_ages",
]

BEDROCK: Final = "bedrock"
SAGEMAKER: Final = "sagemaker"
_INSTANCE: Final = ".instance_hour"


class Mode(NamedTuple):
    """A way to use a model: priced where all of `needs` are, or any item that begins with `kind`."""

    name: str
    short: str
    needs: tuple[str, ...] = ()
    kind: str = ""

    def has(self, item: str) -> bool:
        """Whether a price is one of the mode's."""
        return item in self.needs or bool(self.kind and item.startswith(self.kind))


def _tokens(kind: str) -> tuple[str, ...]:
    return (f"{kind}.input_mtok", f"{kind}.output_mtok")


MODES: Final = (
    Mode("on demand", "demand", _tokens("on_demand")),
    Mode("batch", "batch", _tokens("batch")),
    Mode("flex", "flex", _tokens("flex")),
    Mode("priority", "prio", _tokens("priority")),
    Mode("cache", "cache", ("on_demand.cache_read_mtok",)),
    Mode("custom on demand", "cust", _tokens("custom_on_demand")),
    Mode("training", "train", kind="customization_training."),
    Mode("provisioned", "prov", kind="provisioned_throughput."),
    Mode("embedding", "emb", ("embedding.input_mtok",)),
)


class Cell(NamedTuple):
    """The scopes in which a model has a mode's prices in a region; in `partial` ones some are lacking."""

    scopes: tuple[str, ...]
    partial: tuple[str, ...]


class Instances(NamedTuple):
    """How many instances a component has a price of in a region, and how many more a derived one."""

    priced: int
    derived: int


class SourceAge(NamedTuple):
    """A source, its day (none where it is undated), its age then, and how many prices in force are its."""

    key: str
    as_of: str | None
    days: int | None
    prices: int


Cells = dict[tuple[str, str, str], Cell]  # by model, region and mode


def regions_of(book: PriceBook) -> tuple[str, ...]:
    """Return the regions that have a price of a model."""
    return known_regions(entry for entry in every(book, [BEDROCK]) if any(mode.has(entry.item) for mode in MODES))


def models(book: PriceBook, *, regions: Sequence[str], as_of: date) -> Cells:
    """Return what is priced of each model in regions on a day; a cell without a price is not there."""
    items: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for entry in in_force(every(book, [BEDROCK]), as_of):
        if entry.row.above:
            continue
        for mode in MODES:
            if mode.has(entry.item):
                for region in regions if entry.row.region == ALL_REGIONS else (entry.row.region,):
                    scopes = items.setdefault((entry.sku, region, mode.name), {})
                    scopes.setdefault(entry.row.scope, set()).add(entry.item)
    wanted = set(regions)
    needs = {mode.name: len(mode.needs) for mode in MODES}
    return {
        key: Cell(
            tuple(sorted((scope for scope, has in scopes.items() if len(has) >= needs[key[2]]), key=_scope_order)),
            tuple(sorted((scope for scope, has in scopes.items() if len(has) < needs[key[2]]), key=_scope_order)),
        )
        for key, scopes in sorted(items.items())
        if key[1] in wanted
    }


def _scope_order(scope: str) -> tuple[bool, bool, str]:
    """Order scopes from near to far: the region, geographies, the world."""
    return (scope == "global", scope != "in_region", scope)


def not_priced(cells: Cells, region: str) -> tuple[tuple[str, str], ...]:
    """Return models and scopes that the catalogue says can be called from a region, without a price on demand."""
    from planner.catalog import load_catalog

    missing = []
    for model in load_catalog().text_models:
        cell = cells.get((model.id, region, MODES[0].name))
        priced = cell.scopes if cell else ()
        missing += [(model.id, scope) for scope in model.scopes(region) if scope not in priced]
    return tuple(sorted(missing))


def instances(book: PriceBook, *, as_of: date) -> dict[tuple[str, str], Instances]:
    """Return SageMaker's instances by component and region, those that only a rule can price beside the others."""
    entries = [entry for entry in every(book, [SAGEMAKER]) if entry.item.endswith(_INSTANCE)]
    priced = _skus(in_force(entries, as_of))
    today = as_of.isoformat()
    derived = _skus(entry for entry in entries if entry.row.confidence == DERIVED and entry.row.effective <= today)
    return {
        place: Instances(len(priced.get(place, ())), len(derived.get(place, set()) - priced.get(place, set())))
        for place in sorted({*priced, *derived})
    }


def _skus(entries: Iterable[Entry]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for entry in entries:
        found.setdefault((entry.item.removesuffix(_INSTANCE), entry.row.region), set()).add(entry.sku)
    return found


def source_ages(book: PriceBook, *, as_of: date) -> list[SourceAge]:
    """Return the sources of prices in force on a day, the newest first, undated ones last."""
    from datetime import date as day

    prices: dict[str, int] = {}
    for entry in in_force(every(book), as_of):
        if entry.row.confidence in DEFAULTS:
            prices[entry.row.source] = prices.get(entry.row.source, 0) + 1
    ages = []
    for key, count in prices.items():
        stated = book.source(key).as_of
        days = (as_of - day.fromisoformat(stated)).days if stated else None
        ages.append(SourceAge(key, stated, days, count))
    return sorted(ages, key=lambda age: (age.days is None, age.days or 0, age.key))
