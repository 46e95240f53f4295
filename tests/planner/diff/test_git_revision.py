"""Files of git revisions: what is one, what isn't there yet, what is refused, and what a hostile tree can't do."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

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
        ("C:\\work\\workload.yaml", False),
        ("C:/work/workload.yaml", False),
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
        ("main:../../../etc/passwd", "outside repository"),
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
