"""What an app states to the aspect and the plugin, checked when they are made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from planner.errors import InputError

if TYPE_CHECKING:
    from planner.estimate.usage import UsageByResource

__all__ = ["checked_name", "checked_region", "usage_of"]

_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,59}", re.ASCII)


def checked_region(region: str | None, who: str) -> str | None:
    """Return a region.

    Raises:
        InputError: for what is none, such as the token of a stack that names none.
    """
    if region is not None and not _REGION.fullmatch(str(region)):
        raise InputError(f"{who}: region: {region!r} is no region; write it as 'us-east-1'")
    return region


def checked_name(name: str) -> str:
    """Return a plugin's name, which stands before `::` in the ids of its rules.

    Raises:
        InputError: for one that CDK could not tell from a rule.
    """
    if not _NAME.fullmatch(str(name)):
        raise InputError(
            f"CostGuard: name: {name!r} begins an id such as fmplan::monthly_limit; write letters, digits, -"
        )
    return name


def usage_of(stated: str | Path | Mapping[str, Any] | None) -> UsageByResource | None:
    """Return usage from a file, or from what such a file states.

    Raises:
        InputError: for a file that can't be read, and for its first fault.
    """
    if stated is None:
        return None
    from planner.estimate.usage import load_usage_by_resource, parse_usage_by_resource

    if isinstance(stated, Mapping):
        return parse_usage_by_resource(dict(stated), source="usage")
    return load_usage_by_resource(Path(stated))
