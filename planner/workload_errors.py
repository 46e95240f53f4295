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
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from planner.workload import Workload

__all__ = ["explained", "refuse_unknown_assumptions", "without_nulls"]

_MOST_ERRORS = 20
_DEEPEST = 32  # the contract's deepest key has three levels


def without_nulls(data: object, *, source: str) -> dict[Any, Any]:
    """Return the file's mapping without keys whose value is null, at every level: null is the key left out.

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
    """Return pydantic's errors about `data` in the file's words and its keys' order, at most twenty of them."""
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
            f"{source}: assumptions.{_key(name)}: unknown assumption{did_you_mean(name, known)}"
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
    kind = one["type"]
    return _SENTENCES[kind](one, model) if kind in _SENTENCES else f"{shown(one['input'])} is not allowed: {one['msg']}"


def _unknown_key(one: ErrorDetails, model: type[BaseModel]) -> str:
    """Say the nearest spelling among the mapping's keys, or the path where a key of this very name belongs."""
    *outer, key = map(str, one["loc"])
    belongs = [path for path in _paths(model) if path.rpartition(".")[2] == key.replace("-", "_").casefold()]
    if belongs:
        return "unknown key; did you mean " + " or ".join(f"'{path}'" for path in belongs[:3]) + "?"
    group = _model_at(outer, model)
    names = list(group.model_fields) if group else []
    return "unknown key" + (did_you_mean(key, names) or f"; allowed: {', '.join(names)}")


def _unknown_word(one: ErrorDetails, _model: type[BaseModel]) -> str:
    word = one["input"]
    allowed = re.findall(r"'([^']*)'", one["ctx"]["expected"])
    what = "unknown key" if one["loc"][-1] == "[key]" else f"{shown(word)} is not allowed"
    near = did_you_mean(word, allowed) if isinstance(word, str) else ""
    return f"{what}; allowed: {', '.join(allowed)}{near}"


def _no_mapping(one: ErrorDetails, model: type[BaseModel]) -> str:
    group = _model_at(map(str, one["loc"]), model)
    example = f"{{{next(iter(group.model_fields))}: ...}}" if group else "{name: value}"
    return f"{shown(one['input'])} is no mapping; allowed: keys with values, such as {example}"


def _no_list(one: ErrorDetails, _model: type[BaseModel]) -> str:
    value = one["input"]
    example = value if isinstance(value, str) and re.fullmatch(r"[\w.:/-]{1,60}", value) else "..."
    return f"{shown(value)} is no list; allowed: a list, such as [{example}]"


# By pydantic's names of what can be wrong; "value" is what planner.workload_values says itself.
_SENTENCES: dict[str, Callable[[ErrorDetails, type[BaseModel]], str]] = {
    "value": lambda one, _model: one["msg"],
    "missing": lambda _one, _model: "missing; every workload needs it",
    "extra_forbidden": _unknown_key,
    "invalid_key": lambda _one, _model: "unknown key; keys are words",
    "literal_error": _unknown_word,
    "bool_type": lambda one, _model: f"{shown(one['input'])} is not allowed; allowed: true, false",
    "model_type": _no_mapping,
    "dict_type": _no_mapping,
    "tuple_type": _no_list,
}


def _key(part: int | str) -> str:
    """Return a key as an error shows it: as it is where it is a word, else in quotes."""
    text = part if isinstance(part, str) else shown(part)
    return text if not isinstance(part, str) or re.fullmatch(r"[\w-]{1,60}", part) else shown(part)


def _model_at(loc: Iterable[str], model: type[BaseModel]) -> type[BaseModel] | None:
    for part in loc:
        field = model.model_fields.get(part)
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
