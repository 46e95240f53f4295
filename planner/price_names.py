"""What people call a thing that has prices: a service, a SKU, a model's id, its profile's, its name, an alias."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import InputError
from planner.model_id import IN_REGION, base_model_id, scope_of
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.price_book import PriceBook

__all__ = ["Named", "resolve"]

_ALIASES: Final = Path(__file__).parent / "prices" / "aliases.yaml"


class Named(NamedTuple):
    """What a name means: a whole service, or SKUs of one or several; `scope` where the name has a profile's prefix."""

    title: str
    service: str | None
    skus: tuple[tuple[str, str], ...]  # service and SKU
    scope: str | None = None


def resolve(name: str, book: PriceBook) -> Named:
    """Return what a name means; letters and digits count, capitals, blanks and hyphens between them only if they must.

    Raises:
        InputError: for a name that means nothing, with the nearest that do.
    """
    folded = " ".join(name.split()).casefold()
    service = folded.replace("-", "_").replace(" ", "_")
    if service in book.services():
        return Named(service, service, ())
    skus = _skus(book)
    found = _meant(folded, skus)
    if found is None:
        names = _all_names(book, skus)
        bare = _bare(folded)
        alike = sorted(known for known in names if bare and _bare(known) == bare)
        found = _meant(alike[0].casefold(), skus) if alike else None
        if found is None:
            raise InputError(f"nothing that has a price is called '{name}'{did_you_mean(folded, names)}")
    return found


def _meant(folded: str, skus: _Skus) -> Named | None:
    return _of_sku(folded, skus) or _of_catalogue(folded, skus) or _of_alias(folded, skus)


def _bare(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


_Skus = dict[str, list[tuple[str, str]]]


def _skus(book: PriceBook) -> _Skus:
    """Return each SKU with its services, by its spelling without capitals; a part before a slash stands for all."""
    found: _Skus = {}
    for service in book.services():
        for sku in sorted({sku for _, sku in book.rows(service)}):
            folded = sku.casefold()
            for key in dict.fromkeys((folded, folded.partition("/")[0])):
                found.setdefault(key, []).append((service, sku))
    return found


def _scope(name: str) -> str | None:
    scope = scope_of(name)
    return None if scope == IN_REGION else scope


def _of_sku(name: str, skus: _Skus) -> Named | None:
    if name in skus:
        return Named(_title(skus[name][0][1]), None, tuple(skus[name]))
    base = base_model_id(name)
    if base in skus:
        return Named(_title(skus[base][0][1]), None, tuple(skus[base]), _scope(name))
    return None


def _title(sku: str) -> str:
    from planner.catalog import load_catalog

    model = load_catalog().model(sku)
    return getattr(model, "name", sku) if model is not None and model.id == sku else sku


def _of_catalogue(name: str, skus: _Skus) -> Named | None:
    from planner.catalog import OpenWeightModel, load_catalog

    model = load_catalog().model(name)
    if model is None:
        return None
    if isinstance(model, OpenWeightModel):
        raise InputError(
            f"{model.id} has open weights and no price of its own: what counts is the instance that trains or serves it"
        )
    return Named(model.name, None, tuple(skus.get(model.id.casefold(), ())), _scope(name))


def _of_alias(name: str, skus: _Skus) -> Named | None:
    words = _alias_words()
    for stated, why in words["unmapped"].items():
        if stated.casefold() == name:
            raise InputError(f"the price book has no prices of {stated}: {why}")
    for stated, ids in (*words["aliases"].items(), *words["several"].items()):
        if name in _spellings(stated):
            every = [ids] if isinstance(ids, str) else ids
            meant = tuple(entry for each in every for entry in skus.get(each.casefold(), ()))
            if meant:
                return Named(stated.replace(": ", " "), None, meant)
    return None


def _spellings(alias: str) -> Iterable[str]:
    """Return an alias with and without its provider: `Amazon: Nova Lite`, `Amazon Nova Lite`, `Nova Lite`."""
    folded = alias.casefold()
    provider, colon, rest = folded.partition(": ")
    return (folded, f"{provider} {rest}", rest) if colon else (folded,)


def _alias_words() -> Mapping[str, Mapping[str, str | list[str]]]:
    """Return what sources call models: one name, several models, or none that is priced."""
    from planner.yaml12 import load_yaml

    data = load_yaml(_ALIASES.read_text(encoding="utf-8"), source=str(_ALIASES))
    if not isinstance(data, dict):
        raise InputError(f"{_ALIASES}: expected a mapping of aliases")
    return {section: data.get(section) or {} for section in ("aliases", "several", "unmapped")}


def _all_names(book: PriceBook, skus: _Skus) -> list[str]:
    """Return each name once, whatever its capitals: as the catalogue writes it, else the book, else a source."""
    from planner.catalog import load_catalog

    catalog = load_catalog()
    models = [(model.id, model.name, *model.aliases) for model in catalog.text_models]
    models += [(model.id, model.name, *model.aliases) for model in catalog.embedding_models]
    catalogued = [name for names in models for name in names]
    spelled = [sku for entries in skus.values() for _, sku in entries]
    aliased = [name for alias in _alias_words()["aliases"] for name in _spellings(alias)]
    names: dict[str, str] = {}
    for name in (*catalogued, *book.services(), *spelled, *aliased):
        names.setdefault(name.casefold(), name)
    return list(names.values())
