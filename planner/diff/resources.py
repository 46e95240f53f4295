"""Two sides' resources matched by construct path: what was added, removed and changed, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.diff.lines import LineChange, changed_lines
from planner.diff.properties import PropertyChange, property_changes, strongest
from planner.diff.side import METER, Money, Side, SideResource, total
from planner.estimate.secrets import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["ResourceChange", "changed_resources"]

# Of a resource beside its properties: what happens to it when it is deleted or replaced.
_ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy")
# CDK's own bookkeeping, which `cdk diff` leaves out too.
_IGNORED = frozenset({"AWS::CDK::Metadata"})


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """A resource before and after; one of them is None where it was added or removed."""

    before: SideResource | None
    after: SideResource | None
    properties: tuple[PropertyChange, ...]
    lines: tuple[LineChange, ...]

    @property
    def resource(self) -> SideResource:
        """The resource that names it."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change has at least one side")
        return found

    @property
    def action(self) -> str:
        """What happened: added, removed or changed."""
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"

    @property
    def replacement(self) -> str:
        """Whether CloudFormation makes a new one in place of the old: yes, maybe or no."""
        return strongest([change.replacement for change in self.properties])

    @property
    def delta(self) -> Money:
        """After minus before."""
        return total(line.delta for line in self.lines)

    @property
    def from_prices(self) -> Money:
        """What of the difference comes from prices that moved."""
        return total(line.from_price for line in self.lines)


def changed_resources(before: Side, after: Side) -> list[ResourceChange]:
    """Return the resources that differ, by path.

    A plan knows only what costs something: beside one, a template's free resources are left out of the comparison,
    and so are properties, of which a plan has no more than its prices need.
    """
    old, new = _by_path(before, after), _by_path(after, before)
    same_region = not before.region or not after.region or before.region == after.region
    comparable = before.is_planned == after.is_planned
    found: dict[str, ResourceChange] = {}
    for path in sorted({*old, *new}):
        was, now = old.get(path), new.get(path)
        lines = changed_lines(was.lines if was else (), now.lines if now else (), same_region=same_region)
        if was is None or now is None:
            found[path] = ResourceChange(was, now, (), tuple(lines))
            continue
        properties = tuple(_property_changes(was, now)) if comparable else ()
        if properties or lines or was.status != now.status:
            found[path] = ResourceChange(was, now, properties, tuple(lines))
    pairs = [(old[path], new[path]) for path in old if path in new] if comparable else []
    return _with_followers(found, pairs)


def _with_followers(
    found: Mapping[str, ResourceChange], pairs: Sequence[tuple[SideResource, SideResource]]
) -> list[ResourceChange]:
    """Return the changes with those that follow: what is created from a replaced resource's name is replaced too."""
    replaced = [path for path, change in found.items() if change.replacement == "yes" and change.action == "changed"]
    if not replaced:
        return list(found.values())
    from planner.diff.replacement_references import replaced_by_reference

    followers = replaced_by_reference(pairs, replaced)
    by_path = {now.path: (was, now) for was, now in pairs}
    every = dict(found)
    for path, properties in followers.items():
        change = every.get(path) or ResourceChange(*by_path[path], (), ())
        every[path] = replace(change, properties=(*change.properties, *properties))
    return [every[path] for path in sorted(every)]


def _by_path(side: Side, other: Side) -> dict[str, SideResource]:
    skipped = {"free"} if other.is_planned and not side.is_planned else set()
    return {each.path: each for each in side.resources if each.type not in _IGNORED and each.status not in skipped}


def _property_changes(before: SideResource, after: SideResource) -> Iterator[PropertyChange]:
    from planner.diff.replacement import replacement_of

    if before.type != after.type:
        yield PropertyChange("Type", before.type, after.type, "yes")
        return
    if before.type == METER:
        return
    if before.logical_id and after.logical_id and before.logical_id != after.logical_id:
        # CloudFormation knows a resource by its logical id: another one is another resource.
        yield PropertyChange("LogicalId", before.logical_id, after.logical_id, "yes")

    def replacement(path: Sequence[str | int]) -> str:
        return replacement_of(after.type, path)

    yield from property_changes(before.properties, after.properties, replacement)
    yield from _hidden_changes(before, after, replacement)
    for name in _ATTRIBUTES:
        if before.definition.get(name) != after.definition.get(name):
            yield PropertyChange(name, before.definition.get(name), after.definition.get(name), "no")


def _hidden_changes(
    before: SideResource, after: SideResource, replacement: Callable[[Sequence[str | int]], str]
) -> Iterator[PropertyChange]:
    """Yield the properties that look the same only because secrets are not shown; their values stay hidden."""
    old, new = (each.definition.get("Properties") or {} for each in (before, after))
    for name in sorted({*old, *new}):
        shown = before.properties.get(name)
        if shown == after.properties.get(name) and SECRET in str(shown) and old.get(name) != new.get(name):
            yield PropertyChange(name, SECRET, f"another {SECRET}", replacement((name,)))
