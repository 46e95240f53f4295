"""Diffs' documents to render: made by hand, with names of any kind, and any within the contract."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

__all__ = ["GOLDEN", "NAMES", "diffs", "document", "hostile", "resource"]

Json = dict[str, Any]
GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "diff"
NAMES = sorted(path.stem for path in (GOLDEN / "documents").glob("*.json"))

# Fields that are words of the contract, not names from a template or a workload.
_WORDS = {"action", "replacement", "kind", "charge", "cause", "before", "after", "side", "priced_on", "meter"}


def document(name: str, **changed: object) -> Json:
    """A document made by hand, with some of its keys changed."""
    found: Json = json.loads((GOLDEN / "documents" / f"{name}.json").read_text(encoding="utf-8"))
    return {**found, **copy.deepcopy(changed)}


def resource(path: str, delta: str = "1.5", **changed: object) -> Json:
    """A resource that was added, without anything else to say of it."""
    none = {"before": None, "after": "0", "delta": "0"}
    return {
        "path": path,
        "type": "AWS::SQS::Queue",
        "logical_id": "Queue",
        "action": "added",
        "replacement": "no",
        "properties": [],
        "changes": [],
        "status": {"before": None, "after": "estimated"},
        "reason": None,
        "monthly_usd": {"before": None, "after": delta, "delta": delta},
        "one_time_usd": none,
        "idle_monthly_usd": none,
        "double_running": None,
        "lines": [],
        **changed,
    }


def hostile(text: str, name: str = "templates") -> Json:
    """A document whose every name, value and sentence is one text."""

    def changed(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {inner: changed(item, inner) for inner, item in value.items()}
        if isinstance(value, list):
            return [changed(item, key) for item in value]
        is_name = isinstance(value, str) and key not in _WORDS and not key.endswith("_usd") and not _is_number(value)
        return text if is_name else value

    found = changed(document(name))
    assert isinstance(found, dict)
    # Values of properties and keys are hostile too.
    for each in found["resources"]:
        for change in each["changes"]:
            change["before"], change["after"] = text, {text: [text]}
    for keys in (found["workload"], found["design"], found["assumptions"]):
        for each in keys:
            each["before"] = text
    return found


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "").isdigit()


_texts = st.text(max_size=25)
_decimals = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9).map(
    lambda number: format(number, "f")
)
_scalars = st.none() | st.booleans() | st.integers() | _texts
_values = st.recursive(
    _scalars, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_texts, inner, max_size=2), max_leaves=4
)
_replacements = st.sampled_from(["yes", "maybe", "no"])
_statuses = st.none() | st.sampled_from(["estimated", "free", "unpriced", "unsupported"])
_sides = st.sampled_from(["before", "after", "both"])


def _objects(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(keys)


def _few(items: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, max_size=2)


_money = _objects(monthly_usd=_decimals, one_time_usd=_decimals, idle_monthly_usd=_decimals)
_percents = _objects(monthly_usd=st.none() | _decimals, one_time_usd=st.none() | _decimals)
_coverage = _objects(**dict.fromkeys(("estimated", "free", "unpriced", "unsupported"), st.integers(0, 9)))
_amounts = _objects(before=_decimals, after=_decimals, delta=_decimals)
_priced = _objects(quantity=_decimals, unit_price_usd=_decimals, usd=_decimals)
_keys = _few(_objects(key=_texts, before=_values, after=_values))
_all_sides = _objects(
    source=_texts,
    kind=st.sampled_from(["plan", "workload", "template", "assembly", "deployed", "missing"]),
    name=st.none() | _texts,
    region=_texts,
    priced_on=st.dates().map(str) | st.just(""),
    price_book=_texts,
    complete=st.booleans(),
    cost=_money,
    coverage=_coverage,
)
_lines = _objects(
    component=_texts,
    variant=_texts,
    meter=_texts,
    dimension=_texts,
    unit=_texts,
    charge=st.sampled_from(["monthly", "one_time"]),
    cause=st.sampled_from(["added", "removed", "usage", "price", "usage_and_price", "region"]),
    before=st.none() | _priced,
    after=st.none() | _priced,
    delta_usd=_decimals,
    delta_from_price_usd=_decimals,
)
_resources = _objects(
    path=_texts,
    type=_texts,
    logical_id=st.none() | _texts,
    action=st.sampled_from(["added", "removed", "changed"]),
    replacement=_replacements,
    properties=_few(_texts),
    changes=_few(_objects(property=_texts, before=_values, after=_values, replacement=_replacements)),
    status=_objects(before=_statuses, after=_statuses),
    reason=st.none() | _texts,
    monthly_usd=_amounts,
    one_time_usd=_amounts,
    idle_monthly_usd=_amounts,
    double_running=st.none() | _objects(hours=_decimals, usd=_decimals),
    lines=_few(_lines),
)
_prices = _objects(
    sku=_texts,
    region=_texts,
    meter=_texts,
    dimension=_texts,
    unit=_texts,
    before_usd=_decimals,
    after_usd=_decimals,
    delta_monthly_usd=_decimals,
    delta_one_time_usd=_decimals,
    before_source=_texts,
    after_source=_texts,
    effective=st.none() | _texts,
)
diffs = _objects(
    schema=st.just(1),
    before=_all_sides,
    after=_all_sides,
    delta=_money,
    delta_percent=_percents,
    delta_from_prices=_money,
    delta_from_architecture=_money,
    resources=st.lists(_resources, max_size=3),
    double_running_usd=_decimals,
    decision=st.none() | _objects(before=st.none() | _texts, after=st.none() | _texts, because=_keys, text=_texts),
    design=_keys,
    workload=_keys,
    price_changes=_few(_prices),
    assumptions=_few(_objects(key=_texts, unit=st.none() | _texts, before=_values, after=_values)),
    flips_crossed=_few(_objects(key=_texts, above=st.integers(), before=_values, after=_values, text=_texts)),
    unpriced=_few(
        _objects(side=_sides, resource=_texts, component=_texts, variant=_texts, dimension=_texts, reason=_texts)
    ),
    unsupported=_few(_objects(side=_sides, path=_texts, type=_texts)),
    coverage=_coverage,
    conditions=_few(_objects(condition=_texts, template=_texts, reason=_texts, if_true=_money, if_false=_money)),
    notes=_few(_texts),
)
