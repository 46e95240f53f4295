"""CI recipes: what compares a workload with its base branch, comments and gates, for each system, from templates/ci."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from planner.bundled import bundled_root
from planner.errors import InputError
from planner.files import read_text, write_atomically
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["ACTIONS", "SYSTEMS", "RecipeSettings", "recipe_files", "render_recipe", "write_recipe"]

# Where each system reads its file, and the template that writes it. What a system's own file includes or copies has
# `fmplan` in its name, so that nobody's pipeline is in the way.
SYSTEMS: Mapping[str, Mapping[str, str]] = {
    "github": {".github/workflows/fmplan.yml": "github.yml.j2"},
    "gitlab": {".gitlab-ci.fmplan.yml": "gitlab.yml.j2"},
    "jenkins": {"Jenkinsfile.fmplan": "jenkinsfile.j2"},
    "codebuild": {"buildspec.fmplan.yml": "buildspec.yml.j2"},
    "codepipeline": {
        "fmplan_pipeline/app.py": "codepipeline/app.py.j2",
        "fmplan_pipeline/cdk.json": "codepipeline/cdk.json.j2",
        "fmplan_pipeline/pipeline_stack.py": "codepipeline/pipeline_stack.py.j2",
        "fmplan_pipeline/review.sh": "codepipeline/review.sh.j2",
        "fmplan_pipeline/requirements.txt": "codepipeline/requirements.txt.j2",
    },
    "azure": {"azure-pipelines-fmplan.yml": "azure.yml.j2"},
    "bitbucket": {"bitbucket-pipelines.fmplan.yml": "bitbucket.yml.j2"},
}

# Pinned by commit, for a tag can be moved: what others' public workflows pin these versions to, looked up 2026-11-21.
ACTIONS: Mapping[str, tuple[str, str]] = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-python": ("ece7cb06caefa5fff74198d8649806c4678c61a1", "v6.3.0"),
    "actions/upload-artifact": ("043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1"),
    "github/codeql-action/upload-sarif": ("9e907b5e64f6b83e7804b09294d44122997950d6", "v4.32.3"),
}

# What synthesizes an app that brings no CDK command of its own: the version that package.json locks.
_CDK_COMMAND = "aws-cdk@2.1148.1"
# What git, YAML, a shell, Groovy and the systems' own expressions all take as it is: no quote, `$`, backslash, glob.
_BRANCH = re.compile(r"[\w][\w./@-]*")
_FILE = re.compile(r"[\w.][\w ./@,=~()+-]*")
_PLAIN = re.compile(r"[\w ./@#=-]*")
_PYTHON = re.compile(r"3\.(?:1[1-9]|[2-9][0-9])")
_SUFFIXES_OF_WORKLOADS = (".yaml", ".yml")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeSettings:
    """What a recipe is about: the file whose cost is compared, the branch that it is compared with, the gate.

    `app` is the folder of a CDK app to synthesize and compare instead of a file, "." where it is the repository's root;
    `usage` says how much its resources are used. `synth` synthesizes a workload's stack too, which needs the extra
    `cdk`. `strict` fails on what has no price.

    Raises:
        InputError: for a name that a recipe can't carry safely, or a version of Python that fmplan does not run on.
    """

    version: str
    workload: str = "workload.yaml"
    app: str | None = None
    usage: str | None = None
    base: str = "main"
    policy: str = "fmplan-policy.yml"
    python: str = "3.12"
    synth: bool = True
    sarif: bool = True
    strict: bool = False

    def __post_init__(self) -> None:
        _check_file("--workload", self.workload)
        _check_file("--policy", self.policy)
        if self.usage is not None:
            _check_file("--usage", self.usage)
        if self.app not in {None, "."}:
            _check_file("--app", str(self.app))
        _check_branch(self.base)
        if not _PYTHON.fullmatch(self.python):
            raise InputError(f"--python: {self.python!r} is not a version of Python that fmplan runs on; write 3.12")

    @property
    def package(self) -> str:
        """What pip installs: this version of fmplan, with CDK where the recipe synthesizes."""
        return f"fmplan[cdk]=={self.version}" if self.synthesizes else f"fmplan=={self.version}"

    @property
    def synthesizes(self) -> bool:
        """Whether there is a workload's stack to synthesize: a template already is one."""
        return self.synth and self.app is None and self.workload.endswith(_SUFFIXES_OF_WORKLOADS)

    @property
    def reads(self) -> tuple[str, ...]:
        """The files of the repository that a build reads."""
        compared = self.workload if self.app is None else f"{self.app}/cdk.json"
        return tuple(name for name in (compared, self.usage, self.policy) if name is not None)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the scripts read: all that differs from one recipe of a system to another of it."""
        values = {"FMPLAN_PACKAGE": self.package}
        if self.app is None:
            values["FMPLAN_WORKLOAD"] = self.workload
        else:
            values |= {"FMPLAN_APP": self.app, "FMPLAN_CDK": _CDK_COMMAND}
        if self.usage is not None:
            values["FMPLAN_USAGE"] = self.usage
        return values | {"FMPLAN_BASE": self.base, "FMPLAN_POLICY": self.policy}


def recipe_files(system: str) -> Sequence[str]:
    """Return the files that a system's recipe consists of, relative to the repository's root.

    Raises:
        InputError: for a system that has no recipe.
    """
    if system not in SYSTEMS:
        raise InputError(f"there is no recipe for {system!r}{did_you_mean(system, SYSTEMS)}")
    return list(SYSTEMS[system])


def render_recipe(system: str, settings: RecipeSettings) -> dict[str, str]:
    """Return a recipe's files by their path.

    Raises:
        InputError: as `recipe_files`.
    """
    values: dict[str, Any] = {"settings": settings, "system": system, "actions": _actions()}
    made = _environment()
    return {path: made.get_template(f"ci/{SYSTEMS[system][path]}").render(values) for path in recipe_files(system)}


def write_recipe(files: Mapping[str, str], folder: Path, *, force: bool) -> list[Path]:
    """Write a recipe's files below a folder, each whole or not at all; none where one of them is in the way.

    Raises:
        InputError: for a file that is there already and says something else, unless `force`; for what can't be written.
    """
    targets = {folder / PurePosixPath(path): text for path, text in files.items()}
    if not force:
        for target, text in targets.items():
            if target.is_symlink() or (target.exists() and (not target.is_file() or read_text(target) != text)):
                raise InputError(f"{target}: is there already; --force writes over it")
    for target, text in targets.items():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"{target.parent}: no folder can be made there: {error.strerror}") from None
        write_atomically(target, text)
    return list(targets)


def _check_branch(name: str) -> None:
    """Refuse what is no branch's name (git check-ref-format), and what a glob or an expression would read in it."""
    parts = name.split("/")
    wrong = (
        not _BRANCH.fullmatch(name)
        or len(name) > _LONGEST_NAME
        or ".." in name
        or name == "@"
        or any(not part or part.startswith(".") or part.endswith((".", ".lock")) for part in parts)
    )
    if wrong:
        raise InputError(
            f"--base: {_shown(name)} can't be named in a recipe; a branch of letters, digits and . _ - / @ can"
        )


def _check_file(option: str, name: str) -> None:
    """Refuse a file outside the repository, and a name that some quoting would have to be trusted with."""
    parts = name.split("/")
    if not _FILE.fullmatch(name) or len(name) > _LONGEST_NAME or name != name.strip():
        can = "letters, digits, spaces and . _ - / @ , = ~ + ( ) can"
        raise InputError(f"{option}: {_shown(name)} can't be named in a recipe; {can}")
    if not parts[-1] or any(part in {"", ".", ".."} for part in parts):
        raise InputError(
            f"{option}: {_shown(name)} is no file below the repository's root; write it as infra/workload.yaml"
        )


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…")


def _actions() -> dict[str, str]:
    return {name.rpartition("/")[2]: f"{name}@{commit} # {version}" for name, (commit, version) in ACTIONS.items()}


def _quoted(text: str) -> str:
    """Return a text in double quotes as YAML, JSON and Python read it alike."""
    return json.dumps(text, ensure_ascii=False)


def _single(text: str) -> str:
    """Return a text in single quotes as YAML reads it: for one that has double quotes of its own."""
    return "'" + text.replace("'", "''") + "'"


def _plain(text: str) -> str:
    """Return a text of ours that stands without quotes.

    Raises:
        ValueError: for one that would need them, which is a defect of a template.
    """
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text!r} must be quoted")
    return text


def _groovy(text: str) -> str:
    """Return a text as Groovy's string without interpolation."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


@cache
def _environment() -> Environment:
    """Return the environment of the recipes: delimiters that neither YAML, a shell, Groovy nor `${{ }}` knows."""
    made = Environment(
        loader=FileSystemLoader(bundled_root() / "templates", encoding="utf-8"),
        autoescape=False,  # noqa: S701  (no HTML: each value goes through the filter of the language it stands in)
        undefined=StrictUndefined,
        variable_start_string="<@",
        variable_end_string="@>",
        block_start_string="<%",
        block_end_string="%>",
        comment_start_string="<#",
        comment_end_string="#>",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {"quoted": _quoted, "single": _single, "plain": _plain, "groovy": _groovy, "shell": shlex.quote}
    return made
