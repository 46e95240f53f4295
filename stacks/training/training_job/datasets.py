"""What the trainer reads: encoded examples or packed blocks, and batches of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

# ruff: noqa: TID252  (the package has another name on the training machine)
from .encoding import IGNORED_LABEL, Encoded, encode_example
from .errors import TrainingInputError
from .packing import PackedTokens, PackedWriter, pack_documents
from .records import is_for_validation, read_documents, read_examples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from .encoding import Tokenizer
    from .hyperparameters import Hyperparameters
    from .machine import Machine

__all__ = ["Blocks", "Collator", "Data", "Examples", "load_documents", "load_examples"]

# Tensor cores want lengths that are multiples of 8.
_PAD_TO = 8

Record = TypeVar("Record")


class Examples:
    """Encoded examples, each a sequence of its own."""

    def __init__(self, encoded: Sequence[Encoded]) -> None:
        self._encoded = encoded

    def __len__(self) -> int:
        return len(self._encoded)

    def __getitem__(self, index: int) -> dict[str, list[int]]:
        one = self._encoded[index]
        return {"input_ids": one.input_ids, "labels": one.labels}


class Blocks:
    """Packed blocks: each token is learnt from those before it."""

    def __init__(self, packed: PackedTokens) -> None:
        self._packed = packed

    def __len__(self) -> int:
        return len(self._packed)

    def __getitem__(self, index: int) -> dict[str, list[int]]:
        ids = self._packed[index]
        return {"input_ids": ids, "labels": ids}


@dataclass(frozen=True, slots=True)
class Data:
    """What to train and to validate on, with what there is to say about it."""

    train: Examples | Blocks
    validation: Examples | Blocks | None
    counts: dict[str, int]


class Collator:
    """Pads the sequences of a batch to one length."""

    def __init__(self, pad_token_id: int) -> None:
        self._pad = pad_token_id

    def __call__(self, sequences: Sequence[dict[str, list[int]]]) -> dict[str, Any]:
        """Return the batch as tensors: `input_ids`, `attention_mask` and `labels`."""
        torch = _torch()
        longest = max(len(sequence["input_ids"]) for sequence in sequences)
        length = -(-longest // _PAD_TO) * _PAD_TO
        rows: dict[str, list[list[int]]] = {"input_ids": [], "attention_mask": [], "labels": []}
        for sequence in sequences:
            used = len(sequence["input_ids"])
            padding = length - used
            rows["input_ids"].append(sequence["input_ids"] + [self._pad] * padding)
            rows["attention_mask"].append([1] * used + [0] * padding)
            rows["labels"].append(sequence["labels"] + [IGNORED_LABEL] * padding)
        return {name: torch.tensor(values, dtype=torch.long) for name, values in rows.items()}


def load_examples(train: Path, validation: Path | None, tokenizer: Tokenizer, hyperparameters: Hyperparameters) -> Data:
    """Return the labelled data; without a validation folder a share of the examples is kept for it.

    Examples longer than the sequence length are left out and counted: a completion that is cut off teaches the model
    to stop in mid-sentence.

    Raises:
        TrainingInputError: for ill-formed data, and where nothing is left to train on.
    """
    longest = hyperparameters.max_sequence_length
    too_long = 0
    kept: list[Encoded] = []
    held: list[Encoded] = []
    for is_held, example in _sides(train, validation, read_examples, lambda one: one.prompt, hyperparameters):
        encoded = encode_example(tokenizer, example)
        if len(encoded.input_ids) > longest:
            too_long += 1
        else:
            (held if is_held else kept).append(encoded)
    if not kept:
        raise TrainingInputError(
            f"no example is left to train on; {too_long} are longer than max_sequence_length, {longest} tokens"
        )
    counts = {
        "train_examples": len(kept),
        "validation_examples": len(held),
        "left_out_too_long": too_long,
        "train_tokens": sum(len(one.input_ids) for one in kept),
    }
    return Data(Examples(kept), Examples(held) if held else None, counts)


def load_documents(
    train: Path,
    validation: Path | None,
    tokenizer: Tokenizer,
    hyperparameters: Hyperparameters,
    machine: Machine,
) -> Data:
    """Return the documents as packed blocks; one process a machine writes them, the others wait and read.

    Raises:
        TrainingInputError: for ill-formed data, and where there is less than one block to train on.
    """
    train_file, validation_file = machine.scratch / "train.tokens", machine.scratch / "validation.tokens"
    if machine.is_first_here:
        sides = _sides(train, validation, read_documents, str, hyperparameters)
        with PackedWriter(train_file) as kept, PackedWriter(validation_file) as held:
            pack_documents(((held if is_held else kept, text) for is_held, text in sides), tokenizer)
    machine.wait()
    length = hyperparameters.max_sequence_length
    packed, unseen = PackedTokens(train_file, block=length), PackedTokens(validation_file, block=length)
    if not len(packed):
        raise TrainingInputError(
            f"the documents for training have {packed.tokens} tokens, less than a block of {length}: "
            "give more, or a smaller max_sequence_length"
        )
    counts = {
        "train_blocks": len(packed),
        "validation_blocks": len(unseen),
        "train_tokens": len(packed) * length,
    }
    return Data(Blocks(packed), Blocks(unseen) if len(unseen) else None, counts)


def _sides(
    train: Path,
    validation: Path | None,
    read: Callable[[Path], Iterator[Record]],
    key: Callable[[Record], str],
    hyperparameters: Hyperparameters,
) -> Iterator[tuple[bool, Record]]:
    """Yield each record with whether it is for validation."""
    for record in read(train):
        is_held = validation is None and is_for_validation(
            key(record), fraction=hyperparameters.validation_fraction, seed=hyperparameters.seed
        )
        yield is_held, record
    if validation:
        for record in read(validation):
            yield True, record


def _torch() -> Any:  # noqa: ANN401  (torch is not where the types are checked)
    import torch

    return torch
