"""A design: the one thing that is decided, priced and synthesized."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["APPROACHES", "Design", "Training"]

# The customization ladder, cheapest rung first.
APPROACHES = ("prompt_engineering", "rag", "fine_tuning", "continued_pretraining", "train_from_scratch")


@dataclass(frozen=True, slots=True)
class Training:
    """How a model is trained: on Bedrock AWS chooses method and hardware, so both are None there."""

    service: str  # bedrock | sagemaker | sagemaker_jumpstart | sagemaker_hyperpod
    method: str | None  # lora | qlora | full_ft | distillation | continued_pretraining | from_scratch
    epochs: int
    instance: str | None = None
    instances: int | None = None
    spot: bool = False
    teacher: str | None = None  # distillation: the model whose answers the student learns


class Design(NamedTuple):
    """A rung of the ladder with its choices: which model, how it is served, retrieved for and trained."""

    approach: str
    model: str  # Bedrock model id with its inference profile's prefix, or the name of an open-weight model
    inference: (
        str  # on_demand | batch | provisioned_throughput | custom_on_demand | custom_model_import | sagemaker_endpoint
    )
    vector_store: str | None = None
    embedding_model: str | None = None
    opensearch_generation: str | None = None  # of OpenSearch Serverless: classic | nextgen
    training: Training | None = None
    model_units: int | None = None
    term: str | None = None  # no_commitment | 1_month | 6_months
    endpoint_instance: str | None = None
    endpoint_instances: int | None = None
    retraining_per_year: Decimal | None = None

    @property
    def trained(self) -> bool:
        """Whether the model's weights are changed."""
        return self.training is not None
