"""Names that the price list gives models → ids of Bedrock's API: data (models.yaml), never a guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Models", "folded", "models"]

_DATA: Final = Path(__file__).parent / "models.yaml"
_KEEP: Final = re.compile(r"[^a-z0-9+]")


@dataclass(frozen=True, slots=True)
class Models:
    """Ids by folded name, and what sets some ids apart."""

    ids: Mapping[str, str]
    embeddings: frozenset[str]
    long_prompt_tokens: Mapping[str, int]
    unpriced: Mapping[str, str]

    def id_of(self, name: str) -> str | None:
        """Return the API's id of a model by any name that the price list uses, spaces, dots and case aside."""
        return self.ids.get(folded(name))

    def reason_of(self, name: str) -> str | None:
        """Return why a known model is not priced, or None."""
        return self.unpriced.get(folded(name))


def folded(name: str) -> str:
    """Return a name without what the price list spells differently from row to row: case, spaces, dots, hyphens."""
    return _KEEP.sub("", name.casefold())


@cache
def models() -> Models:
    """Return the names that ship."""
    from planner.yaml12 import load_yaml

    data = cast("dict[str, Any]", load_yaml(_DATA.read_text(encoding="utf-8"), source=str(_DATA)))
    ids: dict[str, str] = {}
    for model, names in data["names"].items():
        for name in names:
            if ids.setdefault(folded(name), model) != model:
                raise InputError(f"{_DATA}: '{name}' names both {ids[folded(name)]} and {model}")
    return Models(
        ids,
        frozenset(data["embeddings"]),
        dict(data["long_prompt_tokens"]),
        {folded(name): reason for name, reason in data["unpriced"].items()},
    )
