"""What the commands that price templates share: options for usage, parameters and outputs, and how they are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["output_options", "parameters_of", "region_of", "template_options"]

_FILE = click.Path(path_type=Path)


def template_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --usage and --parameter to a command, which gets them as `usage` and `parameters`."""
    with_parameters = click.option(
        "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of templates; repeatable."
    )(command)
    return click.option(
        "--usage", type=_FILE, metavar="FILE", help="How much resources of templates are used: fmplan-usage.yml."
    )(with_parameters)


def output_options(formats: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what adds --format and a repeatable --output to a command, as `output_format` and `outputs`."""

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        with_outputs = click.option(
            "-o",
            "--output",
            "outputs",
            type=_FILE,
            multiple=True,
            metavar="FILE",
            help="Write to a file, whole or not at all; repeatable: each in the format of its suffix.",
        )(command)
        return click.option(
            "--format",
            "output_format",
            type=click.Choice(formats),
            help="How to print; an output's suffix decides otherwise.",
        )(with_outputs)

    return add


def region_of(region: str | None) -> str | None:
    """Return the region that an option names.

    Raises:
        click.BadParameter: for what is no region.
    """
    import re

    if region is not None and not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region, re.ASCII):
        raise click.BadParameter(f"{region!r} is no region; write it as us-east-1", param_hint="--region")
    return region


def parameters_of(stated: Sequence[str]) -> dict[str, str]:
    """Return the parameters that options state.

    Raises:
        click.BadParameter: for what is no NAME=VALUE, and for a name that is stated twice.
    """
    parameters: dict[str, str] = {}
    for each in stated:
        name, sign, value = each.partition("=")
        if not sign or not name:
            # What was meant as a value may be a secret: it is not repeated.
            raise click.BadParameter("write it as NAME=VALUE", param_hint="--parameter")
        if name in parameters:
            raise click.BadParameter(f"{name!r} is stated twice; keep one", param_hint="--parameter")
        parameters[name] = value
    return parameters
