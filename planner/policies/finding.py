"""What a policy answers: findings, or that a document can't tell."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Finding", "NotApplicable"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was measured against which limit, of what.

    `keys` are keys of a workload file that it concerns, the first one that is stated being where it points;
    `property_path` is a template's property below the resource. What is not `confirmed` is no breach but a limit that
    can't be told to be kept, because something has no price.
    """

    text: str
    measured: str | None = None
    limit: str | None = None
    resource: str | None = None
    resource_type: str | None = None
    logical_id: str | None = None
    property_path: str = ""
    keys: tuple[str, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """That a document can't tell what a policy asks, and why: never the same as passed."""

    reason: str
