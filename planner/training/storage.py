"""How large the volume of a training instance must be: base model, checkpoints, data, and what is saved."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

from planner.training.hours import parameters_billion

if TYPE_CHECKING:
    from planner.context import Context
    from planner.design import Design

__all__ = ["training_volume"]

# Bytes a parameter on disk: weights in 16 bits as they are read and as they are saved; a checkpoint of full training is
# weights and AdamW's two moments in 32 bits, and three are there while the third replaces the first.
_WEIGHTS = Decimal(4)
_CHECKPOINTS = Decimal(36)
_ADAPTERS = ("lora", "qlora")
_LEAST_GB = Decimal(50)  # image, libraries and data


def training_volume(design: Design, context: Context) -> dict[str, int | bool] | None:
    """Return a training instance's volume in GB, and whether it is local (and encrypts itself); None untrained."""
    training = design.training
    instance = context.catalog.instances.get(training.instance or "") if training else None
    if training is None or instance is None:
        return None
    _, total_b = parameters_billion(design, context)
    checkpoints = Decimal(0) if training.method in _ADAPTERS else _CHECKPOINTS
    needed = int((_LEAST_GB + total_b * (_WEIGHTS + checkpoints)).to_integral_value(ROUND_CEILING))
    local = instance.local_nvme_gb
    return {"volume_gb": min(needed, local) if local else needed, "local_storage": bool(local)}
