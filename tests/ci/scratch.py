"""What a recipe's files say, read as the systems read them: the shell scripts and the values that they see."""

from __future__ import annotations

import ast
import re
import subprocess
import textwrap
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["environment_of", "load_yaml", "scripts"]


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


def environment_of(system: str, files: Mapping[str, str]) -> dict[str, str]:
    """Return the values that a recipe's scripts see, as its own language reads them."""
    if system == "codepipeline":
        tree = ast.parse(files["fmplan_pipeline/pipeline_stack.py"])
        named = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        table = named["ENVIRONMENT"]
        assert isinstance(table, ast.Dict)
        return {
            ast.literal_eval(key): ast.literal_eval(value)
            for key, value in zip(table.keys, table.values, strict=True)
            if key is not None  # a `**` has none
        }
    (text,) = files.values()
    if system == "jenkins":
        found = re.findall(r"^    (FMPLAN_\w+) = '((?:[^'\\]|\\.)*)'$", text, re.MULTILINE)
        return {key: re.sub(r"\\(.)", r"\1", value) for key, value in found}
    data = load_yaml(text)
    if system == "bitbucket":
        lines = data["pipelines"]["pull-requests"]["**"][0]["step"]["script"]
        lines = [line for line in lines if line.startswith("export ")]
        printing = "\n".join(lines) + "\nenv -0"
        done = subprocess.run(["sh", "-c", printing], capture_output=True, check=True, env={"PATH": "/usr/bin:/bin"})
        pairs = (pair.partition("=") for pair in done.stdout.decode().split("\0") if pair.startswith("FMPLAN_"))
        return {key: value for key, _, value in pairs}
    table = {
        "github": lambda: data["jobs"]["cost"]["env"],
        "gitlab": lambda: data["fmplan"]["variables"],
        "codebuild": lambda: data["env"]["variables"],
        "azure": lambda: data["variables"],
    }[system]()
    assert isinstance(table, dict)
    return {key: value for key, value in table.items() if key.startswith("FMPLAN_")}
