"""Names in a workload that the catalogue must know: models, regions, instances."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from planner.catalog import load_catalog
from planner.errors import InputError
from planner.model_id import with_scope
from planner.near import did_you_mean
from planner.workload_checks import check_references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.catalog import EmbeddingModel, TextModel
    from planner.workload import Workload

__all__ = ["known_regions", "refuse_unknown_names"]


@cache
def known_regions() -> tuple[str, ...]:
    """Return the regions in which the catalogue has a text model."""
    return tuple(sorted({region for model in load_catalog().text_models for region in model.regions}))


def _spellings(model: TextModel | EmbeddingModel) -> Iterator[str]:
    yield model.id
    yield model.name
    yield from model.aliases
    for scopes in model.regions.values():
        for scope in scopes:
            yield with_scope(model.id, scope)


@cache
def _text_models() -> frozenset[str]:
    catalog = load_catalog()
    bedrock = {name for model in catalog.text_models for name in _spellings(model)}
    return frozenset(bedrock | {name for model in catalog.open_weight_models for name in (model.id, *model.aliases)})


@cache
def _embedding_models() -> frozenset[str]:
    return frozenset(name for model in load_catalog().embedding_models for name in _spellings(model))


def refuse_unknown_names(workload: Workload, *, source: str) -> None:
    """Refuse names that nothing is known of.

    Raises:
        InputError: naming the key, the value and the nearest spellings.
    """
    covered = known_regions()
    named = [("region", workload.region), *(("constraints.regions", name) for name in workload.constraints.regions)]
    for key, region in named:
        if region is not None and region not in covered:
            message = (
                f"{source}: {key}: the catalogue knows no model that can be called from '{region}'; "
                f"it covers {', '.join(covered)}{did_you_mean(region, covered)}"
            )
            raise InputError(message)
    check_references(
        workload,
        source=source,
        model_ids=_text_models(),
        embedding_model_ids=_embedding_models(),
        regions=covered,
        instances=load_catalog().instances,
    )
