"""A plan → a cloud assembly: runs the CDK app in a process of its own and puts what it wrote in place, whole or not at all."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from planner.bundled import bundled_root, cdk_context, node_binary
from planner.errors import InputError

if TYPE_CHECKING:
    from planner.plan_document import PlanDocument

__all__ = ["refuse_without_stack", "synthesize"]

_APP = ("-P", "-m", "stacks.app")
_BAD_INPUT = 2
_MARKS = ("manifest.json", "cdk.out")  # by which a cloud assembly is known
# What there is no stack for yet, by the choice that says so.
_WITHOUT_STACK = {
    "vector_store": ("opensearch", "aurora_pgvector", "kendra", "neptune_analytics"),
    "inference": ("custom_model_import",),
}
_WITH_STACK = "prompting on demand, in batch or provisioned; retrieval from opensearch_serverless or s3_vectors; \
training on bedrock served on demand or provisioned; training on sagemaker served by an endpoint"


def refuse_without_stack(plan: PlanDocument) -> None:
    """Refuse a design that is planned and priced but has no stack yet.

    Raises:
        InputError: naming the choice that has none, and those that have.
    """
    if plan.stack is not None:
        return
    design = plan.design
    training = design["training"] or {}
    reasons = [f"{key} {design[key]}" for key, names in _WITHOUT_STACK.items() if design.get(key) in names]
    if training.get("service") in {"sagemaker_hyperpod", "sagemaker_jumpstart"}:
        reasons.append(f"training service {training['service']}")
    if design["approach"] == "rag" and design["vector_store"] is None:
        reasons.append("structured retrieval")
    what = " and ".join(reasons) or f"{design['approach']} served by {design['inference']}"
    message = f"{plan.name}: there is no stack for {what} yet; there are stacks for {_WITH_STACK}"
    raise InputError(message)


def synthesize(plan: PlanDocument, *, output: Path, validate: bool = False) -> Path:
    """Synthesize a plan's stack into a folder and return its template; an earlier cloud assembly there is replaced.

    `validate` has CDK check the template against its rules, which takes longer than the synthesis itself.

    Raises:
        InputError: where CDK is not installed, the design has no stack, the folder can't be written or holds something
            else, or the synthesis fails.
    """
    refuse_without_stack(plan)
    if importlib.util.find_spec("aws_cdk") is None:
        message = "synthesis needs the AWS CDK: pip install 'fmplan[cdk]'"
        raise InputError(message)
    target = _checked_target(output)
    try:
        with tempfile.TemporaryDirectory(prefix=".fmplan-", dir=_existing_parent(target)) as folder:
            assembly = Path(folder, "assembly")
            _run_app(plan, Path(folder, "plan.json"), assembly, validate=validate)
            _put_in_place(assembly, target, Path(folder, "replaced"))
    except OSError as error:
        message = f"{output}: cannot be written: {error.strerror or error}"
        raise InputError(message) from None
    return output / f"{plan.name}.template.json"


def _checked_target(output: Path) -> Path:
    """Return where the assembly goes, links resolved; a folder that holds something else is the user's."""
    target = output.resolve()
    if target.is_dir():
        names = {entry.name for entry in target.iterdir()}
        if names and not names.intersection(_MARKS):
            message = f"{output}: the folder holds something that is no cloud assembly; name another or an empty one"
            raise InputError(message)
    elif target.exists():
        message = f"{output}: is a file; name a folder"
        raise InputError(message)
    return target


def _existing_parent(target: Path) -> Path:
    return next(folder for folder in target.parents if folder.is_dir())


def _run_app(plan: PlanDocument, document: Path, assembly: Path, *, validate: bool) -> None:
    document.write_text(json.dumps(plan.document, ensure_ascii=False), encoding="utf-8")
    finished = subprocess.run(  # noqa: S603  (the interpreter that runs this, with our own arguments)
        [sys.executable, *_APP],
        env=_environment(document, assembly, validate=validate),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if finished.returncode:
        raise InputError(_complaint(finished.stderr, finished.returncode, plan.name))
    if not any((assembly / mark).is_file() for mark in _MARKS):
        message = f"{plan.name}: the synthesis ended without a cloud assembly"
        raise InputError(message)


def _environment(document: Path, assembly: Path, *, validate: bool) -> dict[str, str]:
    root = bundled_root()
    package = Path(__file__).resolve().parent.parent
    environment = {
        **os.environ,
        # The app's own stacks, whatever the caller has under that name; `planner` is this one.
        "PYTHONPATH": os.pathsep.join(dict.fromkeys((str(root), str(package)))),
        "PYTHONUTF8": "1",
        "CDK_OUTDIR": str(assembly),
        "CDK_CONTEXT_JSON": json.dumps({**cdk_context(), "plan": str(document)}),
        # An older Node prints a banner that is nobody's error.
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
    }
    environment.pop("PYTHONHOME", None)
    environment.pop("CDK_CONTEXT_OVERFLOW_FILE", None)
    node = node_binary()
    if node is not None:
        environment["JSII_NODE"] = node
    if not validate:
        environment["CDK_VALIDATION"] = "false"
    return environment


def _complaint(errors: str, code: int, name: str) -> str:
    """Return a child's complaint as one message: its own line where the input was bad, else the last thing it said."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    if code == _BAD_INPUT and lines:
        return lines[-1]
    said = lines[-1] if lines else f"exit code {code}"
    return f"{name}: the synthesis failed: {said}"


def _put_in_place(assembly: Path, target: Path, replaced: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(replaced)
    try:
        assembly.rename(target)
    except OSError:
        # What was there comes back.
        with contextlib.suppress(OSError):
            replaced.rename(target)
        raise
    shutil.rmtree(replaced, ignore_errors=True)
