"""What policies read: a plan, an estimate or a diff, asked the same questions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from planner.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["AMOUNTS", "Document", "Kind", "Missing", "ResourceCost"]

Json = dict[str, Any]
Kind = Literal["plan", "estimate", "diff"]

AMOUNTS = ("monthly_usd", "one_time_usd", "idle_monthly_usd")


class Missing(NamedTuple):
    """A part that is in no total, why, and whether it would be of a month, spent once, or either."""

    resource: str | None
    name: str
    reason: str = ""
    charge: str | None = None


@dataclass(frozen=True, slots=True)
class ResourceCost:
    """A resource with its amounts; `complete` is whether all of it has a price."""

    path: str
    type: str
    logical_id: str | None
    usd: Mapping[str, Decimal]
    complete: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the planner writes it; of a diff, questions that both sides could answer are about the one after.

    `source` is what a user calls it.
    """

    kind: Kind
    data: Json
    source: str

    @property
    def _head(self) -> Json:
        head: Json = self.data["after"] if self.kind == "diff" else self.data
        return head

    @property
    def is_complete(self) -> bool:
        """Whether everything has a price."""
        if self.kind == "plan":
            return not self.data["unpriced"]
        return bool(self._head["complete"])

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions; an assembly has stacks in several."""
        return tuple(filter(None, self._head["region"].split(", ")))

    def cost(self, amount: str) -> Decimal:
        """Return one of the amounts, as far as things have prices."""
        return Decimal(self._head["cost"][amount])

    def unpriced(self, *, side: str = "after") -> tuple[Missing, ...]:
        """Return what has no price."""
        return tuple(
            Missing(each.get("resource"), _name(each), each["reason"], each.get("charge"))
            for each in self._of_side(self.data["unpriced"], side)
        )

    def unsupported(self, *, side: str = "after") -> tuple[Missing, ...]:
        """Return resources of types that nothing is known of; a plan has none."""
        found = self.data.get("unsupported") or ()
        return tuple(Missing(each["path"], f"{each['path']} ({each['type']})") for each in self._of_side(found, side))

    def missing(self, *, side: str = "after") -> tuple[Missing, ...]:
        """Return all that is in no total."""
        return (*self.unpriced(side=side), *self.unsupported(side=side))

    def missing_of(self, amount: str) -> tuple[Missing, ...]:
        """Return what is not in one of the amounts."""
        other = {"monthly_usd": "one_time", "idle_monthly_usd": "one_time", "one_time_usd": "monthly"}.get(amount)
        return tuple(each for each in self.missing() if other is None or each.charge != other)

    def _of_side(self, items: Iterable[Json], side: str) -> Iterator[Json]:
        return (each for each in items if each.get("side", side) in (side, "both"))

    def resources(self) -> Iterator[ResourceCost]:
        """Yield the resources with what they cost; what none owns is of type `meter`."""
        if self.kind == "plan":
            yield from self._parts()
            return
        for each in self.data["resources"]:
            if self.kind == "diff":
                if each["action"] == "removed":
                    continue
                usd = {amount: Decimal(each[amount]["after"] or "0") for amount in AMOUNTS}
                status = each["status"]["after"]
            else:
                usd, status = {amount: Decimal(each[amount]) for amount in AMOUNTS}, each["status"]
            complete = status not in ("unpriced", "unsupported")
            yield ResourceCost(each["path"], each["type"], each["logical_id"], usd, complete)

    def _parts(self) -> Iterator[ResourceCost]:
        unpriced = {each["resource"] for each in self.data["unpriced"]}
        found: dict[str | None, tuple[str, dict[str, Decimal]]] = {}
        for part in self.data["parts"]:
            path = None if part["resource"] is None else f"{self.data['name']}/{part['resource']}"
            found.setdefault(path, (part["type"], dict.fromkeys(AMOUNTS, ZERO)))
        for line in self.data["bill"]:
            path = line["resource"]
            _, usd = found.setdefault(path, (line["resource_type"], dict.fromkeys(AMOUNTS, ZERO)))
            usd["monthly_usd" if line["charge"] == "monthly" else "one_time_usd"] += Decimal(line["usd"])
            usd["idle_monthly_usd"] += Decimal(line["idle_usd"])
        for path, (kind, usd) in found.items():
            yield ResourceCost(path or str(self.data["name"]), kind, None, usd, path not in unpriced)


def _name(item: Json) -> str:
    named = [item.get("resource"), item.get("component"), item.get("variant"), item.get("dimension")]
    return ", ".join(dict.fromkeys(str(each) for each in named if each))
