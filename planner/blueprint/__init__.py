"""Blueprints: a design as the list of its resources and meters, with what each uses; what stacks synthesize.

One file a group of parts. Construct paths here are those that the stacks give their resources: synthesis fails where a
priced resource is missing from the stack, or a resource of the stack is neither priced nor free.
"""

from __future__ import annotations

from planner.blueprint.build import blueprint, stack_kind

__all__ = ["blueprint", "stack_kind"]
