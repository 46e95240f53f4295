"""What a run has downloaded so far, in a folder of its own: an interrupted run goes on, a finished one removes it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import re
import shutil
from typing import IO, TYPE_CHECKING, Any, Final

from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["State"]

_RUN: Final = "run.json"
_LOCK: Final = "lock"


class State:
    """A folder of downloaded pieces that belong to one question (source, endpoint, services, regions, day)."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock: IO[bytes] | None = None

    def open(self, question: dict[str, Any]) -> bool:
        """Take the folder and return whether it holds pieces of the same question; other pieces are removed.

        Raises:
            InputError: for a folder that cannot be written, is somebody else's, or in which another run is going on.
        """
        try:
            if self._root.exists() and not self._is_ours():
                raise InputError(f"{self._root}: is not empty and not the folder of a refresh; name another by --state")
            self._root.mkdir(parents=True, exist_ok=True)
            self._lock = (self._root / _LOCK).open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close(done=False)
            raise InputError(f"{self._root}: another refresh is running there") from None
        except OSError as error:
            raise InputError(f"{self._root}: cannot be written: {error.strerror}; name a folder by --state") from None
        text = json.dumps(question, sort_keys=True)
        run = self._root / _RUN
        if run.exists() and run.read_text(encoding="utf-8") == text:
            return True
        self._clear()
        run.write_text(text, encoding="utf-8")
        return False

    def has(self, name: str) -> bool:
        """Return whether a piece has been downloaded whole."""
        return self.path(name).exists()

    def path(self, name: str) -> Path:
        """Return where a piece is."""
        return self._root / re.sub(r"[^A-Za-z0-9._-]", "_", name)

    def read(self, name: str) -> bytes:
        """Return a piece."""
        return self.path(name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        """Keep a piece, whole or not at all."""
        with self.writing(name) as file:
            file.write(content)

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """Open a piece for writing; it has its name once everything is in it."""
        path = self.path(name)
        partial = path.with_name(path.name + ".part")
        try:
            with partial.open("wb") as file:
                yield file
            partial.replace(path)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from None

    def forget(self, prefix: str) -> None:
        """Remove the pieces whose names begin so."""
        for path in self._root.glob(re.sub(r"[^A-Za-z0-9._-]", "_", prefix) + "*"):
            path.unlink()

    def close(self, *, done: bool) -> None:
        """Leave the folder; a finished run removes it."""
        if done:
            shutil.rmtree(self._root, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _is_ours(self) -> bool:
        return self._root.is_dir() and (not any(self._root.iterdir()) or (self._root / _LOCK).exists())

    def _clear(self) -> None:
        for path in self._root.iterdir():
            if path.name != _LOCK and path.is_file():
                path.unlink()
