"""The customization ladder: five rungs, cheapest first, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.ladder import continued_pretraining, fine_tuning, prompt_engineering, rag, train_from_scratch

if TYPE_CHECKING:
    from planner.ladder.rung import Rung

__all__ = ["LADDER", "RUNGS"]

LADDER: tuple[Rung, ...] = (prompt_engineering, rag, fine_tuning, continued_pretraining, train_from_scratch)
RUNGS: dict[str, Rung] = {rung.NAME: rung for rung in LADDER}
