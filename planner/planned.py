"""A plan that was made or is read, with the exit code that it calls for; what reads one loads no planner."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import InputError
from planner.files import read_text
from planner.plan_document import PlanDocument, is_plan, parse_plan_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

__all__ = ["Planned", "exit_code_of", "plan_or_read"]

_DONE, _NOT_MET, _UNPRICED = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with the exit code that it calls for: 0 done, 1 a constraint is not met, 3 something is unpriced."""

    document: PlanDocument
    exit_code: int


def exit_code_of(document: dict[str, Any]) -> int:
    """Return the exit code that a plan calls for."""
    if document["unpriced"]:
        return _UNPRICED
    return _DONE if document["decision"]["admissible"] else _NOT_MET


def plan_or_read(path: Path, *, as_of: date, overrides: Sequence[str] = ()) -> Planned:
    """Return the plan that a file holds, or the plan of the workload that it holds.

    Raises:
        InputError: for a file that is neither, or for overrides on a plan that is made already.
    """
    if path.suffix.lower() == ".json":
        text = read_text(path)
        try:
            data = json.loads(text)
        except ValueError as error:
            message = f"{path}: not JSON: {error}"
            raise InputError(message) from None
        if is_plan(data):
            if overrides:
                message = f"{path}: a plan is made already; --set changes a workload"
                raise InputError(message)
            document = parse_plan_document(data, source=str(path))
            return Planned(document, exit_code_of(document.document))
    from planner.plan import plan_file

    return plan_file(path, as_of=as_of, overrides=overrides, flips=False)
