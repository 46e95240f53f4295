from __future__ import annotations

import gzip
import os
import tarfile
from pathlib import Path

import pytest

from stacks.source_archive import build_source_archive

TRAINING = Path(__file__).resolve().parents[2] / "stacks" / "training"


def names_of(archive: Path) -> list[str]:
    with tarfile.open(archive, mode="r:gz") as tar:
        return tar.getnames()


def test_the_training_script_and_its_package_are_at_the_top(tmp_path: Path) -> None:
    archive = build_source_archive(TRAINING, tmp_path / "out" / "sourcedir.tar.gz")

    names = names_of(archive)
    assert {"train.py", "requirements.txt", "training_job/job.py"} <= set(names)
    assert names == sorted(names)
    assert not [name for name in names if name.endswith((".pyc", ".md", ".yaml"))]
    with tarfile.open(archive, mode="r:gz") as tar:
        for entry in tar.getmembers():
            assert (entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime, entry.mode) == (0, 0, "", "", 0, 0o644)
        script = tar.extractfile("train.py")
        assert script is not None
        assert script.read() == (TRAINING / "train.py").read_bytes()


def test_times_modes_order_and_other_files_change_nothing(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, names in (
        (first, ["train.py", "package/a.py", "package/b.py"]),
        (second, ["package/b.py", "package/a.py", "train.py"]),
    ):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(f"# {name}\nprint()\n")
    for path in second.rglob("*.py"):
        os.utime(path, (1, 1))
        path.chmod(0o600)
    (second / "train.py").write_bytes(b"# train.py\r\nprint()\r\n")
    (second / "README.md").write_text("notes")
    (second / "__pycache__").mkdir()
    (second / "__pycache__" / "train.pyc").write_bytes(b"cache")
    (second / ".venv").mkdir()
    (second / ".venv" / "site.py").write_text("print()")

    archives = [build_source_archive(folder, tmp_path / f"{folder.name}.tar.gz") for folder in (first, second)]

    assert archives[0].read_bytes() == archives[1].read_bytes()


@pytest.mark.parametrize("size", [0, 1, 65_535, 200_000])
def test_the_gzip_that_is_written_is_what_others_read(tmp_path: Path, size: int) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_bytes(b"#" * size)

    archive = build_source_archive(folder, tmp_path / "a.tar.gz")

    gzip.decompress(archive.read_bytes())  # checks length and checksum
    with tarfile.open(archive, mode="r:gz") as tar:
        member = tar.extractfile("train.py")
        assert member is not None
        assert member.read() == b"#" * size


def test_a_changed_script_is_another_archive(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "train.py").write_text("print(1)\n")
    before = build_source_archive(folder, tmp_path / "a.tar.gz").read_bytes()
    (folder / "train.py").write_text("print(2)\n")

    assert build_source_archive(folder, tmp_path / "a.tar.gz").read_bytes() != before
