from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.training.training_job.checkpoints import check_same_run, latest_complete, mark_complete
from stacks.training.training_job.errors import TrainingInputError

if TYPE_CHECKING:
    from pathlib import Path


def checkpoint(folder: Path, step: int, *, nodes: int = 1, marked: int | None = None) -> Path:
    path = folder / f"checkpoint-{step}"
    (path / "weights").mkdir(parents=True)
    for node in range(nodes):
        (path / "weights" / f"{node}.bin").write_bytes(b"12345678")
    for node in range(nodes if marked is None else marked):
        mark_complete(path, node=node, nodes=nodes)
    return path


def test_the_newest_whole_checkpoint_is_taken(tmp_path: Path) -> None:
    checkpoint(tmp_path, 9)
    newest = checkpoint(tmp_path, 10)
    (tmp_path / "checkpoint-best").mkdir()
    (tmp_path / "notes.txt").write_text("")

    assert latest_complete(tmp_path) == newest


def test_nothing_there_is_a_start(tmp_path: Path) -> None:
    assert latest_complete(tmp_path) is None
    assert latest_complete(tmp_path / "missing") is None


def test_a_checkpoint_that_was_cut_short_is_passed_over(tmp_path: Path) -> None:
    whole = checkpoint(tmp_path, 1)
    checkpoint(tmp_path, 2, marked=0)  # interrupted before it was marked
    checkpoint(tmp_path, 3, nodes=2, marked=1)  # the second node didn't get that far
    (checkpoint(tmp_path, 4) / "weights" / "0.bin").write_bytes(b"1234")  # copied in part
    (checkpoint(tmp_path, 5) / "weights" / "0.bin").unlink()  # not copied
    (checkpoint(tmp_path, 6) / "fmplan_complete_0.json").write_text('{"nodes": 1, "fi')
    (checkpoint(tmp_path, 7) / "fmplan_complete_0.json").write_text('{"nodes": 1, "files": 3}')
    (checkpoint(tmp_path, 8) / "fmplan_complete_0.json").write_text("[]")

    assert latest_complete(tmp_path) == whole


def test_all_nodes_together_make_a_checkpoint(tmp_path: Path) -> None:
    assert latest_complete(tmp_path) != checkpoint(tmp_path, 3, nodes=2)
    assert latest_complete(tmp_path) == tmp_path / "checkpoint-3"


def test_a_folder_belongs_to_one_run(tmp_path: Path) -> None:
    folder = tmp_path / "checkpoints"
    check_same_run(folder, {"method": "lora", "seed": 1})
    check_same_run(folder, {"method": "lora", "seed": 1})

    with pytest.raises(TrainingInputError, match=r"of another run \(seed was 1 and is 2\); give this job a checkpoint"):
        check_same_run(folder, {"method": "lora", "seed": 2})


def test_a_note_that_was_cut_short_is_no_note(tmp_path: Path) -> None:
    (tmp_path / "fmplan_run.json").write_text('{"met')

    check_same_run(tmp_path, {"method": "lora"})
    check_same_run(tmp_path, {"method": "lora"})
