"""Checks the catalogue's YAML files and writes the JSON that is read at run time.

Run `python -m planner.catalog.compile` after each change, or with `--check` to see whether the JSON is up to date.
"""

from __future__ import annotations

import io
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.catalog.schema import KINDS, SOURCES
from planner.errors import InputError
from planner.near import did_you_mean

if TYPE_CHECKING:
    from planner.catalog.checks import Section

__all__ = ["compile_catalog", "main"]

FOLDER = Path(__file__).parent
_FILE_KEYS = ("kind", "provider", "sources", "entries")


def compile_catalog(folder: Path = FOLDER) -> dict[str, str]:
    """Return the compiled files by name, from the YAML files of a folder.

    Raises:
        InputError: a file that cannot be read, an unknown key, a wrong value, a missing source, a name of two entries.
    """
    contents = {path: _read(path) for path in sorted(folder.glob("*.yaml"))}
    sources: dict[str, Any] = {}
    for path, content in contents.items():
        if content.get("kind") == "sources":
            sources = SOURCES.check(content.get("entries"), f"{path.name}: entries")
    taken: dict[str, str] = {}
    compiled = {}
    for path, content in contents.items():
        kind = content.get("kind")
        if kind == "sources":
            compiled[f"{path.stem}.json"] = _document(kind, sources)
            continue
        entries = _entries(path.name, content, sources)
        for entry in entries:
            # One entry may bear a name twice (as its id and as its display name), two entries may not.
            spellings = (entry["id"], entry.get("name", entry["id"]), *entry.get("aliases", ()))
            names = {name.casefold(): name for name in spellings}
            for name in names.values():
                _take(name, f"{path.name}: {entry['id']}", taken)
        compiled[f"{path.stem}.json"] = _document(str(kind), entries)
    return compiled


def _read(path: Path) -> dict[str, Any]:
    # Imported here: the catalogue's readers never need it.
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import SafeConstructor
    from ruamel.yaml.error import YAMLError

    class Exact(SafeConstructor):
        """Keeps the digits of numbers as they were written."""

    Exact.add_constructor("tag:yaml.org,2002:float", lambda _, node: Decimal(node.value))
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = Exact
    try:
        content = yaml.load(io.StringIO(path.read_text(encoding="utf-8")))
    except YAMLError as error:
        message = f"{path.name}: {error}"
        raise InputError(message) from error
    if not isinstance(content, dict):
        message = f"{path.name}: not a mapping with {', '.join(_FILE_KEYS)}"
        raise InputError(message)
    for key in content:
        if key not in _FILE_KEYS:
            message = f"{path.name}: unknown key {key!r}{did_you_mean(str(key), _FILE_KEYS)}"
            raise InputError(message)
    return content


def _entries(file: str, content: dict[str, Any], sources: dict[str, Any]) -> list[dict[str, Any]]:
    kind = str(content.get("kind"))
    if kind not in KINDS:
        message = f"{file}: kind: {kind!r} is none of {', '.join((*KINDS, 'sources'))}{did_you_mean(kind, KINDS)}"
        raise InputError(message)
    section = KINDS[kind]
    common = content.get("sources") or {}
    entries = []
    for number, entry in enumerate(content.get("entries") or ()):
        name = entry.get("id", number) if isinstance(entry, dict) else number
        where = f"{file}: {name}"
        if not isinstance(entry, dict):
            message = f"{where}: {entry!r} is not a mapping"
            raise InputError(message)
        whole = {**entry, "sources": {**common, **(entry.get("sources") or {})}}
        if "provider" in content:
            whole.setdefault("provider", content["provider"])
        entries.append(_sourced(section.check(whole, where), section, sources, where))
    if not entries:
        message = f"{file}: entries: none"
        raise InputError(message)
    return entries


def _sourced(entry: dict[str, Any], section: Section, sources: dict[str, Any], where: str) -> dict[str, Any]:
    """Return the entry with exactly the sources of its facts."""
    facts = [key for key in entry if key not in section.identity]
    facts += [f"customization.{key}" for key in entry.get("customization", ()) if key != "base_model_identifier"]
    named = entry["sources"]
    for fact in named:
        if fact.partition(".")[0] not in section.keys:
            message = f"{where}: sources: unknown fact {fact!r}{did_you_mean(fact, section.keys)}"
            raise InputError(message)
    kept = {}
    for fact in facts:
        source = named.get(fact) or named.get(fact.partition(".")[0])
        if source is None:
            message = f"{where}: {fact} has no source: name one under sources, here or for the whole file"
            raise InputError(message)
        if source not in sources:
            message = f"{where}: sources.{fact}: {source!r} is not in sources.yaml{did_you_mean(source, sources)}"
            raise InputError(message)
        kept[fact] = source
    return {**entry, "sources": kept}


def _take(name: str, where: str, taken: dict[str, str]) -> None:
    if name.casefold() in taken:
        message = f"{where}: the name {name!r} is taken by {taken[name.casefold()]}"
        raise InputError(message)
    taken[name.casefold()] = where


def _document(kind: str, entries: list[dict[str, Any]] | dict[str, Any]) -> str:
    """Return the JSON text with one entry a line, so that a changed entry is a changed line."""
    if isinstance(entries, dict):
        lines = ",\n".join(f"{_json(key)}:{_json(value)}" for key, value in entries.items())
        return f'{{"kind":{_json(kind)},"entries":{{\n{lines}\n}}}}\n'
    lines = ",\n".join(_json(entry) for entry in entries)
    return f'{{"kind":{_json(kind)},"entries":[\n{lines}\n]}}\n'


def _json(value: Any) -> str:  # noqa: ANN401  (JSON is of any type)
    """Return compact JSON in which decimals keep their digits: json.dumps would need a float."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(key)}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """Write the compiled files, or with `--check` say which ones are out of date; returns the exit code."""
    try:
        compiled = compile_catalog()
    except InputError as error:
        click.echo(str(error), err=True)
        return 2
    target = FOLDER / "compiled"
    present = {path.name: path.read_text(encoding="utf-8") for path in target.glob("*.json")}
    stale = sorted(name for name in present.keys() | compiled.keys() if present.get(name) != compiled.get(name))
    if "--check" in arguments:
        for name in stale:
            click.echo(f"{name} is out of date: run python -m planner.catalog.compile", err=True)
        return 1 if stale else 0
    target.mkdir(exist_ok=True)
    for name in stale:
        if name in compiled:
            (target / name).write_text(compiled[name], encoding="utf-8")
        else:
            (target / name).unlink()
    click.echo(f"{len(compiled)} files, {len(stale)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
