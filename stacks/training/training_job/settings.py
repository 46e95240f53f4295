"""The hyperparameters in the terms of the transformers library's trainer."""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .models import precision  # noqa: TID252  (the package has another name on the training machine)

if TYPE_CHECKING:
    from pathlib import Path

    from .hyperparameters import Hyperparameters  # noqa: TID252

__all__ = ["trainer_class", "trainer_settings"]

_CHECKPOINTS_KEPT = 2
# Tokenizing a large corpus happens while the other processes wait for it.
_LONGEST_WAIT_SECONDS = 6 * 60 * 60


def trainer_settings(hyperparameters: Hyperparameters, checkpoints: Path, *, sharded: bool) -> Any:  # noqa: ANN401
    """Return the trainer's settings; making them joins the processes of the run."""
    from transformers import TrainingArguments

    kind = precision()
    # Sharded layers are recomputed by FSDP itself, the two ways exclude each other.
    recompute = hyperparameters.gradient_checkpointing and not sharded
    options: dict[str, Any] = {
        "output_dir": str(checkpoints),
        "num_train_epochs": 1,  # all epochs are one list, see order.py
        "learning_rate": hyperparameters.learning_rate,
        "lr_scheduler_type": "cosine",
        "weight_decay": hyperparameters.weight_decay,
        "per_device_train_batch_size": hyperparameters.batch_size,
        "per_device_eval_batch_size": hyperparameters.batch_size,
        "gradient_accumulation_steps": hyperparameters.gradient_accumulation_steps,
        "gradient_checkpointing": recompute,
        "bf16": kind == "bfloat16",
        "fp16": kind == "float16",
        "use_cpu": kind == "float32",
        "eval_strategy": "no",  # changed where there is something to validate on, which is known later
        "prediction_loss_only": True,
        "save_strategy": "no",  # by the clock, see progress.py
        "save_total_limit": _CHECKPOINTS_KEPT,
        "logging_strategy": "steps",
        "logging_steps": hyperparameters.logging_steps,
        "logging_first_step": True,
        "disable_tqdm": True,
        "report_to": "none",
        "seed": hyperparameters.seed,
        "data_seed": hyperparameters.seed,
        "remove_unused_columns": False,
        "ddp_find_unused_parameters": False,
        "ddp_timeout": _LONGEST_WAIT_SECONDS,
    }
    if recompute:
        options["gradient_checkpointing_kwargs"] = {"use_reentrant": False}
    if sharded:
        # FSDP's second version, which the trainer of the training image takes from the environment alone.
        os.environ["FSDP_VERSION"] = "2"
        options["fsdp"] = "full_shard auto_wrap"
        options["fsdp_config"] = {
            "activation_checkpointing": hyperparameters.gradient_checkpointing,
            "cpu_ram_efficient_loading": True,
            "state_dict_type": "SHARDED_STATE_DICT",
        }
    return TrainingArguments(**options)


def trainer_class() -> Any:  # noqa: ANN401
    """Return a trainer that takes the sequences in the order that they have."""
    from torch.utils.data import SequentialSampler
    from transformers import Trainer

    class InOrderTrainer(Trainer):
        """Without a shuffle of its own."""

        def _get_train_sampler(self, train_dataset: Any = None) -> Any:  # noqa: ANN401
            return SequentialSampler(self.train_dataset if train_dataset is None else train_dataset)

    return InOrderTrainer
