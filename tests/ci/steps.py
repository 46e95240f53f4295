"""GitHub's runner, as much of it as our workflow and action use: conditions, environment, outputs, shells."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.ci.expressions import evaluate, expand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.ci.repository import Repository

__all__ = ["Ran", "run_steps"]

_SHELLS = {
    # What GitHub makes of the short name.
    "bash": "bash --noprofile --norc -eo pipefail {0}",
}


@dataclass(slots=True)
class Ran:
    """What became of a job: each step's outcome, outputs and printed text, the actions used, the summary."""

    outcomes: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    used: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    summary: str = ""
    failed: bool = False


def run_steps(
    steps: Sequence[Mapping[str, Any]],
    repository: Repository,
    *,
    github: Mapping[str, Any],
    env: Mapping[str, str] = {},
    inputs: Mapping[str, str] = {},
) -> Ran:
    """Run the steps of a job or a composite action in a repository; actions are noted, not run.

    `github` is the context of that name; its `api_url` and `event` reach the steps as they do on a runner.
    """
    ran = Ran()
    files = {name: repository.folder.parent / name for name in ("output", "summary", "event.json")}
    files["summary"].write_text("", encoding="utf-8")
    files["event.json"].write_text(json.dumps(github["event"]), encoding="utf-8")
    temporary = repository.folder.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    predefined = {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": github["api_url"],
        "GITHUB_BASE_REF": github["base_ref"],
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(files["event.json"]),
        "GITHUB_OUTPUT": str(files["output"]),
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_REPOSITORY": github["repository"],
        "GITHUB_STEP_SUMMARY": str(files["summary"]),
        "RUNNER_TEMP": str(temporary),
    }
    functions: dict[str, Callable[..., Any]] = {
        "success": lambda: not ran.failed,
        "cancelled": lambda: False,
        "always": lambda: True,
        "hashFiles": lambda pattern: "0f" if list(repository.folder.glob(pattern)) else "",
    }
    for step in steps:
        name = step["name"]
        key = step.get("id", name)
        context = {
            "github": github,
            "inputs": inputs,
            "runner": {"temp": str(temporary)},
            "steps": {
                each: {"outcome": outcome, "outputs": ran.outputs.get(each, {})}
                for each, outcome in ran.outcomes.items()
            },
        }
        if not evaluate(step.get("if", "success()"), context, functions):
            ran.outcomes[key] = "skipped"
            continue
        if "uses" in step:
            given = {
                each: expand(value if isinstance(value, str) else json.dumps(value), context, functions)
                for each, value in step.get("with", {}).items()
            }
            ran.used.append((step["uses"], given))
            ran.outcomes[key] = "success"
            continue
        files["output"].write_text("", encoding="utf-8")
        stated = {each: expand(str(value), context, functions) for each, value in step.get("env", {}).items()}
        shell = _SHELLS.get(step.get("shell", "bash"), step.get("shell", ""))
        done = repository.run(step["run"], *shell.split(), **{**predefined, **env, **stated})
        ran.printed[name] = done.stdout + done.stderr
        ran.outputs[key] = dict(
            line.split("=", 1) for line in files["output"].read_text(encoding="utf-8").splitlines() if line
        )
        ran.outcomes[key] = "success" if done.returncode == 0 else "failure"
        ran.failed |= done.returncode != 0 and not step.get("continue-on-error")
    ran.summary = files["summary"].read_text(encoding="utf-8")
    return ran
