"""The trained model as files that can be served, and a record of what was trained."""

from __future__ import annotations

import gc
import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from .machine import Machine  # noqa: TID252  (the package has another name on the training machine)

__all__ = ["merge_adapters", "save_adapters", "save_whole_model", "write_record"]

# transformers, peft and torch have no types where this project's types are checked.
Trainer = Any
Tensors = dict[str, Any]


def save_adapters(trainer: Trainer, folder: Path, machine: Machine, *, sharded: bool) -> None:
    """Write the adapters, a small part of the model, in the precision that they were trained in."""
    weights = _gathered(trainer) if sharded else None
    if machine.is_first:
        trainer.accelerator.unwrap_model(trainer.model).save_pretrained(folder, state_dict=weights)
        trainer.processing_class.save_pretrained(folder)


def save_whole_model(trainer: Trainer, folder: Path, machine: Machine, *, kind: str, sharded: bool) -> None:
    """Write all weights, in the precision `kind` that they are served in: half of what training holds them in."""
    import torch

    weights = _gathered(trainer) if sharded else trainer.accelerator.unwrap_model(trainer.model).state_dict()
    if not machine.is_first:
        return
    served = getattr(torch, kind)
    by_storage: dict[int, Any] = {}  # so that tied weights stay one
    for name, tensor in weights.items():
        if tensor.is_floating_point() and tensor.dtype != served:
            weights[name] = by_storage.setdefault(tensor.data_ptr(), tensor.to(served))
    model = trainer.accelerator.unwrap_model(trainer.model)
    model.config.dtype = served
    model.config.use_cache = True
    model.save_pretrained(folder, state_dict=weights)
    trainer.processing_class.save_pretrained(folder)


def merge_adapters(adapter: Path, base_model: Path, folder: Path, *, kind: str) -> None:
    """Write base model and adapters as one model that any server loads; needs the base model's size in main memory.

    The base is read anew in the precision it is served in: adapters merged into 4-bit weights would be rounded.
    """
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    os.environ.pop("ACCELERATE_USE_FSDP", None)  # else only a part of the weights is read
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    base = AutoModelForCausalLM.from_pretrained(base_model, local_files_only=True, dtype=getattr(torch, kind))
    merged = PeftModel.from_pretrained(base, str(adapter), local_files_only=True).merge_and_unload()
    merged.save_pretrained(folder)


def write_record(folder: Path, record: dict[str, Any]) -> None:
    """Write `fmplan_training.json`: what was trained, on how much, with which result."""
    text = json.dumps(record, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / "fmplan_training.json").write_text(text + "\n", encoding="utf-8")


def _gathered(trainer: Trainer) -> Tensors:
    # Checkpoints are one file a process; what is served is whole.
    trainer.accelerator.state.fsdp_plugin.set_state_dict_type("FULL_STATE_DICT")
    weights: Tensors = trainer.accelerator.get_state_dict(trainer.model_wrapped)
    # FSDP's second version may leave a tensor spread out; putting it together takes all processes.
    return {
        name: tensor.full_tensor().cpu() if hasattr(tensor, "full_tensor") else tensor
        for name, tensor in weights.items()
    }
