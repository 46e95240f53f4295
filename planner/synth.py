"""A plan → a cloud assembly: runs the CDK app in its own process and puts what it wrote in place, or nothing."""

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
    from types import TracebackType
    from typing import Self

    from planner.plan_document import PlanDocument

__all__ = ["FROM_STANDARD_INPUT", "Synthesis", "refuse_without_stack", "synthesize"]

# The context `plan` of an app that is started before its plan is made.
FROM_STANDARD_INPUT = "-"
_APP = ("-P", "-m", "stacks.app")
_BAD_INPUT = 2
_MARKS = ("manifest.json", "cdk.out")  # by which a cloud assembly is known
# What there is no stack for yet, by the choice that says so.
_WITHOUT_STACK = {
    "vector_store": ("opensearch", "aurora_pgvector", "kendra", "neptune_analytics"),
    "inference": ("custom_model_import",),
}
_WITH_STACK = (
    "prompting and retrieval (opensearch_serverless, s3_vectors) with inference on_demand, batch or "
    "provisioned_throughput; training on bedrock with custom_on_demand or provisioned_throughput; "
    "training on sagemaker with sagemaker_endpoint"
)


def refuse_without_stack(plan: PlanDocument) -> None:
    """Refuse a design that is planned and priced but has no stack yet.

    Raises:
        InputError: naming the choice that has none, and those that have.
    """
    if plan.stack is not None:
        return
    design = plan.design
    service = (design["training"] or {}).get("service")
    reasons = [f"{key} {design[key]}" for key, names in _WITHOUT_STACK.items() if design.get(key) in names]
    if service in {"sagemaker_hyperpod", "sagemaker_jumpstart"}:
        reasons.append(f"training service {service}")
    if design["approach"] == "rag" and design["vector_store"] is None:
        reasons.append("structured retrieval")
    what = " and ".join(reasons) or f"{design['approach']} with inference {design['inference']}"
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
    with Synthesis(output=output, validate=validate) as synthesis:
        return synthesis.finish(plan)


class Synthesis:
    """A CDK app that starts up while its plan is still being made: loading CDK takes as long as planning does.

    Leaving the context without a plan ends the app, and nothing was written.
    """

    def __init__(self, *, output: Path, validate: bool = False) -> None:
        self._output, self._validate = output, validate

    def __enter__(self) -> Self:
        """Start the app.

        Raises:
            InputError: where CDK is not installed, or the folder can't be written or holds something else.
        """
        if importlib.util.find_spec("aws_cdk") is None:
            message = "synthesis needs the AWS CDK: pip install 'fmplan[cdk]'"
            raise InputError(message)
        self._target = _checked_target(self._output)
        try:
            self._folder = Path(tempfile.mkdtemp(prefix=".fmplan-", dir=_existing_parent(self._target)))
        except OSError as error:
            raise _unwritable(self._output, error) from None
        self._assembly = self._folder / "assembly"
        self._app = subprocess.Popen(  # noqa: S603  (the interpreter that runs this, with our own arguments)
            [sys.executable, *_APP],
            env=_environment(self._assembly, validate=self._validate),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        return self

    def finish(self, plan: PlanDocument) -> Path:
        """Give the app its plan, wait for it, put the cloud assembly in place and return the template's path.

        Raises:
            InputError: where the design has no stack, the synthesis fails, or the folder can't be written.
        """
        refuse_without_stack(plan)
        _, errors = self._app.communicate(json.dumps(plan.document))
        if self._app.returncode:
            raise InputError(_complaint(errors, self._app.returncode, plan.name))
        try:
            _put_in_place(self._assembly, self._target, self._folder / "replaced")
        except OSError as error:
            raise _unwritable(self._output, error) from None
        return self._output / f"{plan.name}.template.json"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._app.poll() is None:
            self._app.kill()
        self._app.communicate()
        shutil.rmtree(self._folder, ignore_errors=True)


def _checked_target(output: Path) -> Path:
    """Return where the assembly goes, links resolved; a folder that holds something else is the user's."""
    try:
        target = output.resolve()
        if target.is_dir():
            names = {entry.name for entry in target.iterdir()}
            if names and not names.intersection(_MARKS):
                message = (
                    f"{output}: the folder holds something that is no cloud assembly; name another or an empty one"
                )
                raise InputError(message)
        elif target.exists():
            message = f"{output}: is a file; name a folder"
            raise InputError(message)
    except OSError as error:
        raise _unwritable(output, error) from None
    return target


def _existing_parent(target: Path) -> Path:
    return next(folder for folder in target.parents if folder.is_dir())


def _unwritable(output: Path, error: OSError) -> InputError:
    return InputError(f"{output}: cannot be written: {error.strerror or error}")


def _environment(assembly: Path, *, validate: bool) -> dict[str, str]:
    package = Path(__file__).resolve().parent.parent
    environment = {
        **os.environ,
        # The app's own stacks, whatever the caller has under that name; `planner` is this one.
        "PYTHONPATH": os.pathsep.join(dict.fromkeys((str(bundled_root()), str(package)))),
        "PYTHONUTF8": "1",
        "CDK_OUTDIR": str(assembly),
        "CDK_CONTEXT_JSON": json.dumps({**cdk_context(), "plan": FROM_STANDARD_INPUT}),
        "CDK_VALIDATION": "true" if validate else "false",
    }
    for name in ("PYTHONHOME", "CONTEXT_OVERFLOW_LOCATION_ENV"):
        environment.pop(name, None)
    node = node_binary()
    if node is not None:
        environment["JSII_NODE"] = node
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
