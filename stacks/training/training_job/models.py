"""The base model, its tokenizer and what the method adds to it, from local files only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from .errors import TrainingInputError  # noqa: TID252  (the package has another name on the training machine)

if TYPE_CHECKING:
    from pathlib import Path

    from .hyperparameters import Hyperparameters  # noqa: TID252

__all__ = ["load_model", "load_tokenizer", "precision"]

# transformers, peft and torch have no types where this project's types are checked.
Model = Any


def precision() -> str:
    """Return what the hardware computes in: `bfloat16`, `float16` on older GPUs, `float32` without a GPU."""
    import torch

    if not torch.cuda.is_available():
        return "float32"
    return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"


def load_tokenizer(folder: Path) -> Any:  # noqa: ANN401
    """Return the base model's tokenizer; padding is on the right, where attention never looks back at it.

    Raises:
        TrainingInputError: where the folder holds no tokenizer or no model.
    """
    from transformers import AutoTokenizer

    if not (folder / "config.json").is_file():
        found = ", ".join(sorted(path.name for path in folder.iterdir())[:5]) if folder.is_dir() else "nothing"
        raise TrainingInputError(
            f"the channel 'model' has no config.json (it has {found or 'nothing'}); it must hold the base model's "
            "files in Hugging Face format, not packed"
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (ImportError, OSError, ValueError) as error:
        raise TrainingInputError(f"the channel 'model' has no tokenizer that can be read: {error}") from None
    tokenizer.padding_side = "right"
    if tokenizer.pad_token is None:
        # Padding is outside the loss and behind the attention mask, so that any token does.
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.pad_token is None:
        raise TrainingInputError("the tokenizer has neither a pad_token nor an eos_token")
    return tokenizer


def load_model(folder: Path, hyperparameters: Hyperparameters, *, vocabulary: int) -> Model:
    """Return the model as the method trains it; `vocabulary` is the tokenizer's length.

    Weights that are trained are held in 32 bits, which is what the optimizer needs; frozen ones in what the hardware
    computes in, or in 4 bits for `qlora`.

    Raises:
        TrainingInputError: where the channel holds no weights, or fewer embeddings than the tokenizer has tokens.
    """
    if hyperparameters.method == "from_scratch":
        model = _fresh(folder, vocabulary)
    else:
        model = _pretrained(folder, hyperparameters)
    embeddings = model.config.get_text_config().vocab_size
    if embeddings < vocabulary:
        raise TrainingInputError(
            f"the tokenizer has {vocabulary} tokens, the model embeddings for {embeddings}: they don't belong together"
        )
    model.config.use_cache = False  # of no use in training and at odds with gradient checkpointing
    if not hyperparameters.trains_adapters:
        return model
    return _with_adapters(model, hyperparameters)


def _fresh(folder: Path, vocabulary: int) -> Model:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    text = config.get_text_config()
    text.vocab_size = max(text.vocab_size, vocabulary)
    return AutoModelForCausalLM.from_config(config).to(torch.float32)


def _pretrained(folder: Path, hyperparameters: Hyperparameters) -> Model:
    import torch
    from transformers import AutoModelForCausalLM

    frozen = precision()
    options: dict[str, Any] = {"dtype": getattr(torch, frozen if hyperparameters.trains_adapters else "float32")}
    if hyperparameters.method == "qlora":
        options["quantization_config"] = _four_bits(getattr(torch, frozen))
        if torch.cuda.is_available():
            options["device_map"] = {"": int(os.environ.get("LOCAL_RANK", "0"))}
    try:
        return AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, **options)
    except OSError as error:
        raise TrainingInputError(f"the channel 'model' has no weights that can be read: {error}") from None


def _four_bits(compute: Any) -> Any:  # noqa: ANN401
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=compute,
    )


def _with_adapters(model: Model, hyperparameters: Hyperparameters) -> Model:
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    if hyperparameters.method == "qlora":
        # Gradient checkpointing is the trainer's business, for all methods alike.
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    if hyperparameters.gradient_checkpointing:
        model.enable_input_require_grads()
    targets = hyperparameters.lora_target_modules
    try:
        return get_peft_model(
            model,
            LoraConfig(
                r=hyperparameters.lora_rank,
                lora_alpha=hyperparameters.lora_alpha,
                lora_dropout=hyperparameters.lora_dropout,
                target_modules=targets if targets == "all-linear" else targets.split(","),
                task_type="CAUSAL_LM",
            ),
        )
    except ValueError as error:
        raise TrainingInputError(f"the hyperparameter 'lora_target_modules' is '{targets}': {error}") from None
