"""The wheel carries what the checkout has, and works in a folder that has names like ours."""

from __future__ import annotations

import subprocess
import tomllib
import zipfile
from pathlib import Path, PurePosixPath

import pytest

import planner

# Folders of the checkout, and where a wheel carries them.
_CARRIED_IN = {
    "planner": "planner",
    "stacks": "planner/_bundled_files/stacks",
    "templates": "planner/_bundled_files/templates",
}


def test_the_package_list_is_the_tree(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    listed = project["tool"]["setuptools"]["packages"]
    found = {"planner._bundled_files"}
    for folder, carried in _CARRIED_IN.items():
        for module in (checkout / folder).rglob("__init__.py"):
            within = module.parent.relative_to(checkout / folder)
            found.add(".".join(PurePosixPath(carried, within.as_posix()).parts))
    assert listed == sorted(found), "pyproject.toml, [tool.setuptools] packages"


def test_python_at_the_checkout_root_would_slip_into_the_wheel(checkout: Path) -> None:
    assert not list(checkout.glob("*.py"))


@pytest.mark.wheel
def test_the_wheel_holds_each_file_of_the_tree(checkout: Path, wheel: Path) -> None:
    expected = {"planner/_bundled_files/cdk.json"}
    for folder, carried in _CARRIED_IN.items():
        for file in (checkout / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                expected.add(str(PurePosixPath(carried, file.relative_to(checkout / folder).as_posix())))
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = {PurePosixPath(name).name for name in archive.namelist() if ".dist-info/" in name}
    assert names == expected
    assert {"METADATA", "entry_points.txt", "LICENSE"} <= metadata


@pytest.fixture
def foreign_folder(tmp_path: Path) -> Path:
    """The folder of somebody's own CDK app, whose names are like ours."""
    folder = tmp_path / "their-app"
    for name in ("stacks", "templates", "planner"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(f"raise SystemExit('{name} of the caller was imported')\n")
    (folder / "stacks" / "app.py").write_text("raise SystemExit('the stacks of the caller were run')\n")
    (folder / "cdk.json").write_text('{"app": "false", "context": {"@aws-cdk/core:target-partitions": ["aws"]}}\n')
    return folder


@pytest.mark.wheel
def test_the_installed_command_leaves_the_names_of_the_caller_alone(
    checkout: Path, installed: Path, foreign_folder: Path, plain_environment: dict[str, str]
) -> None:
    workload = checkout / "examples" / "support-assistant.yaml"

    def fmplan(*arguments: str | Path) -> str:
        ran = subprocess.run(
            [installed / "fmplan", *arguments],
            cwd=foreign_folder,
            env=plain_environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    where = subprocess.run(
        [installed / "python", "-P", "-c", "import planner.bundled as b; print(b.__file__, b.bundled_root())"],
        cwd=foreign_folder,
        env=plain_environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert str(checkout) not in where, "the wheel under test would be the checkout"

    assert planner.__version__ in fmplan("--version")
    fmplan("plan", workload, "--format", "json", "-o", "plan.json")
    fmplan("synth", "plan.json", "-o", "cdk.out")

    # The same plan through the checkout: an installed fmplan synthesizes not one byte else, and uploads the same files
    # (whose hashes are in the template), although pip left compiled Python beside them.
    ours = foreign_folder / "from-checkout.out"
    plain_environment["PYTHONPATH"] = str(checkout)
    fmplan("synth", "plan.json", "-o", ours)
    written = [file.name for pattern in ("*.template.json", "*.assets.json") for file in ours.glob(pattern)]
    assert written
    for name in written:
        assert (foreign_folder / "cdk.out" / name).read_bytes() == (ours / name).read_bytes(), name
