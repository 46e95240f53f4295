"""Stated parameters against what the template declares of them: as CloudFormation checks them before it deploys."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from planner.errors import InputError
from planner.near import did_you_mean

__all__ = ["check_parameters"]

_MOST_NAMED: Final = 12


def check_parameters(declared: Mapping[str, Any], stated: Mapping[str, str], source: str) -> None:
    """Check the values of stated parameters; AllowedPattern, another language's expression, is not checked.

    Raises:
        InputError: for a value that its parameter doesn't allow; one of a NoEcho parameter isn't repeated.
    """
    for name, value in stated.items():
        rules = declared.get(name)
        if not isinstance(rules, Mapping):
            continue
        kind = str(rules.get("Type", "String"))
        if kind.startswith(("AWS::", "List<AWS::")):
            continue  # what exists in an account is not known here
        hidden = str(rules.get("NoEcho", "")).lower() == "true"
        values = value.split(",") if kind == "CommaDelimitedList" or kind.startswith("List<") else [value]
        for each in values:
            fault = _fault(each.strip() if len(values) > 1 else each, rules, kind, hidden=hidden)
            if fault:
                raise InputError(f"{source}: --parameter {name}: {fault}")


def _fault(value: str, rules: Mapping[str, Any], kind: str, *, hidden: bool) -> str | None:
    shown = "its value" if hidden else repr(value[:100])
    allowed = rules.get("AllowedValues")
    if isinstance(allowed, list) and allowed:
        names = [str(each).lower() if isinstance(each, bool) else str(each) for each in allowed]
        if value not in names:
            if hidden:
                return "its value is none of AllowedValues"
            named = ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
            return f"{shown} is none of its AllowedValues{did_you_mean(value, names) or f'; allowed: {named}'}"
    if kind in {"Number", "List<Number>"}:
        number, ends = _number(value), ("MinValue", "MaxValue")
        if number is None:
            return f"{shown} is not a number"
    else:
        number, ends = Decimal(len(value)), ("MinLength", "MaxLength")
    least, most = (_number(rules.get(end)) for end in ends)
    if least is not None and number < least:
        return f"{shown} is under its {ends[0]}, {least:f}"
    if most is not None and number > most:
        return f"{shown} is over its {ends[1]}, {most:f}"
    return None


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
