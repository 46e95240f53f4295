"""A repository with a base branch that went on and a change, and the environment that a CI system runs scripts in."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BASE", "CDK_COMMAND", "CHANGE", "OVER", "SINCE", "UNDER", "Repository", "make_repository"]

CHECKOUT = Path(__file__).resolve().parents[2]
_WORKLOAD = (CHECKOUT / "examples" / "support-assistant.yaml").read_text(encoding="utf-8")


def _edited(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


CDK_COMMAND = "aws-cdk@2.1148.1"
# Policies that the change meets, and that it doesn't.
UNDER = "version: 1\npolicies:\n  monthly_delta: {usd: 1000}\n"
OVER = "version: 1\npolicies:\n  monthly_delta: {usd: 100}\n"
# The workload where the change began, with the change, and on the base branch since: somebody else doubled the
# documents there, which is no part of what the change costs.
BASE = _WORKLOAD
CHANGE = _edited(BASE, "requests_per_month: 300000", "requests_per_month: 600000")
SINCE = _edited(BASE, "gb: 12, tokens: 60000000", "gb: 24, tokens: 120000000")


@dataclass(frozen=True, slots=True)
class Repository:
    """A clone with the branch `change` checked out, whose remote `origin` has `main`."""

    folder: Path
    environment: Mapping[str, str]

    def git(self, *arguments: str) -> str:
        """Run git in the clone and return what it printed."""
        command = ["git", "-c", "user.name=test", "-c", "user.email=test@example.com", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env={**self.environment}, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, message: str, texts: Mapping[str, str]) -> None:
        """Commit files by their path."""
        for name, text in texts.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.git("add", "--", name)
        self.git("commit", "--quiet", "-m", message)

    def run(self, script: str, *shell: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a script as a CI system does: a shell reads it from a file, `{0}` in its arguments."""
        file = self.folder.parent / "script.sh"
        file.write_text(script, encoding="utf-8")
        return subprocess.run(
            [part.replace("{0}", str(file)) for part in shell],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def installed(self) -> list[str]:
        """Return what the scripts asked pip to install, an argument list a call."""
        log = self.folder.parent / "pip.log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def make_repository(folder: Path, *, policy: str) -> Repository:
    """Return a clone in which `main` went on after the branch `change` left it."""
    origin, clone = folder / "origin.git", folder / "clone"
    clone.mkdir()
    repository = Repository(clone, _environment(folder))
    repository.git("init", "--quiet", "--bare", "-b", "main", str(origin))
    repository.git("init", "--quiet", "-b", "main")
    repository.git("remote", "add", "origin", str(origin))
    repository.commit("A workload", {"workload.yaml": BASE, "fmplan-policy.yml": policy})
    repository.git("checkout", "--quiet", "-b", "change")
    repository.commit("Twice the requests", {"workload.yaml": CHANGE})
    repository.git("checkout", "--quiet", "main")
    repository.commit("Twice the documents", {"workload.yaml": SINCE})
    repository.git("push", "--quiet", "origin", "main", "change")
    repository.git("checkout", "--quiet", "change")
    return repository


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of a machine that has git, this fmplan, and a Python whose pip installs nothing."""
    commands = folder / "bin"
    commands.mkdir()
    # `pip install` is written down instead, and an environment has no more in it than its folder.
    _command(
        commands / "python",
        f"""\
        case "$*" in
          "-m pip install "*) echo "$*" >>"{folder}/pip.log"; exit 0 ;;
          "-m venv "*) mkdir -p "$3/bin"; exit 0 ;;
        esac
        exec "{sys.executable}" "$@"
        """,
    )
    # What the CDK command does for an app in Python, without asking npm for the command.
    _command(
        commands / "npx",
        f"""\
        [ "$1 $2 $3 $4 $5" = "--yes {CDK_COMMAND} synth --quiet --output" ] || exit 9
        export CDK_OUTDIR="$6" CDK_CONTEXT_JSON='{{"aws:cdk:enable-path-metadata":true}}'
        exec "{sys.executable}" app.py
        """,
    )
    _command(commands / "fmplan", f'PYTHONPATH="{CHECKOUT}" exec "{sys.executable}" -m planner.cli "$@"\n')
    kept = {name: value for name, value in os.environ.items() if name in {"JSII_NODE", "CDK_VALIDATION", "LANG"}}
    return {
        **kept,
        "PATH": f"{commands}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        # CDK unpacks itself into a cache at home: not once for each of these.
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(Path.home() / ".cache" / "aws" / "jsii" / "package-cache"),
    }


def _command(path: Path, text: str) -> None:
    lines = [line.strip() for line in text.splitlines()]
    path.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o755)
