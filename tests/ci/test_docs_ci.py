"""docs/ci.md says what the recipes and the action are: its lists are written by what they list."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

from planner.ci_recipes import ACTIONS, SYSTEMS, recipe_files
from planner.cli import main
from tests.ci.scratch import load_yaml

if TYPE_CHECKING:
    from pathlib import Path


def recipes(_: Path) -> str:
    rows = [
        f"| `fmplan ci {system}` | {', '.join(f'`{path}`' for path in recipe_files(system))} |" for system in SYSTEMS
    ]
    return "\n".join(["| command | files |", "| --- | --- |", *rows])


def action(checkout: Path) -> str:
    definition = load_yaml((checkout / "action.yml").read_text(encoding="utf-8"))
    rows = [
        f"| `{name}` | {each['description']} | {f'`{default}`' if (default := str(each['default'])) else ''} |"
        for name, each in definition["inputs"].items()
    ]
    outputs = [f"| `{name}` | {each['description']} |" for name, each in definition["outputs"].items()]
    return "\n".join(
        ["| input | | default |", "| --- | --- | --- |", *rows, "", "| output | |", "| --- | --- |", *outputs]
    )


def test_the_lists_are_what_the_code_gives(checkout: Path, *, update_golden: bool) -> None:
    path = checkout / "docs" / "ci.md"
    text = expected = path.read_text(encoding="utf-8")
    for name, written in {"recipes": recipes, "action": action}.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = expected.partition(start)
        _, found, after = rest.partition(end)
        assert found, name
        expected = f"{before}{start}\n{written(checkout)}\n\n{end}{after}"
    if update_golden:
        path.write_text(expected, encoding="utf-8")
        return
    assert text == expected


def test_every_option_of_the_command_is_explained(checkout: Path) -> None:
    text = (checkout / "docs" / "ci.md").read_text(encoding="utf-8")
    table = text.partition("| option | |")[2].partition("\n\n")[0]
    explained = set(re.findall(r"`(--[a-z-]+)", table))
    command = main.get_command(click.Context(main), "ci")
    assert command is not None
    options = [option for option in command.params if isinstance(option, click.Option)]
    # Of a pair, the one that changes what happens by default.
    assert explained == {(option.secondary_opts or option.opts)[0] for option in options}
    for option in options:
        if isinstance(option.default, str):
            assert f"`{option.default}`" in table


def test_the_examples_pin_what_the_recipes_pin(checkout: Path) -> None:
    text = (checkout / "docs" / "ci.md").read_text(encoding="utf-8")
    (pinned,) = re.findall(r"actions/checkout@(\S+) # (\S+)", text)
    assert pinned == ACTIONS["actions/checkout"]


def test_the_hooks_in_the_example_are_ours(checkout: Path) -> None:
    text = (checkout / "docs" / "ci.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(repos:.*?)```", text, re.DOTALL)
    hooks = load_yaml((checkout / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in load_yaml(example)["repos"][0]["hooks"]] == [hook["id"] for hook in hooks]
