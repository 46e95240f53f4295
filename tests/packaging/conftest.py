"""The wheel, built once, and a fresh environment that has it installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the checkout builds, from a copy, so that nothing is left in the checkout."""
    work = tmp_path_factory.mktemp("wheel")
    source = work / "source"
    source.mkdir()
    for folder in ("planner", "stacks", "templates"):
        shutil.copytree(checkout / folder, source / folder)
    for file in ("pyproject.toml", "cdk.json", "README.md", "LICENSE"):
        shutil.copy(checkout / file, source / file)
    subprocess.run(
        [*_pip(), "wheel", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", work, source],
        check=True,
        capture_output=True,
    )
    (built,) = work.glob("fmplan-*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment, in which the wheel is installed.

    Dependencies come from the environment that runs the tests, so no network is needed. Its own (editable) fmplan stays
    out: Python reads the .pth files of an environment's own folder only.
    """
    environment = tmp_path_factory.mktemp("installed")
    venv.create(environment, symlinks=True)
    python = environment / "bin" / "python"
    subprocess.run(
        [*_pip(), "--python", python, "install", "--no-deps", "--no-index", "--ignore-installed", wheel],
        check=True,
        capture_output=True,
    )
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return environment / "bin"


@pytest.fixture
def plain_environment(tmp_path: Path) -> dict[str, str]:
    """A caller's environment with nothing of the tests' own in it."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    home = tmp_path / "home"
    home.mkdir()
    return {**kept, "HOME": str(home), "PATH": "/usr/bin:/bin", "CDK_VALIDATION": "false"}


def _pip() -> list[str]:
    return [sys.executable, "-m", "pip", "--disable-pip-version-check"]
