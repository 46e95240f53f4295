"""Batches: one answer a line, in order, each with its id; a bad line stops nobody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from planner import batch
from planner.batch import answers
from planner.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def double(data: dict[str, Any], source: str) -> tuple[dict[str, Any], int]:
    """Answer with twice the number; 13 is refused, 7 calls for exit code 1."""
    if data.get("number") == 13:
        raise InputError(f"{source}: number: 13 is not allowed")
    return {"double": int(data["number"]) * 2}, int(data["number"] == 7)


def answered(path: Path) -> list[tuple[dict[str, Any], int]]:
    return [(json.loads(line), code) for line, code in answers(path, double)]


def written(tmp_path: Path, *lines: str | bytes) -> Path:
    path = tmp_path / "jobs.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n")
    return path


def test_answers_come_in_order_with_their_ids(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "b", "number": 2}', '{"number": 7, "id": 1}', '{"number": 3}')
    assert answered(path) == [
        ({"id": "b", "double": 4}, 0),
        ({"id": 1, "double": 14}, 1),
        ({"id": None, "double": 6}, 0),
    ]


def test_a_bad_line_is_answered_and_stops_nobody(tmp_path: Path) -> None:
    path = written(
        tmp_path, '{"id": "a", "number": 13}', '{"id": "b", "number"', '["c"]', "5", '{"id": "d", "number": 1}'
    )
    found = answered(path)
    assert [code for _, code in found] == [2, 2, 2, 2, 0]
    assert found[0][0] == {"id": "a", "error": f"{path}:1: number: 13 is not allowed"}
    assert [answer.get("id") for answer, _ in found] == ["a", None, None, None, "d"]
    assert all(f"{path}:{number}" in found[number - 1][0]["error"] for number in (1, 2, 3, 4))
    assert found[2][0]["error"] == f"{path}:3: one JSON object a line is expected"


def test_empty_lines_are_no_lines_but_count(tmp_path: Path) -> None:
    path = written(tmp_path, "", "   ", '{"id": "a", "number": 13}')
    (only,) = answered(path)
    assert f"{path}:3" in only[0]["error"]


def test_an_empty_file_has_no_answers(tmp_path: Path) -> None:
    path = tmp_path / "jobs.jsonl"
    path.write_text("", encoding="utf-8")
    assert answered(path) == []


def test_answers_are_one_line_each_in_plain_unicode(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "größe", "number": 1}')
    ((line, _),) = answers(path, double)
    assert line == '{"id":"größe","double":2}\n'


def test_what_is_no_text_ends_the_batch(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "a", "number": 1}', b"\xff\xfe\x00", '{"id": "b", "number": 2}')
    found = answered(path)
    assert found[-1][1] == 2
    assert "not UTF-8" in found[-1][0]["error"]


def test_twice_the_same_key_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "a", "number": 1, "number": 2}')
    ((answer, code),) = answered(path)
    assert code == 2
    assert "number" in answer["error"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999999999"])
def test_numbers_that_are_none_are_refused(tmp_path: Path, number: str) -> None:
    path = written(tmp_path, f'{{"id": "a", "number": {number}}}', '{"id": "b", "number": 1}')
    assert [code for _, code in answered(path)] == [2, 0]


def test_an_endless_line_is_one_bad_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_LONGEST_LINE", 40)
    path = written(tmp_path, '{"id": "a", "text": "' + "x" * 200 + '"}', '{"id": "b", "number": 1}')
    found = answered(path)
    assert [code for _, code in found] == [2, 0]
    assert found[0][0] == {"id": None, "error": f"{path}:1: longer than 40 characters"}
    # What is exactly as long as allowed is read.
    line = '{"id": "c", "number": 1}'.ljust(40)
    assert answered(written(tmp_path, line))[0][1] == 0


def test_a_line_that_nests_without_end(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": "a", "number": ' + "[" * 100_000, '{"id": "b", "number": 1}')
    assert [code for _, code in answered(path)] == [2, 0]


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: No such file"):
        list(answers(tmp_path / "missing.jsonl", double))
    with pytest.raises(InputError, match="is a directory"):
        list(answers(tmp_path, double))


def test_answers_come_as_they_are_made(tmp_path: Path) -> None:
    path = written(tmp_path, *(f'{{"id": {number}, "number": {number}}}' for number in range(1, 6)))
    asked: list[int] = []

    def remembering(data: dict[str, Any], source: str) -> tuple[dict[str, Any], int]:
        asked.append(int(data["number"]))
        return double(data, source)

    stream = answers(path, remembering)
    next(stream)
    assert asked == [1]


@pytest.mark.parametrize("identity", ["7", '"a"', "null", "1.50", "1E+2", "[1,2.5]", '{"a":0.10}', '"é\\"<"', "true"])
def test_any_id_comes_back_as_it_was(tmp_path: Path, identity: str) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text(f'{{"id": {identity}, "name": "x"}}\n', encoding="utf-8")
    (as_object, _), (as_text, _) = [
        next(answers(path, lambda _data, _source, result=result: (result, 0)))  # type: ignore[misc]
        for result in ({"a": 1}, '{"a":1}')
    ]
    assert as_object == as_text == f'{{"id":{identity},"a":1}}\n'
