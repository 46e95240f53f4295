"""What models, instances, vector stores and limits are, each fact with its source; never what they cost.

People edit the YAML files here and run `python -m planner.catalog.compile`; programs read the JSON that it writes,
because a YAML reader takes longer to start than the whole plan.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from planner.catalog.entries import (
    Accelerator,
    Customization,
    CustomModelImport,
    Distillation,
    EmbeddingModel,
    Instance,
    Limit,
    ModelClass,
    OpenWeightModel,
    ProvisionedThroughput,
    Source,
    TextModel,
    Training,
    VectorStore,
)
from planner.model_id import base_model_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Accelerator",
    "Catalog",
    "CustomModelImport",
    "Customization",
    "Distillation",
    "EmbeddingModel",
    "Instance",
    "Limit",
    "ModelClass",
    "OpenWeightModel",
    "ProvisionedThroughput",
    "Source",
    "TextModel",
    "Training",
    "VectorStore",
    "load_catalog",
]

Model: TypeAlias = TextModel | EmbeddingModel | OpenWeightModel

COMPILED = Path(__file__).parent / "compiled"

_ENTRY_TYPES: Mapping[str, Any] = {
    "text_models": TextModel,
    "embedding_models": EmbeddingModel,
    "open_weight_models": OpenWeightModel,
    "accelerators": Accelerator,
    "instances": Instance,
    "vector_stores": VectorStore,
    "limits": Limit,
    "sources": Source,
}
_SECTION_TYPES: Mapping[str, Any] = {
    "provisioned_throughput": ProvisionedThroughput,
    "customization": Customization,
    "fine_tuning": Training,
    "continued_pretraining": Training,
    "reinforcement_fine_tuning": Training,
    "distillation": Distillation,
    "custom_model_import": CustomModelImport,
}
# YAML says `class`, which Python keeps for itself.
_RENAMED = {"class": "model_class"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything that is known of models, hardware, stores and limits, in the order of the files."""

    text_models: tuple[TextModel, ...]
    embedding_models: tuple[EmbeddingModel, ...]
    open_weight_models: tuple[OpenWeightModel, ...]
    accelerators: Mapping[str, Accelerator]
    instances: Mapping[str, Instance]
    vector_stores: Mapping[str, VectorStore]
    limits: Mapping[str, Limit]
    sources: Mapping[str, Source]
    _models: Mapping[str, Model]

    def model(self, name: str) -> Model | None:
        """Return the model with this id, display name or alias; an inference profile's prefix is ignored."""
        return self._models.get(name) or self._models.get(base_model_id(name).casefold())

    def text_model(self, name: str) -> TextModel | None:
        """Return the Bedrock text model with this id or alias."""
        found = self.model(name)
        return found if isinstance(found, TextModel) else None

    def embedding_model(self, name: str) -> EmbeddingModel | None:
        """Return the Bedrock embedding model with this id or alias."""
        found = self.model(name)
        return found if isinstance(found, EmbeddingModel) else None

    def open_weight_model(self, name: str) -> OpenWeightModel | None:
        """Return the open-weight model with this Hugging Face name or alias."""
        found = self.model(name)
        return found if isinstance(found, OpenWeightModel) else None

    def model_ids(self) -> tuple[str, ...]:
        """Return all ids of models, for messages about an unknown one."""
        return tuple(
            m.id for group in (self.text_models, self.embedding_models, self.open_weight_models) for m in group
        )

    def limit(self, name: str) -> Limit:
        """Return a limit by its id.

        Raises:
            KeyError: a limit that the catalogue does not have, which is a mistake in the program.
        """
        return self.limits[name]

    def source(self, entry: Model | Accelerator | Instance | VectorStore | Limit, fact: str) -> Source:
        """Return where a fact of an entry was read."""
        return self.sources[entry.sources[fact]]


def _value(key: str, value: Any) -> Any:  # noqa: ANN401  (JSON is of any type)
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        if key in _SECTION_TYPES:
            return _build(_SECTION_TYPES[key], value)
        return {name: _value("", item) for name, item in value.items()}
    return value


def _build(entry_type: Any, entry: Mapping[str, Any]) -> Any:  # noqa: ANN401  (one builder for all entry types)
    decimals = _decimal_fields(entry_type)
    return entry_type(
        **{
            _RENAMED.get(key, key): Decimal(value) if key in decimals and isinstance(value, int) else _value(key, value)
            for key, value in entry.items()
        }
    )


@cache
def _decimal_fields(entry_type: Any) -> frozenset[str]:  # noqa: ANN401  (one of the entry types)
    """Return the fields that are decimals: JSON has a whole one as an int, whose quotients would be floats."""
    return frozenset(name for name, kind in entry_type.__annotations__.items() if str(kind).startswith("Decimal"))


def _index(models: Iterable[Model]) -> dict[str, Model]:
    index: dict[str, Model] = {}
    for model in models:
        for name in (
            model.id,
            model.id.casefold(),
            model.name.casefold(),
            *(alias.casefold() for alias in model.aliases),
        ):
            index.setdefault(name, model)
    return index


@cache
def load_catalog() -> Catalog:
    """Return the catalogue, read once from the compiled files."""
    entries: dict[str, list[Any]] = {kind: [] for kind in _ENTRY_TYPES}
    sources: dict[str, Source] = {}
    for path in sorted(COMPILED.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
        kind = content["kind"]
        if kind == "sources":
            sources = {key: _build(Source, entry) for key, entry in content["entries"].items()}
        else:
            entries[kind] += [_build(_ENTRY_TYPES[kind], entry) for entry in content["entries"]]
    return Catalog(
        text_models=tuple(entries["text_models"]),
        embedding_models=tuple(entries["embedding_models"]),
        open_weight_models=tuple(entries["open_weight_models"]),
        accelerators={entry.id: entry for entry in entries["accelerators"]},
        instances={entry.id: entry for entry in entries["instances"]},
        vector_stores={entry.id: entry for entry in entries["vector_stores"]},
        limits={entry.id: entry for entry in entries["limits"]},
        sources=sources,
        _models=_index([*entries["text_models"], *entries["embedding_models"], *entries["open_weight_models"]]),
    )
