"""Billing meters: parameters in, quantities by price dimension out; never a price.

One file a service. Names, parameters and dimensions are those that `fmplan bill` takes; AWS's billing rules
(rounding units, minimum sizes, tiers by position) live here and nowhere else.
"""

from __future__ import annotations

from planner.meters.registry import METERS, meter_named, quantities

__all__ = ["METERS", "meter_named", "quantities"]
