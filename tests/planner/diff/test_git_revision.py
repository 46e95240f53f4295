"""Files of git revisions: what is one, what isn't there yet, what is refused, and what a hostile tree can't do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from planner.diff import git_revision
from planner.diff.git_revision import MissingInRevision, files_of_revision, is_revision
from planner.errors import InputError

IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", *IDENTITY, *arguments]
    finished = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return finished.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a file and a folder, in one commit on main with a tag."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "app" / "cdk.out").mkdir(parents=True)
    (tmp_path / "workload.yaml").write_text("name: first\n", encoding="utf-8")
    (tmp_path / "app" / "cdk.out" / "manifest.json").write_text("{}", encoding="utf-8")
    (tmp_path / "app" / "cdk.out" / "link").symlink_to("/etc/passwd")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    git(tmp_path, "tag", "v1.0.0")
    (tmp_path / "workload.yaml").write_text("name: second\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("main:workload.yaml", True),
        ("HEAD~1:cdk.out", True),
        ("origin/main:./x.yaml", True),
        ("-rf:x", True),  # refused where it is read
        ("workload.yaml", False),
        (":workload.yaml", False),
        ("main:", False),
        ("C:\\files\\workload.yaml", False),
        ("C:/files/workload.yaml", False),
        ("https://example.com/x.yaml", False),
    ],
)
def test_what_is_a_revision(text: str, found: bool) -> None:
    assert is_revision(text) == found


@pytest.mark.parametrize("revision", ["main", "HEAD", "v1.0.0", "main~0", "HEAD^{commit}"])
def test_a_file(repository: Path, revision: str) -> None:
    with files_of_revision(f"{revision}:workload.yaml", folder=repository) as path:
        assert isinstance(path, Path)
        assert (path.name, path.read_text(encoding="utf-8")) == ("workload.yaml", "name: first\n")
    assert not path.exists()


def test_a_folder_without_its_links(repository: Path) -> None:
    with files_of_revision("main:app/cdk.out", folder=repository) as path:
        assert isinstance(path, Path)
        assert [each.name for each in path.iterdir()] == ["manifest.json"]


def test_paths_from_a_folder_of_the_repository(repository: Path) -> None:
    with files_of_revision("main:./cdk.out", folder=repository / "app") as path:
        assert isinstance(path, Path)
    with files_of_revision("main:../workload.yaml", folder=repository / "app") as path:
        assert isinstance(path, Path)


@pytest.mark.parametrize(
    "path", [".", "./", "..", "../", "./..", "../app/cdk.out", "app/./cdk.out/", "app/x/../cdk.out"]
)
def test_paths_are_those_of_a_file_system(repository: Path, path: str) -> None:
    here = repository / "app"
    with files_of_revision(f"main:{path}", folder=here) as found:
        assert isinstance(found, Path)
        wanted = repository / path if path.startswith("app") else here / path
        names = {each.name for each in wanted.resolve().iterdir()} - {".git", "link"}
        assert {each.name for each in found.iterdir()} == names


@pytest.mark.parametrize("path", ["cdk.out", "cdk.out/manifest.json"])
def test_a_path_that_is_there_only_from_the_folder_is_not_taken_for_new(repository: Path, path: str) -> None:
    with (
        pytest.raises(InputError, match=f"did you mean 'main:./{path}'"),
        files_of_revision(f"main:{path}", folder=repository / "app"),
    ):
        pass


def test_the_bytes_are_those_that_were_committed(repository: Path) -> None:
    # An archive or a checkout would leave the file out, change its line ends, and run a command.
    ran = repository / "ran"
    git(repository, "config", "filter.hostile.smudge", f"touch {ran}")
    attributes = "manifest.json export-ignore text eol=crlf filter=hostile\n*.txt export-subst\n"
    (repository / "app" / "cdk.out" / ".gitattributes").write_text(attributes, encoding="utf-8")
    (repository / "app" / "cdk.out" / "manifest.json").write_text("{\n}\n", encoding="utf-8")
    (repository / "app" / "cdk.out" / "a.txt").write_text("$Format:%H$", encoding="utf-8")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "second")
    with files_of_revision("main:app/cdk.out", folder=repository) as path:
        assert isinstance(path, Path)
        assert (path / "manifest.json").read_bytes() == b"{\n}\n"
        assert (path / "a.txt").read_bytes() == b"$Format:%H$"
    assert not ran.exists()


def test_a_hostile_tree_writes_nothing_outside_of_the_copy(repository: Path) -> None:
    blob = bytes.fromhex(git(repository, "rev-parse", "main:workload.yaml").strip())
    entries = b"".join(b"100644 " + name + b"\0" + blob for name in (b"../../escaped", b"good"))
    inner = subprocess.run(
        ["git", "hash-object", "-t", "tree", "--literally", "-w", "--stdin"],
        cwd=repository,
        input=entries,
        check=True,
        capture_output=True,
    )
    commit = git(repository, "commit-tree", "-m", "hostile", inner.stdout.decode().strip()).strip()
    with files_of_revision(f"{commit}:.", folder=repository) as path:
        assert isinstance(path, Path)
        assert [each.name for each in path.iterdir()] == ["good"]
        assert not (path.parent.parent / "escaped").exists()


@pytest.mark.parametrize(("limit", "most"), [("_MOST_FILES", 1), ("_MOST_BYTES", 8)])
def test_what_is_too_large_is_refused(repository: Path, limit: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_revision, limit, most)
    with pytest.raises(InputError, match="has more than"), files_of_revision("main:.", folder=repository):
        pass


def test_a_partial_clone_does_not_fetch(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    git(repository, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path_factory.mktemp("clone") / "partial"
    git(repository, "clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{repository}", str(clone))
    with (
        pytest.raises(InputError, match="this clone is partial"),
        files_of_revision("main:workload.yaml", folder=clone),
    ):
        pass
    missing = git(clone, "rev-list", "--objects", "--missing=print", "HEAD")
    assert "?" in missing


def test_a_bare_repository(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    bare = tmp_path_factory.mktemp("clone") / "bare"
    git(repository, "clone", "-q", "--bare", f"file://{repository}", str(bare))
    with files_of_revision("main:workload.yaml", folder=bare) as path:
        assert isinstance(path, Path)


@pytest.mark.parametrize("path", ["new.yaml", "app/new.yaml", "app/cdk.out/manifest.json/x"])
def test_what_is_not_there_yet(repository: Path, path: str) -> None:
    (repository / "new.yaml").write_text("name: new\n", encoding="utf-8")
    with files_of_revision(f"main:{path}", folder=repository) as found:
        assert found == MissingInRevision("main", path)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("mian:workload.yaml", "git has no revision 'mian' here; did you mean 'main'?"),
        ("v1.0:workload.yaml", "did you mean 'v1.0.0'?"),
        ("-rf:workload.yaml", "a revision does not begin with '-'"),
        ("--output=x:workload.yaml", "a revision does not begin with '-'"),
        ("main\n:workload.yaml", "is no git revision"),
        ("ma\x1b[31min:workload.yaml", "'ma\\x1b[31min:workload.yaml': is no git revision"),
        ("main:../../../etc/passwd", "leads out of the repository"),
        ("main:app/../../x", "leads out of the repository"),
        ("main:/etc/passwd", "begins at the repository's top, without '/'"),
        ("main:app/cdk.out/link", "is a symbolic link in this revision"),
    ],
)
def test_what_is_refused(repository: Path, spec: str, said: str) -> None:
    with pytest.raises(InputError) as refused, files_of_revision(spec, folder=repository):
        pass
    assert said in str(refused.value)


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(InputError, match="not a git repository"), files_of_revision("main:x", folder=tmp_path):
        pass


def test_a_shallow_clone_is_told_to_fetch(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    git(repository, "commit", "-q", "-a", "-m", "second")
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    git(repository, "clone", "-q", "--depth", "1", f"file://{repository}", str(clone))
    with pytest.raises(InputError, match="git fetch --unshallow"), files_of_revision("HEAD~1:x", folder=clone):
        pass


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(InputError, match="there is none on the PATH"), files_of_revision("main:x", folder=repository):
        pass


def test_a_submodule_is_no_file(repository: Path) -> None:
    head = git(repository, "rev-parse", "HEAD").strip()
    git(repository, "update-index", "--add", "--cacheinfo", f"160000,{head},module")
    git(repository, "commit", "-q", "-m", "module")
    with pytest.raises(InputError, match="main:module"), files_of_revision("main:module", folder=repository):
        pass
