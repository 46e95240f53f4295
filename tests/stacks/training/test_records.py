from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.training.training_job.errors import TrainingInputError
from stacks.training.training_job.records import Example, is_for_validation, read_documents, read_examples

if TYPE_CHECKING:
    from pathlib import Path


def test_examples_are_read_in_the_order_of_names_and_lines(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.jsonl").write_text('{"prompt": "5", "completion": "e"}\n')
    (tmp_path / "b.jsonl").write_text('\ufeff{"prompt": "3", "completion": "c", "id": 7}\r\n\r\n', encoding="utf-8")
    (tmp_path / "a.jsonl").write_text('{"prompt": "1", "completion": "ä"}\n{"prompt": "2", "completion": "b"}')
    (tmp_path / ".hidden.jsonl").write_text("no")
    (tmp_path / "notes.md").write_text("no")

    assert list(read_examples(tmp_path)) == [
        Example("1", "ä", "a.jsonl, line 1"),
        Example("2", "b", "a.jsonl, line 2"),
        Example("3", "c", "b.jsonl, line 1"),
        Example("5", "e", "c.jsonl, line 1"),
    ]


def test_documents_are_lines_or_files(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "one"}\n{"text": "two"}\n')
    (tmp_path / "b.txt").write_text("three\nlines\n")
    (tmp_path / "c.txt").write_text("  \n")

    assert list(read_documents(tmp_path)) == ["one", "two", "three\nlines\n"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"prompt": "a"}', "a.jsonl, line 1: no key 'completion' (it has 'prompt'); each line is {\"prompt\""),
        (b"{}", "a.jsonl, line 1: no key 'prompt' (it has no keys)"),
        (b'{"prompt": "a", "completion": 3}', "a.jsonl, line 1: 'completion' is a JSON number, not a string"),
        (b'{"prompt": null, "completion": "b"}', "a.jsonl, line 1: 'prompt' is a JSON null, not a string"),
        (b'{"prompt": ["a"], "completion": "b"}', "'prompt' is a JSON array, not a string"),
        (b'{"prompt": {}, "completion": "b"}', "'prompt' is a JSON object, not a string"),
        (b'{"prompt": true, "completion": "b"}', "'prompt' is a JSON boolean, not a string"),
        (b'{"prompt": "a", "completion": " "}', "a.jsonl, line 1: 'completion' is empty"),
        (b'\n{"prompt": "a", ', "a.jsonl, line 2: not JSON"),
        (b'["a"]', "a.jsonl, line 1: a JSON array, not an object"),
        (b'"a"', "a.jsonl, line 1: a JSON string, not an object"),
        (b"\n\n\xff", "a.jsonl, line 3: not UTF-8 (byte 1)"),
        (b"\n\n", "a.jsonl: no records"),
    ],
)
def test_ill_formed_data_is_named_by_file_line_and_key(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)

    with pytest.raises(TrainingInputError) as caught:
        list(read_examples(tmp_path))

    assert message in str(caught.value)


def test_a_channel_without_data_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(TrainingInputError, match=r"there is no folder .*with \*.jsonl files"):
        list(read_examples(tmp_path / "train"))
    with pytest.raises(TrainingInputError, match=r"has no \*.jsonl or \*.txt file; .*\"text\""):
        list(read_documents(tmp_path))


def test_a_record_is_always_on_the_same_side() -> None:
    texts = [f"prompt {number}" for number in range(10_000)]

    held = {text for text in texts if is_for_validation(text, fraction=0.05, seed=1)}

    assert 400 < len(held) < 600
    assert held == {text for text in reversed(texts) if is_for_validation(text, fraction=0.05, seed=1)}
    assert held <= {text for text in texts if is_for_validation(text, fraction=0.1, seed=1)}
    assert held != {text for text in texts if is_for_validation(text, fraction=0.05, seed=2)}
    assert not any(is_for_validation(text, fraction=0, seed=1) for text in texts)
