"""What the tests of recipes share: the shell scripts in a recipe, and a repository with a base branch and a change."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["load_yaml", "scripts"]


def load_yaml(text: str, *, only_texts: bool = False) -> Any:  # noqa: ANN401  (whatever is in it)
    """Return YAML 1.2, in which `on` and `yes` are texts; with `only_texts` each scalar is one."""
    return YAML(typ="base" if only_texts else "safe", pure=True).load(text)


def scripts(system: str, files: Mapping[str, str]) -> list[str]:
    """Return the shell scripts of a recipe in the order in which the system runs them.

    Where a system gives all lines to one shell, they are one script.
    """
    if system == "codepipeline":
        return [files["fmplan_pipeline/review.sh"]]
    (text,) = files.values()
    if system == "jenkins":
        return [textwrap.dedent(script) for script in re.findall(r"'''(.*?)'''", text, re.DOTALL)]
    data = load_yaml(text)
    if system == "github":
        return [step["run"] for step in data["jobs"]["cost"]["steps"] if "run" in step]
    if system == "gitlab":
        return ["\n".join(data["fmplan"]["script"])]
    if system == "codebuild":
        return ["\n".join(phase["commands"]) for phase in data["phases"].values()]
    if system == "azure":
        return [step["bash"] for step in data["jobs"][0]["steps"] if "bash" in step]
    return ["\n".join(data["pipelines"]["pull-requests"]["**"][0]["step"]["script"])]
