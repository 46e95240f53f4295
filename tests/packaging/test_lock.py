"""The locks name all that is needed, exactly, and no address that it came from."""

from __future__ import annotations

import importlib.metadata
import json
import re
import tomllib
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    from pathlib import Path

_ADDRESS = re.compile(r"https?://|file:|git\+|--(extra-)?index-url|--find-links|--trusted-host")


@pytest.fixture(scope="module")
def project(checkout: Path) -> dict[str, list[str]]:
    """The requirements of pyproject.toml: those of fmplan itself under "", the others under their extra's name."""
    table = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"": table["dependencies"], **table["optional-dependencies"]}


@pytest.fixture(scope="module")
def locked(checkout: Path) -> dict[str, Version]:
    """The locked version of each package."""
    lock = (checkout / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^(\S+)==(\S+) \\$", lock, flags=re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in pins}


def test_each_requirement_is_locked_within_its_bounds(
    project: dict[str, list[str]], locked: dict[str, Version]
) -> None:
    for line in [line for lines in project.values() for line in lines]:
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        assert name in locked, line
        assert requirement.specifier.contains(locked[name]), f"{line}, locked: {locked[name]}"


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(
    "platform",
    [
        {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
        {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    ],
    ids=["linux", "macos"],
)
def test_the_lock_is_closed_on_each_supported_machine(
    project: dict[str, list[str]], locked: dict[str, Version], python: str, platform: dict[str, str]
) -> None:
    machine = {**platform, "python_version": python, "python_full_version": f"{python}.0"}
    missing: set[str] = set()
    seen: set[tuple[str, str]] = set()
    todo = [Requirement(line) for lines in project.values() for line in lines]
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        if name not in locked:
            missing.add(name)
            continue
        for extra in {"", *requirement.extras} - {e for n, e in seen if n == name}:
            seen.add((name, extra))
            for line in importlib.metadata.requires(name) or []:
                needed = Requirement(line)
                if needed.marker is None or needed.marker.evaluate({**machine, "extra": extra}):
                    todo.append(needed)
    assert not missing


def test_each_locked_package_has_hashes(checkout: Path) -> None:
    blocks = re.split(r"\n(?=\S)", (checkout / "requirements.lock").read_text(encoding="utf-8"))
    pins = [block for block in blocks if not block.startswith("#")]
    assert pins
    assert all("--hash=sha256:" in block for block in pins)


@pytest.mark.parametrize("file", ["requirements.lock", "package-lock.json", "package.json", ".npmrc", "Makefile"])
def test_no_address_of_a_registry_is_written(checkout: Path, file: str) -> None:
    text = (checkout / file).read_text(encoding="utf-8")
    found = [line for line in text.splitlines() if _ADDRESS.search(line) and not line.lstrip().startswith("#")]
    assert not found


def test_the_cdk_command_is_pinned_exactly(checkout: Path) -> None:
    """The tag `latest` has named a stray old build that cannot read our output."""
    wanted = json.loads((checkout / "package.json").read_text(encoding="utf-8"))["devDependencies"]["aws-cdk"]
    lock = json.loads((checkout / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert re.fullmatch(r"2\.\d+\.\d+", wanted)
    assert lock["node_modules/aws-cdk"]["version"] == wanted
    assert all("resolved" not in package for package in lock.values())
