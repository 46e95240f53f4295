"""How two plans decide otherwise: which keys of the workload moved the decision, found by planning again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from planner.diff.flatten import ABSENT, flat, put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["CHOICES", "KeyChange", "Outcome", "explained", "key_changes", "movers", "outcome_of"]

# The choices of a design, the weightiest first; what differs first is what is explained.
CHOICES = (
    "approach",
    "inference",
    "vector_store",
    "term",
    "model",
    "embedding_model",
    "training",
    "endpoint_instance",
)
_MOST_TRIED = 40  # each is a plan

Json = dict[str, Any]
Outcome = tuple[object, ...]


class KeyChange(NamedTuple):
    """A dotted key with its value before and after; None where it isn't stated."""

    key: str
    before: object
    after: object


def key_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[KeyChange]:
    """Return the keys whose values differ, in the order in which they stand in what comes after, then before.

    A key that is null is a key that isn't stated.
    """
    old, new = flat(before), flat(after)
    names = [*new, *(name for name in old if name not in new)]
    return [KeyChange(name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)]


def outcome_of(plan: Mapping[str, Any]) -> Outcome:
    """Return a plan document's choices."""
    design = plan["design"]
    return (plan["decision"]["approach"], *(_comparable(design.get(name)) for name in CHOICES[1:]))


def movers(
    before: Json,
    after: Json,
    replan: Callable[[Json], Mapping[str, Any] | None],
) -> list[KeyChange]:
    """Return which changed keys of the workload moved the decision; none where no key of it did.

    A key moved it if stating it alone as it is after makes the plan before decide as the plan after does, or if taking
    it alone back makes the plan after decide as before. Where only several together move it, all changed keys did.

    `replan` returns the plan document of a workload, or None for one that can't be planned.
    """
    changes = [change for change in key_changes(before["workload"], after["workload"]) if change.key != "name"]
    place = _first_difference(outcome_of(before), outcome_of(after))
    if place is None or not changes:
        return []
    old, new = outcome_of(before)[place], outcome_of(after)[place]
    tried = changes[:_MOST_TRIED]

    def chosen(workload: Json) -> object:
        plan = replan(workload)
        return None if plan is None else outcome_of(plan)[place]

    def moves(change: KeyChange) -> bool:
        stated = put(before["workload"], change.key, flat(after["workload"]).get(change.key, ABSENT))
        if chosen(stated) == new:
            return True
        taken_back = put(after["workload"], change.key, flat(before["workload"]).get(change.key, ABSENT))
        return chosen(taken_back) == old

    # Prices may have moved on: where the workload before decides as after today, none of its keys moved it.
    if chosen(before["workload"]) == new:
        return []
    return [change for change in tried if moves(change)] or changes


def _first_difference(before: Outcome, after: Outcome) -> int | None:
    return next((place for place, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]), None)


def _comparable(value: object) -> object:
    return tuple(sorted((key, str(item)) for key, item in value.items())) if isinstance(value, dict) else value


def explained(before: Json, after: Json, because: Sequence[KeyChange]) -> str:
    """Return a sentence on what was decided before and after, and what moved it."""
    old, new = outcome_of(before), outcome_of(after)
    place = _first_difference(old, new)
    if place is None:
        return ""
    what = CHOICES[place]
    was, now = (_shown(plan, what) for plan in (before, after))
    moved = f"{_NAMES.get(what, what)} changes from {was} to {now}"
    if because:
        keys = ", ".join(f"{each.key} ({_value(each.before)} → {_value(each.after)})" for each in because)
        return f"The {moved}: {keys} moved it."
    if before["workload"] == after["workload"]:
        return f"The {moved}: the workload is the same, so prices, defaults or the catalogue moved it."
    return f"The {moved}: no key of the workload moved it; prices, defaults or the catalogue did."


_NAMES = {
    "approach": "rung",
    "vector_store": "vector store",
    "embedding_model": "embedding model",
    "endpoint_instance": "endpoint's instance",
}


def _shown(plan: Json, what: str) -> str:
    value = plan["decision"]["approach"] if what == "approach" else plan["design"].get(what)
    if isinstance(value, dict):
        return " ".join(
            str(item) for item in (value.get("service"), value.get("method"), value.get("instance")) if item
        )
    return "none" if value is None else str(value)


def _value(value: object) -> str:
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"{int(text):,}" if text.isascii() and text.isdecimal() else text  # decimals are texts in JSON
