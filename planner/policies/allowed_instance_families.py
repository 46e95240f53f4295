"""Every instance is of one of these families or types, and of none of those."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from planner.policies.finding import Finding, NotApplicable
from planner.policies.limits import matches
from planner.policies.parameters import Globs
from planner.policies.properties import texts
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["ALLOWED_INSTANCE_FAMILIES"]

# m7g.large, ml.g5.xlarge, db.r6g.2xlarge, r6g.large.search, u-6tb1.metal: family and size.
_INSTANCE = re.compile(
    r"((?:(?:ml|db|cache|dms)\.)?[a-z]+(?:-?[0-9]+[a-z0-9]*)+(?:-[a-z0-9]+)*)"
    r"\.(?:nano|micro|small|medium|large|[0-9]*xlarge|metal(?:-[0-9]+xl)?)(?:\.search|\.elasticsearch)?",
    re.ASCII,
)


class _Instance(NamedTuple):
    """An instance's type and who uses it."""

    type: str
    what: str
    keys: tuple[str, ...]
    resource: str | None = None
    resource_type: str | None = None
    logical_id: str | None = None
    property_path: str = ""


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    instances = list(_of_plan(document) if document.kind == "plan" else _of_estimate(document))
    if not instances:
        yield NotApplicable("it names no instance type")
    allowed, denied = setting.globs("allow"), setting.globs("deny")
    for each in instances:
        found = _INSTANCE.fullmatch(each.type)
        names = (each.type, found[1]) if found else (each.type,)
        refused = [pattern for pattern in denied if any(matches(name, [pattern]) for name in names)]
        if refused:
            text, limit = f"{each.what} {each.type} is denied: {', '.join(refused)}", f"not {', '.join(refused)}"
        elif allowed and not any(matches(name, allowed) for name in names):
            text, limit = f"{each.what} {each.type} is not allowed: {', '.join(allowed)}", ", ".join(allowed)
        else:
            continue
        yield Finding(text, each.type, limit, *each[3:], keys=each.keys)


def _of_plan(document: Document) -> Iterator[_Instance]:
    design = document.data["design"]
    if design.get("endpoint_instance"):
        yield _Instance(design["endpoint_instance"], "The endpoint's instance", ("design.endpoint_instance", "design"))
    training = design.get("training") or {}
    if training.get("instance"):
        yield _Instance(training["instance"], "The training's instance", ("design.training.instance", "design"))
    seen = {design.get("endpoint_instance"), training.get("instance")}
    for part in document.data["parts"]:
        path = part["resource"] and f"{document.data['name']}/{part['resource']}"
        for found, name in texts(part["properties"]):
            if name not in seen and _INSTANCE.fullmatch(name):
                yield _Instance(
                    name, f"{path} ({part['type']}): the instance", ("design",), path, part["type"], None, found
                )


def _of_estimate(document: Document) -> Iterator[_Instance]:
    for each in document.data["resources"]:
        for found, name in texts(each["properties"]):
            if _INSTANCE.fullmatch(name):
                what = f"{each['path']} ({each['type']}): the instance"
                yield _Instance(name, what, (), each["path"], each["type"], each["logical_id"], found)


ALLOWED_INSTANCE_FAMILIES = Policy(
    "allowed_instance_families",
    "Every instance is of one of these families or types, and of none of those.",
    "error",
    ("plan", "estimate"),
    (
        Globs("allow", "families or types, such as `ml.g5`, `m7g.*` or `db.r6g.large`"),
        Globs("deny", "families or types that are refused even where `allow` has them, such as `*p5*`"),
    ),
    _check,
    any_of=("allow", "deny"),
)
