"""What a policy is: a stable id, its sentence, what it reads, its parameters, and the check itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date
    from decimal import Decimal

    from planner.policies.document import Document, Kind
    from planner.policies.finding import Finding, NotApplicable
    from planner.policies.parameters import Parameter

__all__ = ["SEVERITIES", "Check", "Policy", "Setting", "Severity"]

Severity = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Setting:
    """A policy as a policy file sets it: its values are checked, `day` is the day of the check."""

    id: str
    policy: Policy
    severity: Severity
    day: date
    values: Mapping[str, Any] = field(default_factory=dict)

    def number(self, name: str) -> Decimal:
        """Return a parameter that is a number and has a value."""
        value: Decimal = self.values[name]
        return value

    def globs(self, name: str) -> tuple[str, ...]:
        """Return a parameter that is a list of patterns; empty where it is left out."""
        return tuple(self.values.get(name) or ())


class Check(Protocol):
    """A document and a setting → what is found in it."""

    def __call__(self, document: Document, setting: Setting, /) -> Iterable[Finding | NotApplicable]:
        """Yield the findings, or why there can be none."""
        ...


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy; of several documents it reads the first of the kinds that it `needs`.

    `any_of` are parameters of which at least one is stated.
    """

    id: str
    text: str
    severity: Severity
    needs: tuple[Kind, ...]
    parameters: tuple[Parameter, ...]
    check: Check
    any_of: tuple[str, ...] = ()
