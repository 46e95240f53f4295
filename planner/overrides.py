"""`--set key=value`: replaces or adds single values of a workload file before it is checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from planner.errors import InputError
from planner.workload_values import shown
from planner.yaml12 import load_yaml, scalar

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["apply_overrides"]

_KEY = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9+.]?[A-Za-z0-9_./+-]*(:[A-Za-z0-9_./+-]+)*", re.ASCII)


def apply_overrides(data: object, overrides: Sequence[str], *, source: str) -> object:
    """Return the file's data with each `key.path=value` set; the data that is passed in stays as it is.

    A value is YAML: a word, a number, [a, list] or {a: mapping}. An empty one is null, which leaves the key out.

    Raises:
        InputError: for an override without key or value, with broken YAML, or through a key that holds no mapping.
    """
    if not overrides:
        return data
    if data is not None and not isinstance(data, dict):
        return data  # what is wrong with the file is said when it is checked
    changed: dict[str, Any] = dict(data or {})
    for override in overrides:
        key, equals, text = override.partition("=")
        key = key.strip()
        if not equals or not _KEY.fullmatch(key):
            raise InputError(f"--set {override}: is no key=value, such as traffic.requests_per_month=2000000")
        _put(changed, key.split("."), _value(text.strip(), override), override, source)
    return changed


def _put(mapping: dict[str, Any], path: list[str], value: object, override: str, source: str) -> None:
    *outer, last = path
    for number, part in enumerate(outer, 1):
        inner = mapping.get(part)
        if inner is not None and not isinstance(inner, dict):
            raise InputError(
                f"--set {override}: {source} has {'.'.join(path[:number])}: {shown(inner)}, which holds no keys"
            )
        mapping[part] = dict(inner or {})
        mapping = mapping[part]
    mapping[last] = value


def _value(text: str, override: str) -> object:
    if _PLAIN.fullmatch(text):  # without loading a YAML reader for a single word
        try:
            return scalar(text)
        except ValueError as error:
            raise InputError(f"--set {override}: {error}") from None
    return load_yaml(text, source=f"--set {override}")
