"""docs/estimate.md lists the types and usage keys that the registry has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.estimate.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path


def test_the_document_lists_all_kinds(checkout: Path, update_golden: bool) -> None:
    path = checkout / "docs" / "estimate.md"
    rows = [
        f"| `{name}` | {', '.join(f'`{key}`' for key in kind.usage) or 'none'} |"
        for name, kind in sorted(KINDS.items())
    ]
    table = "\n".join(["| type | usage keys |", "| --- | --- |", *rows])
    text = path.read_text("utf-8")
    expected = re.sub(r"(<!-- kinds -->\n).*?(<!-- end of kinds -->)", rf"\1\n{table}\n\n\2", text, flags=re.DOTALL)
    if update_golden and text != expected:
        path.write_text(expected, "utf-8")
        return
    assert text == expected
