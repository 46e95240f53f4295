"""Policies: what may be asked of a plan, an estimate or a diff, each a sentence, its parameters and a check.

One file a policy; `POLICIES` is the list of all of them, in the order in which they are documented.
"""

from __future__ import annotations

from planner.policies.registry import BY_ID, POLICIES

__all__ = ["BY_ID", "POLICIES"]
