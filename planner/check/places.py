"""Where a finding points: a line of the workload or template that it is about, else of the policy that found it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.check.policy_file import PolicyFile
    from planner.policies.finding import Finding
    from planner.source_lines import Place, SourceLines

__all__ = ["FilePlace", "Places", "Subject"]

_FIRST: Final = (1, 1)


class FilePlace(NamedTuple):
    """A file with line and column, from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Subject:
    """The file that findings point into: its lines, what stands before a workload's keys in it, its resources.

    `logical_ids` are those of a template, by construct path; a workload and a plan have none.
    """

    file: str
    lines: SourceLines
    prefix: str = ""
    logical_ids: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Finds places; without a subject, as for a folder of templates, findings point at their policy."""

    subject: Subject | None
    policies: PolicyFile

    def of(self, finding: Finding, setting_id: str) -> FilePlace:
        """Return where a finding of a policy points."""
        if self.subject is None:
            return FilePlace(self.policies.source, *(self.policies.place(setting_id) or _FIRST))
        found = self._template(finding) if self.subject.logical_ids is not None else self._workload(finding)
        return FilePlace(self.subject.file, *(found or _FIRST))

    def of_waiver(self, number: int) -> FilePlace:
        """Return where a waiver stands, by its place in the list."""
        return FilePlace(self.policies.source, *(self.policies.lines.place(f"waivers[{number}]") or _FIRST))

    def _template(self, finding: Finding) -> Place | None:
        assert self.subject is not None  # noqa: S101  (asked only with one)
        ids = self.subject.logical_ids or {}
        logical_id = finding.logical_id or ids.get(finding.resource or "")
        if logical_id is None:
            return None
        below = f".Properties.{finding.property_path}" if finding.property_path else ""
        return self.subject.lines.place(f"Resources.{logical_id}{below}")

    def _workload(self, finding: Finding) -> Place | None:
        assert self.subject is not None  # noqa: S101  (asked only with one)
        lines, prefix = self.subject.lines, self.subject.prefix
        for exact in (True, False):
            for key in finding.keys:
                # In a plan a workload's keys stand below `workload`, and its design's at the top as well.
                for stated in dict.fromkeys((f"{prefix}{key}", key)):
                    place = lines.place(stated, exact=exact)
                    if place is not None:
                        return place
        return None
