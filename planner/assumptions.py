"""Defaults of the estimate: what is assumed where nothing was stated, with reason, range and source.

The text is `assumptions.yaml`; its compiled twin `assumptions.json` is read at run time, since parsing YAML would cost
more than planning. `python -m planner.assumptions` writes the twin, a test holds them equal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import InputError
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Assumption", "AssumptionValue", "check_assumption", "load_assumptions", "replaceable_names"]

AssumptionValue = Decimal | int | str | bool | list[str] | None

_FOLDER = Path(__file__).parent
_KEYS = {"value", "low", "high", "unit", "why", "source", "choices"}


@dataclass(frozen=True, slots=True)
class Assumption:
    """One default: its value, the plausible range if it is a quantity, the unit, why, and where it was read."""

    key: str
    value: AssumptionValue
    why: str
    source: str
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()


@cache
def load_assumptions() -> Mapping[str, Assumption]:
    """Return all defaults by key, in the order of the file."""
    text = (_FOLDER / "assumptions.json").read_text(encoding="utf-8")
    entries = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return {
        key: Assumption(
            key,
            entry["value"],
            entry["why"],
            entry["source"],
            entry.get("low"),
            entry.get("high"),
            entry.get("unit", ""),
            tuple(entry.get("choices", ())),
        )
        for key, entry in entries.items()
    }


@cache
def replaceable_names() -> frozenset[str]:
    """Return the names that a workload may put under `assumptions`: those that are no key of the workload itself."""
    stated_elsewhere = ("traffic.", "data.modality", "constraints.", "region", "horizon_months")
    return frozenset(key for key in load_assumptions() if not key.startswith(stated_elsewhere))


def check_assumption(key: str, value: object, *, source: str) -> AssumptionValue:
    """Return a stated value, checked against the kind of the default that it replaces.

    Raises:
        InputError: for a value of another kind, a negative or absurd number, a word that is no choice.
    """
    default = load_assumptions()[key]
    where = f"{source}: assumptions.{key}"
    if isinstance(default.value, bool):
        if isinstance(value, bool):
            return value
        message = f"{where}: {value!r} is not allowed; write true or false"
        raise InputError(message)
    if isinstance(default.value, list):
        if isinstance(value, list | tuple) and all(isinstance(item, str) and "@" in item for item in value):
            return list(value)
        message = f"{where}: {value!r} is not allowed; write a list of e-mail addresses"
        raise InputError(message)
    if isinstance(default.value, str):
        if isinstance(value, str) and (not default.choices or value in default.choices):
            return value
        allowed = f"; allowed: {', '.join(default.choices)}" if default.choices else ""
        near = did_you_mean(value, default.choices) if isinstance(value, str) else ""
        message = f"{where}: {value!r} is not allowed{allowed}{near}"
        raise InputError(message)
    return _checked_number(value, default, where=where)


def _checked_number(value: object, default: Assumption, *, where: str) -> Decimal:
    largest = (
        Decimal(1) if default.unit.startswith("share") and not default.key.startswith("changed_") else Decimal("1e15")
    )
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        message = f"{where}: {value!r} is not allowed; write a number{' of ' + default.unit if default.unit else ''}"
        raise InputError(message)
    number = Decimal(value)
    if not number.is_finite() or number < 0 or number > largest:
        message = f"{where}: {value} is out of bounds; allowed: 0 to {largest:f}"
        raise InputError(message)
    if default.key in _MUST_BE_POSITIVE and not number:
        message = f"{where}: 0 is not allowed; it divides"
        raise InputError(message)
    return number


_MUST_BE_POSITIVE = {
    "chunk_tokens",
    "data.documents.bytes_per_token",
    "model_unit_tokens_per_minute",
    "ocu_usable_share",
    "opensearch_domain_node_gib",
    "scratch_parameters_billion",
    "serving_tokens_per_second_7b_a10g",
    "serving_utilization",
    "training_instance_limit",
    "training_utilization",
    "training_weeks_limit",
}


def _compile() -> str:
    from planner.yaml12 import load_yaml

    entries = load_yaml((_FOLDER / "assumptions.yaml").read_text(encoding="utf-8"), source="assumptions.yaml")
    if not isinstance(entries, dict):
        message = "assumptions.yaml: a mapping is expected"
        raise InputError(message)
    for key, entry in entries.items():
        unknown = set(entry) - _KEYS
        missing = {"value", "why", "source"} - set(entry)
        if unknown or missing:
            message = f"assumptions.yaml: {key}: unknown {sorted(unknown)}, missing {sorted(missing)}"
            raise InputError(message)
        if ("low" in entry) != ("high" in entry):
            message = f"assumptions.yaml: {key}: low and high come together"
            raise InputError(message)
    return _dump(entries) + "\n"


def _dump(value: object) -> str:
    """Write JSON with decimals as they were written."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))}: {_dump(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_dump(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write the compiled twin."""
    (_FOLDER / "assumptions.json").write_text(_compile(), encoding="utf-8")


if __name__ == "__main__":
    main()
