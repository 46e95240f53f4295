"""A group of commands of which each is loaded when somebody names it: a command starts without the others."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LaterGroup"]


class LaterGroup(click.Group):
    """A group with commands of its own and others, `later`, by name: `module:attribute`."""

    def __init__(self, *arguments: Any, later: Mapping[str, str], **options: Any) -> None:  # noqa: ANN401  (click's own)
        super().__init__(*arguments, **options)
        self.later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the alphabet."""
        return sorted({*super().list_commands(ctx), *self.later})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loaded now if it wasn't before; None for a name that none has."""
        if cmd_name in self.later and cmd_name not in self.commands:
            module, _, attribute = self.later[cmd_name].partition(":")
            self.add_command(getattr(import_module(module), attribute), cmd_name)
        return super().get_command(ctx, cmd_name)
