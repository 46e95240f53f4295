from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from planner import files
from planner.errors import InputError
from planner.files import read_text, write_atomically


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_text(path)
    return str(caught.value).replace(str(path), "FILE").replace(str(path.parent), "FOLDER")


def refused_to_write(path: Path, content: str = "new") -> str:
    with pytest.raises(InputError) as caught:
        write_atomically(path, content)
    return str(caught.value).replace(str(path), "FILE").replace(str(path.parent), "FOLDER")


# --- reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"name: a\n", "name: a\n"),
        (b"\xef\xbb\xbfname: a\n", "name: a\n"),  # a byte order mark
        ("name: ü €\r\n".encode(), "name: ü €\r\n"),
    ],
)
def test_reads_utf_8(tmp_path: Path, content: bytes, text: str) -> None:
    path = tmp_path / "w.yaml"
    path.write_bytes(content)
    assert read_text(path) == text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "FILE: is empty"),
        (b" \n\t\n", "FILE: is empty"),
        (b"\xef\xbb\xbf\n", "FILE: is empty"),
        (b"name: \xff\n", "FILE:1: is not UTF-8 text (byte 0xff)"),
        (b"name: a\nx: caf\xe9\n", "FILE:2: is not UTF-8 text (byte 0xe9)"),
        (b"\x7fELF\x00\x01", "FILE: is a binary file, not UTF-8 text"),
        ("name: a".encode("utf-16"), "FILE: is UTF-16 text; save it as UTF-8"),
    ],
)
def test_refuses_what_is_no_text(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "w.yaml"
    path.write_bytes(content)
    assert refused(path) == message


def test_names_the_nearest_files_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "support.yaml").touch()
    assert refused(tmp_path / "suport.yaml") == "FILE: no such file; did you mean 'support.yaml'?"
    assert refused(tmp_path / "zzz") == "FILE: no such file"


def test_says_where_the_folder_is_missing(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing" / "w.yaml") == "FILE: no such file; there is no folder FOLDER"


def test_refuses_a_folder(tmp_path: Path) -> None:
    assert refused(tmp_path) == "FILE: is a folder; name a file in it"


def test_refuses_a_large_file_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "w.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)  # sparse: no disk, no time
    assert refused(path) == "FILE: has 100,000,000 bytes; at most 10,000,000 are read"


def test_refuses_an_endless_device() -> None:
    assert refused(Path("/dev/zero")) == "FILE: has more than 10,000,000 bytes; at most 10,000,000 are read"


def test_reads_a_pipe(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"name: a\n")
    os.close(writer)
    try:
        assert read_text(Path(f"/dev/fd/{reader}")) == "name: a\n"
    finally:
        os.close(reader)


def test_says_why_a_file_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "w.yaml"
    path.write_text("name: a")

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert refused(path) == "FILE: cannot be read: permission denied"


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\ud800"])
def test_refuses_impossible_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(tmp_path / name)
    str(caught.value).encode()  # can be printed
    assert len(str(caught.value)) < 500


# --- writing ----------------------------------------------------------------------------------------------------------


def test_writes_text_and_bytes(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", "ü\n")
    write_atomically(tmp_path / "b", b"\x00")
    assert (tmp_path / "a").read_bytes() == "ü\n".encode()
    assert (tmp_path / "b").read_bytes() == b"\x00"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["a", "b"]


def test_writes_beside_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_atomically(Path("plan.json"), "{}")
    assert (tmp_path / "plan.json").read_text() == "{}"


def test_keeps_the_mode_of_an_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o640)
    write_atomically(path, "new")
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_gives_a_new_file_the_mode_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    write_atomically(tmp_path / "ours", "new")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "any").stat().st_mode


def test_writes_through_a_symbolic_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("old")
    (tmp_path / "link").symlink_to("folder/file")
    write_atomically(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "file").read_text() == "new"


def test_writes_into_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_atomically(path, "written")
        assert os.read(reader, 100) == b"written"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(path.stat().st_mode)


@pytest.mark.parametrize("redirected", [False, True])
def test_writes_to_standard_output(tmp_path: Path, redirected: bool) -> None:
    program = (
        "import sys; from pathlib import Path; from planner.files import write_atomically\n"
        "sys.stdout.write('before\\n'); sys.stdout.flush()\n"
        "write_atomically(Path('/dev/stdout'), 'written\\n' * 20000)\n"
    )
    out = tmp_path / "out"
    with out.open("wb") as file:
        done = subprocess.run(
            [sys.executable, "-c", program],
            stdout=file if redirected else subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            check=True,
        )
    text = out.read_text() if redirected else done.stdout.decode()
    assert text.endswith("written\n" * 20000)


def test_refuses_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    missing = tmp_path / "missing" / "plan.json"
    assert refused_to_write(tmp_path / "folder") == "FILE: cannot be written: it is a folder"
    assert refused_to_write(missing) == "FILE: cannot be written: the folder FOLDER does not exist"
    assert refused_to_write(tmp_path / "file" / "x") == "FILE: cannot be written: not a directory"
    assert "cannot be written" in refused_to_write(tmp_path / "loop")
    assert "cannot be written" in refused_to_write(tmp_path / ("x" * 300))
    assert "cannot be written" in refused_to_write(tmp_path / "a\0b")


def test_refuses_a_read_only_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, who may write anything
    assert refused_to_write(path) == "FILE: cannot be written: it is read-only"
    assert path.read_text() == "old"


@pytest.mark.parametrize("step", ["write", "fsync", "fchmod"])
def test_a_failure_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    assert refused_to_write(path) == "FILE: cannot be written: no space left on device"
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(tmp_path / "a", "new")
    assert list(tmp_path.iterdir()) == []


def test_takes_the_next_temporary_name_where_one_is_taken(tmp_path: Path) -> None:
    (tmp_path / f".fmplan-{os.getpid()}-0.tmp").write_text("somebody's")
    write_atomically(tmp_path / "a", "new")
    assert (tmp_path / "a").read_text() == "new"
    assert (tmp_path / f".fmplan-{os.getpid()}-0.tmp").read_text() == "somebody's"


def test_gives_up_where_all_temporary_names_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken.tmp").touch()
    monkeypatch.setattr(files, "_temporary_names", lambda: iter(["taken.tmp"]))
    assert "full of temporary files" in refused_to_write(tmp_path / "a")
