"""A design in words, and in what another one differs from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.number_format import quantity
from planner.report import words as say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["design_choices", "difference"]

Json = dict[str, Any]


def _training(training: Json) -> str:
    words = []
    if training.get("method"):
        words.append(say.method(training["method"]))
    epochs = training.get("epochs")
    if epochs is not None:
        words.append(f"{quantity(epochs)} {'epoch' if quantity(epochs) == '1' else 'epochs'}")
    if training.get("instance"):
        words.append(_machines(training.get("instances"), training["instance"]))
    if training.get("spot"):
        words.append("spot")
    if training.get("teacher"):
        words.append(f"teacher {say.plain_text(training['teacher'])}")
    return f"trained on {say.training_service(training.get('service'))}: {', '.join(words)}".removesuffix(": ")


def _machines(count: object, instance: object) -> str:
    return f"{quantity(count if count is not None else 1)} × {say.plain_text(instance)}"


def _serving(design: Mapping[str, Any]) -> str:
    words = [say.inference(design.get("inference"))]
    if design.get("model_units"):
        units = quantity(design["model_units"])
        words.append(f"{units} {'model unit' if units == '1' else 'model units'}")
    if design.get("term"):
        words.append(say.term(design["term"]))
    if design.get("endpoint_instance"):
        words.append(_machines(design.get("endpoint_instances"), design["endpoint_instance"]))
    return ", ".join(words)


def _store(design: Mapping[str, Any]) -> str:
    if not design.get("vector_store"):
        return ""
    generation = design.get("opensearch_generation")
    return say.vector_store(design["vector_store"]) + (f" ({say.words(generation)})" if generation else "")


def _retraining(design: Mapping[str, Any]) -> str:
    per_year = design.get("retraining_per_year")
    if not design.get("training") or per_year is None:
        return ""
    times = quantity(per_year)
    return "never retrained" if times == "0" else f"retrained {'once' if times == '1' else f'{times} times'} a year"


def design_choices(design: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the choices of a design by name, those that it makes."""
    choices = (
        ("Model", say.plain_text(design.get("model"))),
        ("Inference", _serving(design)),
        ("Vector store", _store(design)),
        ("Embedding model", say.plain_text(design.get("embedding_model"))),
        ("Training", _training(design["training"]) if design.get("training") else ""),
        ("Retraining", _retraining(design)),
    )
    return tuple((label, value) for label, value in choices if value)


def difference(chosen: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """Return another design's choices where they differ from the chosen one's; all of them where none seems to."""
    mine, theirs = dict(design_choices(chosen)), dict(design_choices(other))
    changed = [value for label, value in theirs.items() if mine.get(label) != value]
    # What is not trained is not retrained either.
    changed += [f"no {label.lower()}" for label in mine if label not in theirs and label != "Retraining"]
    return "; ".join(changed or theirs.values())
