"""What the commands that price templates share: a region and the template's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["parameters_of", "region_of"]


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
