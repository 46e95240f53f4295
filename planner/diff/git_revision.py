"""Files of a git revision, `main:workload.yaml`, in a folder of their own for as long as they are read."""

from __future__ import annotations

import os
import re
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from planner.errors import InputError
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MissingInRevision", "files_of_revision", "is_revision"]

_DRIVE: Final = re.compile(r"[A-Za-z]:[\\/]")
_SECONDS: Final = 60
_MOST_FILES: Final = 5_000
_MOST_BYTES: Final = 512 * 1024 * 1024


class MissingInRevision(NamedTuple):
    """A path that a revision doesn't have: what is there now wasn't there then."""

    revision: str
    path: str


def is_revision(text: str) -> bool:
    """Whether a text names a path in a git revision; what exists as a file is one, whatever its name."""
    revision, colon, path = text.partition(":")
    return bool(colon and revision and path) and not _DRIVE.match(text) and "://" not in text


@contextmanager
def files_of_revision(spec: str, *, folder: Path) -> Iterator[Path | MissingInRevision]:
    """Yield a copy of what `revision:path` names, a file or a folder, seen from a folder of the repository.

    A path is the repository's; one that begins with `./` or `../` starts from the folder, as in git.

    Raises:
        InputError: where there is no git or no repository, for a revision that isn't there or begins with a dash, and
            for what is too large or no file.
    """
    revision, _, path = spec.partition(":")
    if revision.startswith("-"):
        raise InputError(f"{spec}: a revision does not begin with '-'; write it as main:workload.yaml")
    if "\0" in spec or "\n" in spec:
        raise InputError(f"{spec!r}: is no git revision; write it as main:workload.yaml")
    commit = _commit(revision, spec, folder)
    kind = _git(folder, "cat-file", "-t", f"{commit}:{path}")
    if kind.returncode:
        yield _missing(kind, revision, path, spec)
        return
    with tempfile.TemporaryDirectory(prefix="fmplan-") as name:
        copy = Path(name) / (path.rstrip("/").rpartition("/")[2] or "files")
        found = kind.stdout.decode().strip()
        if found == "blob":
            _write_file(folder, f"{commit}:{path}", copy, spec)
        elif found == "tree":
            _write_folder(folder, f"{commit}:{path}", copy, spec)
        else:
            raise InputError(f"{spec}: is a {found} in this revision, not a file or a folder")
        yield copy


def _commit(revision: str, spec: str, folder: Path) -> str:
    found = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found.returncode == 0:
        return found.stdout.decode().strip()
    inside = _git(folder, "rev-parse", "--git-dir")
    if inside.returncode:
        raise InputError(f"{spec}: {_said(inside) or 'this folder is in no git repository'}")
    names = _git(folder, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags")
    near = did_you_mean(revision, names.stdout.decode(errors="replace").split())
    shallow = _git(folder, "rev-parse", "--is-shallow-repository").stdout.decode().strip() == "true"
    fetch = "; this clone is shallow: fetch more of it (git fetch --unshallow)" if shallow else ""
    raise InputError(f"{spec}: git has no revision {revision!r} here{near}{fetch}")


def _missing(kind: subprocess.CompletedProcess[bytes], revision: str, path: str, spec: str) -> MissingInRevision:
    said = _said(kind)
    if "does not exist in" in said or "exists on disk, but not in" in said:
        return MissingInRevision(revision, path)
    raise InputError(f"{spec}: {said or 'git can not read it'}")


def _write_file(folder: Path, named: str, copy: Path, spec: str) -> None:
    size = _git(folder, "cat-file", "-s", named)
    if size.returncode or int(size.stdout) > _MOST_BYTES:
        raise InputError(f"{spec}: is too large, or can't be read")
    copy.write_bytes(_good(_git(folder, "cat-file", "blob", named), spec))


def _write_folder(folder: Path, named: str, copy: Path, spec: str) -> None:
    """Write the files of a folder; links stay out, since they could lead anywhere."""
    listed = _good(_git(folder, "ls-tree", "-r", "-l", "-z", "--full-tree", named), spec)
    sizes = [entry.split(b"\t")[0].split()[3] for entry in listed.split(b"\0") if entry]
    if len(sizes) > _MOST_FILES or sum(int(size) for size in sizes if size.isdigit()) > _MOST_BYTES:
        raise InputError(f"{spec}: has more than {_MOST_FILES} files or {_MOST_BYTES // 1024**2} MiB")
    tree = _good(_git(folder, "rev-parse", "--verify", named), spec).decode().strip()
    # From below the top an archive would hold no more than that folder.
    top = Path(_good(_git(folder, "rev-parse", "--show-toplevel"), spec).decode().rstrip("\n"))
    copy.mkdir()
    archive = copy.with_name("files.tar")
    archive.write_bytes(_good(_git(top, "archive", "--format=tar", tree), spec))
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member) if member.isfile() else None
            place = copy / member.name
            if content is not None and place.resolve().is_relative_to(copy.resolve()):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content.read())
    archive.unlink()


def _good(finished: subprocess.CompletedProcess[bytes], spec: str) -> bytes:
    if finished.returncode:
        raise InputError(f"{spec}: {_said(finished) or 'git can not read it'}")
    return finished.stdout


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git without prompts, pagers, hooks, or asking a remote for what a partial clone left out."""
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    command = ["git", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", *arguments]
    try:
        return subprocess.run(  # noqa: S603  (no shell; what a user named never begins with a dash)
            command,
            cwd=folder,
            env={**os.environ, **quiet},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except FileNotFoundError:
        raise InputError("git is needed to read a revision, and there is none on the PATH") from None
    except subprocess.TimeoutExpired:
        raise InputError(f"git took longer than {_SECONDS} seconds to read a revision") from None


def _said(finished: subprocess.CompletedProcess[bytes]) -> str:
    """Return the first line of what git complained about, without its prefix and without control characters."""
    lines = finished.stderr.decode(errors="replace").splitlines()
    first = next((line for line in lines if line.strip()), "")
    return "".join(each for each in first.removeprefix("fatal: ") if each.isprintable())
