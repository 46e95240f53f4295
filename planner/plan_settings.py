"""What a stack needs beside the design: how passages are cut, what an evaluation asks for, how long a job may run."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

from planner.money import plain
from planner.training.hours import training_hours
from planner.training.storage import training_volume

if TYPE_CHECKING:
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = ["settings_of"]

_DAYS_PER_MONTH = 30
_SAFETY = Decimal(3)  # a job is stopped after so many times its estimated hours


def settings_of(design: Design, context: Context, signals: Signals) -> dict[str, Any]:
    """Return the settings of a plan document."""
    assumed, workload = context.assumed, context.workload
    embedding = context.catalog.embedding_model(design.embedding_model or "")
    model = context.catalog.text_model(design.model)
    custom = model.customization if model else None
    emails = assumed.value("alert_emails")
    hours = _hours(design, context, signals)
    evidence = workload.evidence
    return {
        "alert_emails": list(emails) if isinstance(emails, list) else [],
        "guardrail": assumed.flag("guardrail"),
        "redundancy": assumed.flag("redundancy"),
        "opensearch_generation": design.opensearch_generation,
        "embedding_dimensions": embedding.dimensions[0] if embedding else None,
        "chunk_tokens": int(assumed.number("chunk_tokens")),
        "chunk_overlap": plain(assumed.number("chunk_overlap")),
        "retrieved_passages": int(assumed.number("retrieved_passages")),
        "changes": signals.corpus.changes,
        "evaluation": {
            "metric": evidence.metric,
            "target": None if evidence.target is None else plain(evidence.target),
            "lower_is_better": bool(evidence.lower_is_better),
        },
        "base_model_identifier": custom.base_model_identifier if custom and design.training else None,
        "custom_model_units": design.model_units,
        "serving": list(model.custom_serving(context.region)) if model and design.training else [],
        "training": {
            "hours": None if hours is None else plain(hours),
            "max_runtime_hours": None if hours is None else int((hours * _SAFETY).to_integral_value(ROUND_CEILING)),
            **(training_volume(design, context) or {}),
        },
        "log_retention_days": int(assumed.number("log_retention_months")) * _DAYS_PER_MONTH,
    }


def _hours(design: Design, context: Context, signals: Signals) -> Decimal | None:
    if design.training is None or design.training.instance is None:
        return None
    return training_hours(design, context, signals)
