"""README and docs say what the code does: generated blocks, options, links, names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

from planner.check.policy_file import parse_policies
from planner.cli import main
from planner.plan import plan_file
from tests.docs_blocks import BLOCKS, CHECKOUT, DAY, MARKED, renewed

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", CHECKOUT / "CHANGELOG.md"]
DOCUMENTS += sorted((CHECKOUT / "docs").glob("*.md"))
_LINK = re.compile(r"\]\((?!https?:)(?P<target>[^)#\s]+)(?:#[^)]*)?\)")
_CODE = re.compile(r"```(?:sh|console)\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_POLICIES = re.compile(r"```yaml\n(?:# fmplan-policy.yml\n)?(version: 1\npolicies:\n.*?)```", re.DOTALL)
_CALL = re.compile(r"fmplan (?P<command>[a-z]+)(?P<rest>[^\n`]*)")


def named(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_blocks_are_what_the_code_gives(path: Path, update_golden: bool) -> None:
    text = path.read_text("utf-8")
    expected = renewed(text)
    if update_golden and text != expected:
        path.write_text(expected, "utf-8")
        return
    assert text == expected, f"{named(path)} is behind the code: make golden, then look at the difference"


def test_every_block_is_somewhere() -> None:
    used = [found["name"] for path in DOCUMENTS for found in MARKED.finditer(path.read_text("utf-8"))]
    assert sorted(used) == sorted(BLOCKS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    targets = {found["target"] for found in _LINK.finditer(path.read_text("utf-8"))}
    assert [target for target in sorted(targets) if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_commands_and_options_exist(path: Path) -> None:
    """What stands in code; prose may speak of other things."""
    code = "\n".join(fenced or inline for fenced, inline in _CODE.findall(path.read_text("utf-8")))
    for call in _CALL.finditer(code):
        command, rest = main.get_command(click.Context(main), call["command"]), call["rest"].partition("#")[0]
        assert command is not None, call[0]
        if isinstance(command, click.Group):
            name, _, rest = rest.strip().partition(" ")
            command = command.get_command(click.Context(command), name) if name else command
            assert command is not None, call[0]
        known = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
        options = re.findall(r"(?<=\s)--?[a-z][a-z-]*", f" {rest}")
        assert [option for option in options if option not in known | {"--help", "-h"}] == [], call[0]


def test_the_short_workload_can_be_planned(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(name:.*?)```", (CHECKOUT / "README.md").read_text("utf-8"), re.DOTALL)
    path = tmp_path / "short.yaml"
    path.write_text(text, "utf-8")
    assert plan_file(path, as_of=DAY, flips=False).exit_code == 0


def test_make_targets_exist() -> None:
    makefile = (CHECKOUT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for path in DOCUMENTS:
        asked = set(re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", path.read_text("utf-8"), re.MULTILINE))
        assert {first or second for first, second in asked} <= targets, named(path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_policy_files_can_be_read(path: Path) -> None:
    for found in _POLICIES.finditer(path.read_text("utf-8")):
        assert parse_policies(found[1], source=named(path), day=DAY).settings
