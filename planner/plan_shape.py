"""The shape of a plan document, as far as its readers rely on it: a damaged one is refused with the key's path."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["first_fault"]

_OPTIONAL_TEXT: Final = (str, type(None))
_ANYTHING: Final = (object,)
_LINE: Final = {
    "component": str,
    "variant": str,
    "resource": _OPTIONAL_TEXT,
    "resource_type": str,
    "meter": str,
    "dimension": str,
    "quantity": str,
    "unit": str,
    "unit_price_usd": str,
    "usd": str,
    "charge": str,
    "idle_usd": str,
    "price": {"sku": str, "source": str, "effective": _OPTIONAL_TEXT},
}
# A type or several of them, a mapping of keys that have to be there, or a list of what each entry is.
_SHAPE: Final[dict[str, Any]] = {
    "name": str,
    "region": str,
    "priced_on": str,
    "price_book": str,
    "design": dict,
    "workload": dict,
    "settings": dict,
    "cost": {"monthly_usd": str, "one_time_usd": str, "idle_monthly_usd": str},
    "decision": {
        "approach": str,
        "would_change_if": [{"key": str, "text": str, "to": dict}],
        "misses": [{"constraint": str, "text": str}],
    },
    "assumptions": [{"key": str, "unit": _ANYTHING, "value": _ANYTHING}],
    "bill": [_LINE],
    "unpriced": [
        {
            "component": str,
            "variant": str,
            "resource": _OPTIONAL_TEXT,
            "resource_type": str,
            "dimension": str,
            "reason": str,
        }
    ],
    "parts": [
        {
            "resource": _OPTIONAL_TEXT,
            "type": str,
            "component": str,
            "variant": str,
            "properties": dict,
            "usage": {"monthly": dict, "idle": dict, "one_time": dict},
        }
    ],
}
_NAMES: Final = {str: "text", dict: "a mapping", list: "a list"}


def first_fault(document: dict[str, Any]) -> str | None:
    """Return where a plan has another shape, as `key: what is wrong`; None for one that is whole."""
    return _fault(document, _SHAPE, "")


def _fault(value: object, shape: Any, path: str) -> str | None:  # noqa: ANN401  (a shape is a type, a mapping or a list)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return f"{path}: is not a mapping"
        return next((found for key in shape if (found := _key_fault(value, key, shape[key], path))), None)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return f"{path}: is not a list"
        entries = enumerate(value)
        return next((found for number, each in entries if (found := _fault(each, shape[0], f"{path}[{number}]"))), None)
    if isinstance(value, shape):
        return None
    return f"{path}: is not {_NAMES.get(shape, 'text')}"


def _key_fault(value: dict[str, Any], key: str, shape: Any, path: str) -> str | None:  # noqa: ANN401
    where = f"{path}.{key}" if path else key
    return _fault(value[key], shape, where) if key in value else f"{where}: is missing"
