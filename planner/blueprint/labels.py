"""Labelled examples that must be bought: the user's own rate, since no price for an expert's label is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.part import METER, Part
from planner.usage import of

if TYPE_CHECKING:
    from planner.context import Context
    from planner.design import Design
    from planner.signals import Signals

__all__ = ["label_parts"]


def label_parts(design: Design, context: Context, signals: Signals) -> tuple[Part, ...]:
    """Return the first labels as a one-time part, where the workload has none and names what one costs."""
    if design.approach != "fine_tuning" or signals.examples.labelled_stated:
        return ()
    rate = context.assumed.number_if_known("label_usd_per_example")
    if rate is None:
        return ()
    return (
        Part(
            "labels",
            "own_rate",
            None,
            METER,
            one_time=of(meter="sagemaker.ground_truth", objects=signals.examples.labelled),
            given_usd=(("object", rate),),
        ),
    )
