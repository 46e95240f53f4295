"""`fmplan ci`: a recipe for a CI system, printed or written where the system reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from planner import __version__
from planner.commands.common import run

__all__ = ["ci_command"]

# The names alone: the recipes load what renders them.
_SYSTEMS = ("github", "gitlab", "jenkins", "codebuild", "codepipeline", "azure", "bitbucket")


@click.command("ci")
@click.argument("system", type=click.Choice(_SYSTEMS), metavar="|".join(_SYSTEMS))
@click.option(
    "--workload",
    default="workload.yaml",
    show_default=True,
    metavar="FILE",
    help="The workload or template to compare, from the repository's root.",
)
@click.option("--app", metavar="DIR", help="Synthesize and compare the CDK app in this folder instead.")
@click.option("--usage", metavar="FILE", help="How much the resources of templates and apps are used.")
@click.option("--base", default="main", show_default=True, metavar="BRANCH", help="The branch to compare with.")
@click.option(
    "--policy", default="fmplan-policy.yml", show_default=True, metavar="FILE", help="The policies of the gate."
)
@click.option("--python", default="3.12", show_default=True, metavar="VERSION", help="The Python to run fmplan on.")
@click.option("--synth/--no-synth", default=True, show_default=True, help="Synthesize the workload's CDK stack too.")
@click.option("--sarif/--no-sarif", default=True, show_default=True, help="Upload findings to GitHub's code scanning.")
@click.option("--strict", is_flag=True, help="Fail where something has no price.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write below this folder; else print.",
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
def ci_command(system: str, out: Path | None, force: bool, **settings: Any) -> None:  # noqa: ANN401, FBT001  (click passes options by name)
    """Write a CI recipe: compare a workload with the base branch, comment, and gate by policies."""
    source = click.get_current_context().get_parameter_source("workload")
    if settings["app"] is not None and source is not click.core.ParameterSource.DEFAULT:
        message = "name a workload or an app, not both"
        raise click.UsageError(message)

    def write_or_print() -> int:
        from planner.ci_recipes import RecipeSettings, render_recipe, write_recipe

        chosen = RecipeSettings(version=__version__, **settings)
        files = render_recipe(system, chosen)
        if out is None:
            for path, text in files.items():
                if len(files) > 1:
                    click.echo(f"# ===== {path} =====")
                click.echo(text, nl=False)
            return 0
        for written in write_recipe(files, out, force=force):
            click.echo(str(written))
        for name in chosen.reads:
            if not (out / name).exists():
                click.echo(f"fmplan: note: the recipe reads {name}, which is not there yet", err=True)
        return 0

    run(write_or_print)
