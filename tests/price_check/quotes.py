"""What the packages say: litellm's price file out of its wheel, genai-prices through its Python interface."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from planner.model_id import with_scope
from tests.price_check.keys import Place, Skipped, litellm_place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from genai_prices.types import ModelInfo, ModelPrice, Provider

__all__ = [
    "DIMENSIONS",
    "Package",
    "Quote",
    "genai_package",
    "genai_quotes",
    "litellm_package",
    "litellm_quotes",
    "same_model",
]

Json = dict[str, Any]

# The price book's dimension → litellm's field, USD a token.
_LITELLM_FIELDS: Final = {
    "input_mtok": "input_cost_per_token",
    "output_mtok": "output_cost_per_token",
    "cache_read_mtok": "cache_read_input_token_cost",
    "cache_write_mtok": "cache_creation_input_token_cost",
}
# genai-prices has the same four under the same names, in USD per million tokens.
DIMENSIONS: Final = tuple(_LITELLM_FIELDS)
_MILLION: Final = 1_000_000
# The packages' figures were floats once: 3.0000000000000004e-07 is 0.3 a million.
_DIGITS: Final = Context(prec=12)
_DAY: Final = re.compile(r"\b20\d\d-\d\d-\d\d\b", re.ASCII)


@dataclass(frozen=True, eq=False)
class Quote:
    """A package's prices under one key, USD per million tokens."""

    package: str
    key: str
    place: Place
    usd: dict[str, Decimal]


class Package(NamedTuple):
    """A package, what it quotes, and how many of its keys are not compared, by reason."""

    name: str
    version: str
    dated: str  # what is known of its age
    quotes: tuple[Quote, ...]
    skipped: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...] = ()  # its entries for Bedrock that none of the book's models is


def _collected(skipped: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    keys: dict[str, list[str]] = {}
    for reason, key in skipped:
        keys.setdefault(reason, []).append(key)
    return {reason: tuple(sorted(keys[reason])) for reason in sorted(keys)}


def litellm_quotes(entries: Json) -> tuple[tuple[Quote, ...], dict[str, tuple[str, ...]]]:
    """Return the quotes of litellm's price file for Bedrock, and its other Bedrock keys by the reason to skip them."""
    quotes, skipped = [], []
    for key, entry in sorted(entries.items()):
        provider = str(entry.get("litellm_provider"))
        if not provider.startswith(("bedrock", "amazon_nova")):
            continue
        place = litellm_place(key, provider=provider, mode=str(entry.get("mode")))
        if isinstance(place, Skipped):
            skipped.append((place.reason, key))
            continue
        usd = {
            dimension: (Decimal(entry[field]) * _MILLION).normalize(_DIGITS)
            for dimension, field in _LITELLM_FIELDS.items()
            if entry.get(field)
        }
        if usd:
            quotes.append(Quote("litellm", key, place, usd))
        else:
            skipped.append(("no price of a token", key))
    return tuple(quotes), _collected(skipped)


def litellm_package(folder: Path) -> Package:
    """Return what litellm's wheel in a folder says; the wheel is read as the archive that it is, nothing is installed.

    Raises:
        FileNotFoundError: where there is not exactly one wheel of it.
    """
    wheels = sorted(folder.glob("litellm-*.whl"))
    if len(wheels) != 1:
        message = f"{folder}: expected one wheel litellm-*.whl, found {len(wheels)}; `make check-prices` downloads it"
        raise FileNotFoundError(message)
    with zipfile.ZipFile(wheels[0]) as wheel:
        # Figures are read from their text: 3e-07 is no binary fraction.
        entries = json.loads(wheel.read("litellm/model_prices_and_context_window_backup.json"), parse_float=Decimal)
    quotes, skipped = litellm_quotes(entries)
    version = wheels[0].name.split("-")[1]
    return Package("litellm", version, "its entries carry no day", quotes, skipped)


_ENTRY_SCOPE: Final = re.compile(r"(?:global|regional)\.")
_ENTRY_VERSION: Final = re.compile(r"(?:-20\d{6})?(?:-v\d+)?(?::\d+)?$", re.ASCII)


def same_model(entry: str, model: str) -> bool:
    """Return whether an entry's id is a model's, but for profile, date and version.

    The package finds entries by parts of names; one that it finds for a model that it does not know is no price of it.
    """
    return _bare(_ENTRY_SCOPE.sub("", entry)) == _bare(model)


def _bare(model: str) -> str:
    return _ENTRY_VERSION.sub("", model)


# Where an entry makes no difference between profiles, its price is the United States'.
_PLAIN_SCOPES: Final = ("in_region", "geo:us")


def genai_quotes(provider: Provider, version: str, places: Iterable[tuple[str, str]], *, as_of: date) -> Package:
    """Return what genai-prices says of models in scopes on a day, as its own matching finds them."""
    quotes: list[Quote] = []
    skipped: list[tuple[str, str]] = []
    found: set[str] = set()
    noon = datetime.combine(as_of, time(12), tzinfo=UTC)
    for model, scope in sorted(places):
        asked = with_scope(model, scope)
        entry = provider.find_model(asked)
        if entry is None:
            continue
        if not same_model(entry.id, model):
            skipped.append(("found by a part of the name only", f"{asked} by {entry.id}"))
            continue
        found.add(entry.id)
        tells_scopes = _ENTRY_SCOPE.match(entry.id) is not None
        if not tells_scopes and scope not in _PLAIN_SCOPES:
            skipped.append(("an entry that makes no difference between profiles, asked for one outside the US", asked))
            continue
        usd = _genai_prices(entry.get_prices(noon))
        if usd:
            quotes.append(Quote("genai-prices", asked, Place(model, scope, None), usd))
    unknown = sorted(entry.id for entry in provider.models if entry.id not in found)
    return Package(
        "genai-prices", version, _newest_day(provider.models, as_of), tuple(quotes), _collected(skipped), tuple(unknown)
    )


def _genai_prices(prices: ModelPrice) -> dict[str, Decimal]:
    usd = {}
    for dimension in DIMENSIONS:
        price = getattr(prices, dimension)
        base = getattr(price, "base", price)  # the first of its steps, where it has some
        if isinstance(base, Decimal) and base:
            usd[dimension] = base.normalize(_DIGITS)
    return usd


def genai_package(places: Iterable[tuple[str, str]], *, as_of: date) -> Package:
    """Return what the installed genai-prices says of models in scopes on a day."""
    import genai_prices
    from genai_prices.data import providers

    provider = next(each for each in providers if each.id == "aws")
    return genai_quotes(provider, genai_prices.__version__, places, as_of=as_of)


def _newest_day(models: Iterable[ModelInfo], as_of: date) -> str:
    """Return the newest day that the package's own notes name: it has no other date."""
    days = {day for model in models for day in _DAY.findall(model.price_comments or "") if day <= as_of.isoformat()}
    return f"the newest day in its notes is {max(days)}" if days else "its entries carry no day"
