from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.training.training_job.errors import TrainingInputError
from stacks.training.training_job.order import InOrder
from stacks.training.training_job.packing import PackedTokens, PackedWriter, pack_documents

if TYPE_CHECKING:
    from pathlib import Path


class Digits:
    """A tokenizer of one token a digit; 9 ends a document."""

    chat_template = None

    def __init__(self, end: int | None = 9) -> None:
        self.eos_token_id = end
        self.most_at_once = 0

    def __call__(self, text: list[str], *, add_special_tokens: bool = True) -> dict[str, list[list[int]]]:
        assert not add_special_tokens
        self.most_at_once = max(self.most_at_once, len(text))
        return {"input_ids": [[int(digit) for digit in one] for one in text]}

    def apply_chat_template(self, conversation: object, *, tokenize: bool, add_generation_prompt: bool) -> str:
        raise NotImplementedError


def test_documents_follow_one_another_without_padding(tmp_path: Path) -> None:
    with PackedWriter(tmp_path / "kept") as kept, PackedWriter(tmp_path / "held") as held:
        pack_documents([(kept, "12"), (held, "77"), (kept, "3456"), (kept, "")], Digits())

    assert kept.tokens == 9
    blocks = PackedTokens(tmp_path / "kept", block=4)
    assert [blocks[index] for index in range(len(blocks))] == [[1, 2, 9, 3], [4, 5, 6, 9]]  # the last 9 is left over
    assert PackedTokens(tmp_path / "held", block=3)[0] == [7, 7, 9]
    with pytest.raises(IndexError):
        blocks[2]


def test_large_token_ids_survive(tmp_path: Path) -> None:
    with PackedWriter(tmp_path / "kept") as kept:
        kept.write([0, 262_143, 2**32 - 1])

    assert PackedTokens(tmp_path / "kept", block=3)[0] == [0, 262_143, 2**32 - 1]


def test_an_empty_corpus_has_no_blocks(tmp_path: Path) -> None:
    with PackedWriter(tmp_path / "kept"):
        pass

    assert len(PackedTokens(tmp_path / "kept", block=4)) == 0


def test_a_long_corpus_is_tokenized_in_pieces(tmp_path: Path) -> None:
    tokenizer = Digits()
    with PackedWriter(tmp_path / "kept") as kept:
        pack_documents(((kept, "1") for _ in range(2000)), tokenizer)

    assert kept.tokens == 4000
    assert tokenizer.most_at_once < 1000


def test_documents_need_an_end(tmp_path: Path) -> None:
    with PackedWriter(tmp_path / "kept") as kept, pytest.raises(TrainingInputError, match="no eos_token"):
        pack_documents([(kept, "1")], Digits(end=None))


class Numbers:
    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> dict[str, list[int]]:
        return {"input_ids": [index]}


def order_of(length: int, seed: int) -> list[int]:
    ordered = InOrder(Numbers(10), length=length, seed=seed)
    assert len(ordered) == length
    return [ordered[index]["input_ids"][0] for index in range(length)]


def test_each_epoch_has_each_sequence_once_in_an_order_of_its_own() -> None:
    order = order_of(25, seed=1)

    assert sorted(order[:10]) == sorted(order[10:20]) == list(range(10))
    assert order[:10] != order[10:20]
    assert order == order_of(25, seed=1)
    assert order != order_of(25, seed=2)


def test_a_sequence_is_found_without_those_before_it() -> None:
    assert InOrder(Numbers(10), length=25, seed=1)[17]["input_ids"] == [order_of(25, seed=1)[17]]
    with pytest.raises(IndexError):
        InOrder(Numbers(10), length=25, seed=1)[25]
