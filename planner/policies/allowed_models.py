"""Every foundation model is one of these, and none of those."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from planner.model_id import base_model_id
from planner.policies.finding import Finding, NotApplicable
from planner.policies.limits import matches
from planner.policies.parameters import Globs
from planner.policies.properties import texts
from planner.policies.spec import Policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.policies.document import Document
    from planner.policies.spec import Setting

__all__ = ["ALLOWED_MODELS"]

_IN_ARN = re.compile(r":bedrock:.*(?:foundation-model|inference-profile)/([^/\s*]+)$")
_KEYS_OF_IDS = frozenset({"FoundationModel", "ModelId"})
_NO_MODEL = "it names no foundation model; what code calls at run time is not in it"


class _Model(NamedTuple):
    """A model and who uses it, in a plan or in a template."""

    id: str
    what: str
    keys: tuple[str, ...] = ()
    resource: str | None = None
    resource_type: str | None = None
    logical_id: str | None = None
    property_path: str = ""


def _check(document: Document, setting: Setting) -> Iterable[Finding | NotApplicable]:
    models = list(_of_plan(document) if document.kind == "plan" else _of_estimate(document))
    if not models:
        yield NotApplicable(_NO_MODEL)
    allowed, denied = setting.globs("allow"), setting.globs("deny")
    for model in models:
        names = (model.id, base_model_id(model.id))
        refused = [pattern for pattern in denied if any(matches(name, [pattern]) for name in names)]
        if refused:
            text, limit = f"{model.what} {model.id} is denied: {', '.join(refused)}", f"not {', '.join(refused)}"
        elif allowed and not any(matches(name, allowed) for name in names):
            text, limit = f"{model.what} {model.id} is not allowed: {', '.join(allowed)}", ", ".join(allowed)
        else:
            continue
        yield Finding(text, model.id, limit, *model[3:], keys=model.keys)


def _of_plan(document: Document) -> Iterator[_Model]:
    design = document.data["design"]
    training = design.get("training") or {}
    for what, name, keys in (
        ("The model", design.get("model"), ("design.model", "constraints.models")),
        ("The embedding model", design.get("embedding_model"), ("design.embedding_model", "constraints.models")),
        ("The teacher model", training.get("teacher"), ("design.training", "constraints.models")),
    ):
        if name:
            yield _Model(name, what, keys)


def _of_estimate(document: Document) -> Iterator[_Model]:
    for each in document.data["resources"]:
        if not each["type"].startswith("AWS::Bedrock"):
            continue  # an IAM policy's ARNs say what may be called, not what is
        about = each["path"], each["type"], each["logical_id"]
        found: dict[str, str] = {}
        for path, text in texts(each["properties"]):
            in_arn = _IN_ARN.search(text)
            if in_arn or (path.rpartition(".")[2] in _KEYS_OF_IDS and not text.startswith("arn:")):
                found.setdefault(in_arn[1] if in_arn else text, path)
        for line in each["lines"]:
            if line["meter"] in _METERS_OF_MODELS:
                found.setdefault(line["price"]["sku"], "")
        known = {base_model_id(name) for name, path in found.items() if path}
        for name, path in found.items():
            if path or base_model_id(name) not in known:
                yield _Model(name, f"{each['path']} ({each['type']}): the model", (), *about, path)


_METERS_OF_MODELS = frozenset({"bedrock.on_demand", "bedrock.batch", "bedrock.embedding", "bedrock.rerank"})

ALLOWED_MODELS = Policy(
    "allowed_models",
    "Every foundation model is one of these, and none of those.",
    "error",
    ("plan", "estimate"),
    (
        Globs("allow", "model ids, with or without a profile's prefix, such as `amazon.nova-*`"),
        Globs("deny", "model ids that are refused even where `allow` has them"),
    ),
    _check,
    any_of=("allow", "deny"),
)
