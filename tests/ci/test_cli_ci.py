"""`fmplan ci`: what it prints, what it writes where, what it leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from planner import __version__
from planner.ci_recipes import SYSTEMS, RecipeSettings, recipe_files, render_recipe
from planner.cli import main
from planner.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

EACH = pytest.mark.parametrize("system", SYSTEMS)


def ci(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["ci", *map(str, arguments)])


def written(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_command_knows_the_systems_that_have_a_recipe() -> None:
    argument = main.get_command(click.Context(main), "ci").params[0]  # type: ignore[union-attr]
    assert isinstance(argument.type, click.Choice)
    assert list(argument.type.choices) == list(SYSTEMS)


@EACH
def test_a_recipe_is_written_where_the_system_reads_it(system: str, tmp_path: Path) -> None:
    result = ci(system, "--out", tmp_path)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [str(tmp_path / path) for path in recipe_files(system)]
    assert written(tmp_path) == dict(sorted(render_recipe(system, RecipeSettings(version=__version__)).items()))


@EACH
def test_without_a_folder_it_is_printed(system: str) -> None:
    result = ci(system)
    assert result.exit_code == 0
    files = render_recipe(system, RecipeSettings(version=__version__))
    if len(files) == 1:
        assert result.stdout == next(iter(files.values()))
    else:
        assert result.stdout == "".join(f"# ===== {path} =====\n{text}" for path, text in files.items())


def test_options_reach_the_recipe(tmp_path: Path) -> None:
    result = ci(
        "github", "--workload", "infra/app.yaml", "--base", "trunk", "--policy", "infra/limits.yml", "--python", "3.13",
        "--no-synth", "--no-sarif", "--strict", "--out", tmp_path,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    expected = RecipeSettings(
        version=__version__,
        workload="infra/app.yaml",
        base="trunk",
        policy="infra/limits.yml",
        python="3.13",
        synth=False,
        sarif=False,
        strict=True,
    )
    assert written(tmp_path) == render_recipe("github", expected)


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    workflow = tmp_path / ".github" / "workflows" / "fmplan.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("mine: true\n", encoding="utf-8")
    result = ci("github", "--out", tmp_path)
    assert result.exit_code == 2
    assert result.stderr == f"fmplan: {workflow}: is there already; --force writes over it\n"
    assert workflow.read_text(encoding="utf-8") == "mine: true\n"
    assert ci("github", "--out", tmp_path, "--force").exit_code == 0
    assert (
        workflow.read_text(encoding="utf-8")
        == render_recipe("github", RecipeSettings(version=__version__))[".github/workflows/fmplan.yml"]
    )


def test_writing_the_same_again_is_no_overwriting(tmp_path: Path) -> None:
    assert ci("gitlab", "--out", tmp_path).exit_code == 0
    assert ci("gitlab", "--out", tmp_path).exit_code == 0


def test_one_file_in_the_way_keeps_all_from_being_written(tmp_path: Path) -> None:
    (tmp_path / "fmplan_pipeline").mkdir()
    (tmp_path / "fmplan_pipeline" / "review.sh").write_text("mine\n", encoding="utf-8")
    assert ci("codepipeline", "--out", tmp_path).exit_code == 2
    assert written(tmp_path) == {"fmplan_pipeline/review.sh": "mine\n"}


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_what_is_no_file_of_ours_is_in_the_way(kind: str, tmp_path: Path) -> None:
    target = tmp_path / "Jenkinsfile.fmplan"
    if kind == "link":
        target.symlink_to(tmp_path / "nowhere")
    else:
        target.mkdir()
    result = ci("jenkins", "--out", tmp_path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--force" in result.stderr


def test_a_file_where_a_folder_must_be_is_said(tmp_path: Path) -> None:
    (tmp_path / ".github").write_text("", encoding="utf-8")
    result = ci("github", "--out", tmp_path)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"fmplan: {tmp_path}/.github/workflows: no folder can be made there: ")


def test_what_a_build_will_miss_is_said(tmp_path: Path) -> None:
    for name in ("workload.yaml", "fmplan-policy.yml"):
        assert (
            f"fmplan: note: the recipe reads {name}, which is not there yet\n" in ci("azure", "--out", tmp_path).stderr
        )
        (tmp_path / name).touch()
    assert ci("azure", "--out", tmp_path).stderr == ""
    note = "fmplan: note: the recipe reads infra/cdk.json, which is not there yet\n"
    assert ci("azure", "--app", "infra", "--out", tmp_path, "--force").stderr == note


def test_a_workload_and_an_app_are_one_too_many() -> None:
    result = ci("azure", "--app", "infra", "--workload", "workload.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "name a workload or an app, not both" in result.stderr


def test_a_name_that_could_break_out_is_bad_input() -> None:
    result = ci("github", "--base", "main`id`")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "fmplan: --base: 'main`id`' can't be named in a recipe; a branch of letters, digits and . _ - / @ can\n"
    )


def test_a_system_that_has_no_recipe_is_bad_input() -> None:
    assert ci("travis").exit_code == 2
    with pytest.raises(InputError, match="there is no recipe for 'git-lab'; did you mean 'gitlab'"):
        recipe_files("git-lab")
