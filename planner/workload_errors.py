"""What a user reads when a workload file cannot be used: every error at once, in the file's order, one line each."""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from planner.errors import InputError
from planner.near import did_you_mean
from planner.workload_values import shown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from planner.workload import Workload

__all__ = ["explained", "refuse_unknown_assumptions", "without_nulls"]

_MOST_ERRORS = 20
_DEEPEST = 32  # the contract's deepest key has three levels


def without_nulls(data: object, *, source: str) -> dict[Any, Any]:
    """Return the file's mapping without keys whose value is null, at every level: null is the same as leaving the key out.

    Raises:
        InputError: for a file that is no mapping.
    """
    if not isinstance(data, dict):
        what = "holds no keys" if data is None else f"is {shown(data)}, not a mapping of keys"
        raise InputError(f"{source}: {what}; at least 'name: ...' is needed")
    return _pruned(data, source, _DEEPEST)


def _pruned(mapping: dict[Any, Any], source: str, levels: int) -> dict[Any, Any]:
    if not levels:
        raise InputError(f"{source}: nested more than {_DEEPEST} levels deep")
    return {
        key: _pruned(value, source, levels - 1) if isinstance(value, dict) else value
        for key, value in mapping.items()
        if value is not None
    }


def explained(
    error: ValidationError,
    model: type[BaseModel],
    data: Mapping[Any, Any],
    *,
    source: str,
    overrides: Sequence[str] = (),
) -> InputError:
    """Return pydantic's errors about `data` in the words of the file, sorted as its keys are, at most twenty of them."""
    found = error.errors(include_url=False)
    found.sort(key=lambda one: _position(one["loc"], data))
    lines = [_line(one, model, source, overrides) for one in found[:_MOST_ERRORS]]
    if len(found) > _MOST_ERRORS:
        lines.append(f"{source}: and {len(found) - _MOST_ERRORS} more errors")
    return InputError("\n".join(lines))


def refuse_unknown_assumptions(workload: Workload, known: Collection[str], *, source: str) -> None:
    """Refuse names under `assumptions` that no default of the estimate has.

    Raises:
        InputError: one line for each such name, with the nearest spelling.
    """
    unknown = [name for name in workload.assumptions if name not in known]
    if unknown:
        lines = [
            f"{source}: assumptions.{_key(name)}: unknown assumption{_hint(name, known)}"
            for name in unknown[:_MOST_ERRORS]
        ]
        raise InputError("\n".join(lines))


def _position(loc: tuple[int | str, ...], data: object) -> tuple[int, ...]:
    """Return where a key stands in the file, level by level; a key that is missing comes after its mapping's others."""
    place: list[int] = []
    for part in loc:
        if isinstance(data, dict):
            keys = list(data)
            place.append(keys.index(part) if part in data else len(keys))
            data = data.get(part)
        elif isinstance(data, list | tuple) and isinstance(part, int) and part < len(data):
            place.append(part)
            data = data[part]
        else:
            break
    return tuple(place)


def _line(one: ErrorDetails, model: type[BaseModel], source: str, overrides: Sequence[str]) -> str:
    loc = one["loc"]
    if loc[-1] == "[key]":  # pydantic's mark for a mapping's key that is not allowed
        loc = loc[:-1]
    key = ".".join(_key(part) for part in loc)
    for override in overrides:
        name = override.partition("=")[0].strip()
        if name == key or name.startswith(f"{key}.") or key.startswith(f"{name}."):
            source = f"--set {override}"
    return f"{source}: {key}: {_sentence(one, model)}"


def _sentence(one: ErrorDetails, model: type[BaseModel]) -> str:
    loc, value = one["loc"], one["input"]
    match one["type"]:
        case "value":
            return one["msg"]
        case "missing":
            return "missing; every workload needs it"
        case "extra_forbidden":
            return "unknown key" + _where_it_belongs(str(loc[-1]), loc[:-1], model)
        case "invalid_key":
            return "unknown key; keys are words"
        case "literal_error":
            allowed = re.findall(r"'([^']*)'", one["ctx"]["expected"])
            if loc[-1] == "[key]":
                return f"unknown key; allowed: {', '.join(allowed)}{_hint(value, allowed)}"
            return f"{shown(value)} is not allowed; allowed: {', '.join(allowed)}{_hint(value, allowed)}"
        case "bool_type":
            return f"{shown(value)} is not allowed; allowed: true, false"
        case "model_type" | "dict_type":
            return f"{shown(value)} is no mapping; allowed: keys with values, such as {_example(loc, model)}"
        case "tuple_type":
            return f"{shown(value)} is no list; allowed: a list, such as [{value if isinstance(value, str) else '...'}]"
        case _:
            return f"{shown(value)} is not allowed: {one['msg'][:1].lower()}{one['msg'][1:]}"


def _key(part: int | str) -> str:
    """Return a key as an error shows it: as it is where it is a word, else in quotes."""
    text = str(part)
    return text if re.fullmatch(r"[\w-]{1,60}", text) else shown(text)


def _hint(word: object, choices: Collection[str]) -> str:
    return did_you_mean(word, choices) if isinstance(word, str) else ""


def _where_it_belongs(key: str, loc: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """Return the nearest spelling among the mapping's keys, or the path where a key of this very name belongs."""
    siblings = _model_at(loc, model)
    names = list(siblings.model_fields) if siblings else []
    elsewhere = [path for path in _paths(model) if path.rpartition(".")[2] == key.replace("-", "_").casefold()]
    if elsewhere:
        return "; did you mean " + " or ".join(f"'{path}'" for path in elsewhere[:3]) + "?"
    return did_you_mean(key, names) or f"; allowed: {', '.join(names)}"


def _example(loc: tuple[int | str, ...], model: type[BaseModel]) -> str:
    group = _model_at(loc, model)
    return f"{{{next(iter(group.model_fields))}: ...}}" if group else "{name: value}"


def _model_at(loc: tuple[int | str, ...], model: type[BaseModel]) -> type[BaseModel] | None:
    for part in loc:
        field = model.model_fields.get(str(part))
        group = _group(field.annotation) if field else None
        if group is None:
            return None
        model = group
    return model


def _group(annotation: object) -> type[BaseModel] | None:
    """Return the model that a field's annotation holds, alone or beside None."""
    for kind in get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _paths(model: type[BaseModel], prefix: str = "") -> list[str]:
    """Return every key of the file, as dotted paths, outer before inner."""
    inner: list[str] = []
    for name, field in model.model_fields.items():
        group = _group(field.annotation)
        if group:
            inner += _paths(group, f"{prefix}{name}.")
    return [f"{prefix}{name}" for name in model.model_fields] + inner
