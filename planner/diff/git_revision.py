"""Files of a git revision, `main:workload.yaml`, in a folder of their own for as long as they are read."""

from __future__ import annotations

import io
import os
import posixpath
import re
import subprocess
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
_LINK: Final = "120000"
# No hook, no helper; git before 2.44 knows no other way not to fetch what a partial clone left out.
_SETTINGS: Final = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.allow=never")
_LACKS: Final = "this clone is partial and lacks it; fetch it, or clone without --filter"
_SECONDS: Final = 60
_MOST_FILES: Final = 5_000
_MOST_BYTES: Final = 256 * 1024 * 1024


class MissingInRevision(NamedTuple):
    """A path that a revision doesn't have: what is there now wasn't there then."""

    revision: str
    path: str


def is_revision(text: str) -> bool:
    """Whether a text names a path in a git revision: `main:workload.yaml`.

    A file of that very name goes before, which is for the caller to see; a drive (`C:/`) and an address are none.
    """
    revision, colon, path = text.partition(":")
    return bool(colon and revision and path) and not _DRIVE.match(text) and "://" not in text


class _Entry(NamedTuple):
    """An entry of a tree: a file, a link, a folder or a submodule."""

    mode: str
    kind: str
    digest: str
    size: int
    path: str

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK

    @property
    def is_file(self) -> bool:
        return self.kind == "blob" and not self.is_link


@contextmanager
def files_of_revision(spec: str, *, folder: Path) -> Iterator[Path | MissingInRevision]:
    """Yield a copy of what `revision:path` names, a file or a folder, seen from a folder of the repository.

    A path is the repository's; one that begins with `./` or `../` starts from the folder, as in git. The copy has the
    bytes that were committed, without filters and line ends of a checkout, and without symbolic links.

    Raises:
        InputError: where there is no git or no repository, for a revision that isn't there or begins with a dash, and
            for what is too large or no file.
    """
    revision, _, path = spec.partition(":")
    if revision.startswith("-"):
        raise InputError(f"{spec}: a revision does not begin with '-'; write it as main:workload.yaml")
    if not spec.isprintable():
        raise InputError(f"{spec!r}: is no git revision; write it as main:workload.yaml")
    commit = _commit(revision, spec, folder)
    place = _from_the_top(path, spec, folder)
    entry = _entry(commit, place, spec, folder)
    if entry is None:
        _refuse_if_meant_from_here(revision, commit, path, spec, folder)
        yield MissingInRevision(revision, path)
        return
    if not entry.is_file and entry.kind != "tree":
        what = "a symbolic link" if entry.is_link else "a submodule"
        raise InputError(f"{spec}: is {what} in this revision, not a file or a folder")
    with tempfile.TemporaryDirectory(prefix="fmplan-") as name:
        copy = Path(name) / (place.rpartition("/")[2] or "files")
        try:
            _write(entry, copy, spec, folder)
        except OSError as error:  # names that this system can't have
            raise InputError(f"{spec}: can't be copied: {error.strerror}") from None
        yield copy


def _from_the_top(path: str, spec: str, folder: Path) -> str:
    """Return a path as the repository's trees have it; nothing for the top itself."""
    if path.startswith("/"):
        raise InputError(f"{spec}: a path in a revision begins at the repository's top, without '/'")
    relative = path in {".", ".."} or path.startswith(("./", "../"))
    found = posixpath.normpath(_prefix(spec, folder) + path if relative else path)
    if found == ".." or found.startswith("../"):
        raise InputError(f"{spec}: leads out of the repository")
    return "" if found == "." else found


def _prefix(spec: str, folder: Path) -> str:
    """Return the folder's own path in its repository, with a slash at its end."""
    return _good(_git(folder, "rev-parse", "--show-prefix"), spec).decode(errors="surrogateescape").rstrip("\n")


def _entry(commit: str, place: str, spec: str, folder: Path) -> _Entry | None:
    if not place:
        tree = _good(_git(folder, "rev-parse", "--verify", f"{commit}^{{tree}}"), spec).decode().strip()
        return _Entry("040000", "tree", tree, 0, "")
    found = _listed(folder, spec, commit, "--", place)
    return found[0] if found else None


def _refuse_if_meant_from_here(revision: str, commit: str, path: str, spec: str, folder: Path) -> None:
    """Refuse a path that is there only as seen from the folder: taken for new, all of it would seem added."""
    prefix = _prefix(spec, folder)
    if prefix and not path.startswith(".") and _entry(commit, posixpath.normpath(prefix + path), spec, folder):
        raise InputError(f"{spec}: is not at the repository's top; did you mean '{revision}:./{path}'?")


def _listed(folder: Path, spec: str, *arguments: str) -> list[_Entry]:
    found = []
    text = _good(_git(folder, "--literal-pathspecs", "ls-tree", "-l", "-z", "--full-tree", *arguments), spec)
    for each in text.decode(errors="surrogateescape").split("\0"):
        facts, _, path = each.partition("\t")
        if facts:
            mode, kind, digest, size = facts.split()
            found.append(_Entry(mode, kind, digest, int(size) if size.isdecimal() else 0, path))
    return found


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


def _write(entry: _Entry, copy: Path, spec: str, folder: Path) -> None:
    """Write a file, or the files of a folder; links stay out, since they could lead anywhere."""
    if entry.is_file:
        places = {copy: entry}
    else:
        copy.mkdir()
        inside = copy.resolve()
        listed = [each for each in _listed(folder, spec, "-r", entry.digest) if each.is_file]
        places = {copy / each.path: each for each in listed if (copy / each.path).resolve().is_relative_to(inside)}
    if len(places) > _MOST_FILES or sum(each.size for each in places.values()) > _MOST_BYTES:
        raise InputError(f"{spec}: has more than {_MOST_FILES:,} files or {_MOST_BYTES // 1024**2} MiB")
    contents = _contents(folder, spec, [each.digest for each in places.values()])
    for place, content in zip(places, contents, strict=True):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def _contents(folder: Path, spec: str, digests: list[str]) -> Iterator[bytes]:
    """Yield objects in the order of their digests: each is a line that says its size, its bytes, and a line's end."""
    stream = io.BytesIO(_good(_git(folder, "cat-file", "--batch", given="\n".join([*digests, ""])), spec))
    for _ in digests:
        facts = stream.readline().split()
        if len(facts) != 3:  # noqa: PLR2004  (digest, type, size; "digest missing" in a clone that lacks it)
            raise InputError(f"{spec}: {_LACKS}")
        yield stream.read(int(facts[2]))
        stream.read(1)


def _good(finished: subprocess.CompletedProcess[bytes], spec: str) -> bytes:
    if finished.returncode:
        partial = any(word in finished.stderr for word in (b"lazy fetching", b"promisor"))
        raise InputError(f"{spec}: {_LACKS if partial else _said(finished) or 'git can not read it'}")
    return finished.stdout


def _git(folder: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run git without prompts, pagers, hooks, or asking a remote for what a partial clone left out."""
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
    command = ["git", *(part for setting in _SETTINGS for part in ("-c", setting)), *arguments]
    try:
        return subprocess.run(  # noqa: S603  (no shell; what a user named never begins with a dash)
            command,
            cwd=folder,
            env={**os.environ, **quiet},
            input=given.encode(),
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
