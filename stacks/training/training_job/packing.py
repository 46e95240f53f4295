"""Documents packed into blocks of equal length on disk: no padding, and no more memory for a larger corpus."""

from __future__ import annotations

import mmap
from array import array
from itertools import islice
from typing import TYPE_CHECKING, Self

from .errors import TrainingInputError  # noqa: TID252  (the package has another name on the training machine)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import TracebackType

    from .encoding import Tokenizer  # noqa: TID252

__all__ = ["PackedTokens", "PackedWriter", "pack_documents"]

# Unsigned, 4 bytes on every platform that SageMaker has: vocabularies are larger than 65,536.
_TYPE = "I"
_BYTES = array(_TYPE).itemsize
# Fast tokenizers use all cores on a list of texts, and one on a single text.
_DOCUMENTS_AT_ONCE = 512


class PackedWriter:
    """Appends token ids to a file."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self.tokens = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def write(self, ids: Iterable[int]) -> None:
        """Append the tokens of one document."""
        values = array(_TYPE, ids)
        self._file.write(values.tobytes())
        self.tokens += len(values)


class PackedTokens:
    """A file of token ids, read as blocks of equal length; what is left after the last whole block is not used."""

    def __init__(self, path: Path, *, block: int) -> None:
        self._block_bytes = block * _BYTES
        self.tokens = path.stat().st_size // _BYTES
        self._blocks = self.tokens // block
        with path.open("rb") as file:
            # An empty file can't be mapped.
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self._blocks else b""

    def __len__(self) -> int:
        return self._blocks

    def __getitem__(self, index: int) -> list[int]:
        if not 0 <= index < self._blocks:
            raise IndexError(index)
        start = index * self._block_bytes
        return array(_TYPE, self._bytes[start : start + self._block_bytes]).tolist()


def pack_documents(documents: Iterable[tuple[PackedWriter, str]], tokenizer: Tokenizer) -> None:
    """Write each document's tokens to its file, one document after the other, each closed by the end-of-text token.

    Raises:
        TrainingInputError: where the tokenizer has no end-of-text token to tell documents apart.
    """
    end = tokenizer.eos_token_id
    if end is None:
        raise TrainingInputError("the tokenizer has no eos_token; packed documents can't be told apart without one")
    for batch in _batches(documents):
        encoded = tokenizer([text for _, text in batch], add_special_tokens=False)["input_ids"]
        for (writer, _), ids in zip(batch, encoded, strict=True):
            writer.write([*ids, end])


def _batches(documents: Iterable[tuple[PackedWriter, str]]) -> Iterator[list[tuple[PackedWriter, str]]]:
    remaining = iter(documents)
    while batch := list(islice(remaining, _DOCUMENTS_AT_ONCE)):
        yield batch
