"""Every resource that can have tags has these."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.policies.finding import Finding, NotApplicable
from planner.policies.limits import PATHS, TYPES, is_scoped, matches
from planner.policies.parameters import TagValues
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["REQUIRED_TAGS"]

_NAMES_OF_KEYS = ("Key", "key", "TagKey")
_NAMES_OF_VALUES = ("Value", "value", "TagValue")


@cache
def _tag_properties() -> Mapping[str, str]:
    """Return which property of a type its tags are in, by type."""
    data = json.loads(Path(__file__).with_name("taggable_types.json").read_text(encoding="utf-8"))
    return {kind: name for name, kinds in data["tags_in"].items() for kind in kinds}


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    if document.kind == "plan":
        yield NotApplicable("a plan states no tags; check the template that is synthesized from it")
        return
    wanted: Mapping[str, tuple[str, ...]] = setting.values["tags"]
    looked_at = False
    for each in document.data["resources"]:
        name = _tag_properties().get(each["type"])
        if name is None or not is_scoped(each["path"], each["type"], setting):
            continue
        looked_at = True
        for text, value, confirmed in _faults(_tags(each["properties"].get(name)), wanted):
            yield Finding(
                f"{each['path']} ({each['type']}): {text}",
                value,
                ", ".join(wanted),
                each["path"],
                each["type"],
                each["logical_id"],
                name,
                confirmed=confirmed,
            )
    if not looked_at:
        yield NotApplicable("no resource that it is about can have tags")


def _tags(value: object) -> dict[str, object] | None:
    """Return tags of either form that CloudFormation has; None where an intrinsic stands in their place."""
    if value is None:
        return {}
    if isinstance(value, dict):
        return None if any(key == "Ref" or key.startswith("Fn::") for key in value) else dict(value)
    if not isinstance(value, list):
        return None
    found: dict[str, object] = {}
    for item in value:
        key = _first(item, _NAMES_OF_KEYS)
        if not isinstance(key, str):
            return None
        found[key] = _first(item, _NAMES_OF_VALUES)
    return found


def _first(item: object, names: tuple[str, ...]) -> Any:  # noqa: ANN401  (a template's values are of any type)
    return next((item[name] for name in names if name in item), None) if isinstance(item, dict) else None


def _faults(
    tags: dict[str, object] | None, wanted: Mapping[str, tuple[str, ...]]
) -> Iterable[tuple[str, str | None, bool]]:
    if tags is None:
        yield "its tags can't be told from the template", None, False
        return
    missing = [tag for tag in wanted if tag not in tags]
    if missing:
        yield f"{'tag' if len(missing) == 1 else 'tags'} {', '.join(missing)} missing", ", ".join(tags) or None, True
    for tag, allowed in wanted.items():
        value = tags.get(tag)
        if not allowed or tag not in tags:
            continue
        if not isinstance(value, str):
            yield f"the value of the tag {tag} can't be told from the template", None, False
        elif not matches(value, allowed):
            yield f"the tag {tag} is {value!r}; allowed: {', '.join(allowed)}", value, True


REQUIRED_TAGS = Policy(
    "required_tags",
    "Every resource that can have tags has these.",
    "error",
    ("estimate", "plan"),
    (TagValues("tags", "tags, such as `[owner]`, or with values, such as `{env: [prod, dev]}`"), TYPES, PATHS),
    _check,
)
