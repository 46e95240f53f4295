"""What policies look for in the properties of a template's resources: texts, with the path to each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["texts"]

_DEEPEST = 32


def texts(value: object, path: str = "", levels: int = _DEEPEST) -> Iterator[tuple[str, str]]:
    """Yield each text in a value with its path: `ProductionVariants[0].InstanceType` and `ml.g5.xlarge`."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict) and levels:
        for key, inner in value.items():
            yield from texts(inner, f"{path}.{key}" if path else str(key), levels - 1)
    elif isinstance(value, list | tuple) and levels:
        for index, inner in enumerate(value):
            yield from texts(inner, f"{path}[{index}]", levels - 1)
