"""docs/policies.md lists the policies that there are and shows what the command prints."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from click.testing import CliRunner

from planner.check.policy_file import parse_policies
from planner.cli import main
from planner.policies import POLICIES
from tests.docs_blocks import CHECKOUT, DAY

if TYPE_CHECKING:
    import pytest

    from planner.policies.parameters import Parameter

DOCUMENT = CHECKOUT / "docs" / "policies.md"


def _takes(parameter: Parameter) -> str:
    default = getattr(parameter, "default", None)
    left_out = "" if default is None else f" ({str(default).lower() if isinstance(default, bool) else default})"
    name = f"`{parameter.name}`" if parameter.required else f"[`{parameter.name}`]{left_out}"
    return f"{name}: {parameter.takes}; {parameter.meaning}"


def listed() -> str:
    """Each policy with its sentence, severity, documents and parameters."""
    rows = ["| policy | what it asks | severity | reads | parameters |", "| --- | --- | --- | --- | --- |"]
    for policy in POLICIES:
        takes = [_takes(parameter) for parameter in policy.parameters]
        if policy.any_of:
            takes.append(f"at least one of {', '.join(f'`{name}`' for name in policy.any_of)}")
        cells = [f"`{policy.id}`", policy.text, policy.severity, ", ".join(policy.needs), "<br>".join(takes)]
        rows.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def shown(monkeypatch: pytest.MonkeyPatch) -> str:
    """What the command prints of a change that costs too much."""
    monkeypatch.chdir(CHECKOUT)
    call = "check examples/support-assistant.yaml --base examples/ticket-triage.yaml"
    arguments = [*call.split(), "--policy", "examples/policies/fmplan-policy.yml"]
    result = CliRunner().invoke(main, [*arguments, "--as-of", DAY.isoformat()])
    assert result.exit_code == 1
    command = f"fmplan {' '.join(arguments)}"
    return f"```console\n$ {command}\n{result.stdout}```\n"


def test_the_document_is_what_the_code_gives(monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:
    text = DOCUMENT.read_text("utf-8")
    expected = text
    for name, made in (("policies", listed()), ("check", shown(monkeypatch))):
        block = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        assert len(block.findall(expected)) == 1
        expected = block.sub(lambda found, made=made: f"{found[1]}\n{made}\n{found[2]}", expected)  # type: ignore[misc]
    if update_golden and text != expected:
        DOCUMENT.write_text(expected, "utf-8")
        return
    assert text == expected, "docs/policies.md is behind the code: make golden, then look at the difference"


def test_the_file_in_the_document_is_one() -> None:
    for text in re.findall(r"```yaml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL):
        parse_policies(text, source="docs/policies.md", day=DAY)
