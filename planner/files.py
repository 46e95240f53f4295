"""Reading a user's file and writing an answer: whole or not at all, with one clear message for what can't be done."""

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["LARGEST_BYTES", "read_text", "write_atomically", "write_lines_atomically"]

LARGEST_BYTES = 10_000_000  # a workload has a few kilobytes, a large template one megabyte
_LINES_PER_WRITE = 1_000
_MOST_NAMES = 1_000  # of a folder, to look for a near spelling
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark.

    Raises:
        InputError: for a file that is missing, a folder, empty, binary, larger than 10 MB or not readable.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise InputError(f"{path}: is a folder; name a file in it")
        if status.st_size > LARGEST_BYTES:
            raise InputError(f"{path}: has {status.st_size:,} bytes; at most {LARGEST_BYTES:,} are read")
        with path.open("rb") as file:
            # A pipe or a device states no size beforehand.
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file{_near(path)}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{_shown(path)}: cannot be read: {_reason(error)}") from None
    if len(content) > LARGEST_BYTES:
        raise InputError(f"{path}: has more than {LARGEST_BYTES:,} bytes; at most {LARGEST_BYTES:,} are read")
    return _decoded(content, path)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: where this fails, what was there before is still there.

    The content goes to a file beside it first, which then takes the name. An existing file keeps its mode, a symbolic
    link stays one, and what is no regular file (/dev/stdout, a pipe) is written to directly.

    Raises:
        InputError: for a folder that is missing or not writable, a path that is a folder, a full disk.
    """
    _write(path, [content.encode() if isinstance(content, str) else content])


def write_lines_atomically(path: Path, lines: Iterable[str]) -> None:
    """Write lines as they come, however many: they take the file's name when all are there, as `write_atomically` does.

    Raises:
        InputError: as `write_atomically`.
    """
    _write(path, _blocks(lines))


def _blocks(lines: Iterable[str]) -> Iterator[bytes]:
    """Yield lines together, for a write of each would take longer than making it."""
    kept: list[str] = []
    for line in lines:
        kept.append(line)
        if len(kept) == _LINES_PER_WRITE:
            yield "".join(kept).encode()
            kept.clear()
    yield "".join(kept).encode()


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    try:
        mode = _mode(path)
        if _is_stream(path, mode):
            with path.open("wb", buffering=0) as stream:
                for block in blocks:
                    _write_all(stream.fileno(), block)
            return
        target = path.resolve()
        if mode is not None and not os.access(target, os.W_OK):
            raise InputError(f"{path}: cannot be written: it is read-only")
        _replace(target, blocks, mode)
    except FileNotFoundError:
        raise InputError(f"{path}: cannot be written: the folder {path.parent} does not exist") from None
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: a loop of symbolic links, before Python 3.13
        raise InputError(f"{_shown(path)}: cannot be written: {_reason(error)}") from None


def _decoded(content: bytes, path: Path) -> str:
    if content.startswith(_UTF16_MARKS):
        raise InputError(f"{path}: is UTF-16 text; save it as UTF-8")
    if b"\0" in content:
        raise InputError(f"{path}: is a binary file, not UTF-8 text")
    content = content.removeprefix(_UTF8_MARK)
    if not content.strip():
        raise InputError(f"{path}: is empty")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: is not UTF-8 text (byte {content[error.start]:#04x})") from None


def _near(path: Path) -> str:
    """Return the names in the missing file's folder that are spelled most like it, or that there is no such folder."""
    if not path.parent.is_dir():
        return f"; there is no folder {_shown(path.parent)}"
    names: list[str] = []
    with contextlib.suppress(OSError), os.scandir(path.parent) as entries:
        for entry in entries:
            names.append(entry.name)
            if len(names) == _MOST_NAMES:
                break
    return did_you_mean(path.name, [name for name in names if name.isprintable()])


def _reason(error: Exception) -> str:
    text = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
    return text[:1].lower() + text[1:]


def _mode(path: Path) -> int | None:
    """Return the mode of what is there, a link followed; None where nothing is."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise InputError(f"{path}: cannot be written: it is a folder")
    return mode


def _is_stream(path: Path, mode: int | None) -> bool:
    # /dev/stdout redirected to a file is a regular file, which must get the bytes where the caller has it open.
    return mode is not None and (not stat.S_ISREG(mode) or path.is_relative_to("/dev") or path.is_relative_to("/proc"))


def _replace(target: Path, blocks: Iterable[bytes], mode: int | None) -> None:
    temporary, descriptor = _create_beside(target)
    try:
        try:
            for block in blocks:
                _write_all(descriptor, block)
            if mode is not None:
                os.fchmod(descriptor, stat.S_IMODE(mode))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _create_beside(target: Path) -> tuple[Path, int]:
    """Create a new file in the target's folder, with the mode that any new file gets."""
    for candidate in _temporary_names():
        temporary = target.with_name(candidate)
        with contextlib.suppress(FileExistsError):
            return temporary, os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    raise InputError(f"{target}: cannot be written: its folder is full of temporary files named .fmplan-*")


def _temporary_names() -> Iterator[str]:
    return (f".fmplan-{os.getpid()}-{number}.tmp" for number in range(1_000))


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _shown(path: Path) -> str:
    """Return a path as an error shows it, shortened where it is absurdly long and escaped where it can't be printed."""
    text = str(path)
    text = text if len(text) <= 200 else f"{text[:200]}…"  # noqa: PLR2004  (long enough for any real path's recognition)
    return text if text.isprintable() else repr(text)
