"""The parts of README and docs that are written by the code they describe: blocks between two comments."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import report
from planner.assumptions import load_assumptions
from planner.catalog import load_catalog
from planner.components import FREE
from planner.plan import plan_file
from planner.price_book import PriceBook
from planner.price_items import PRICED_ITEMS
from planner.price_rows import ALL_REGIONS, DEFAULTS, read
from tests import docs_prices
from tests.docs_diff import demo_comment, demo_diff
from tests.docs_meters import demo_bill, free_allowances, meters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from planner.assumptions import AssumptionValue
    from planner.catalog import TextModel
    from planner.planned import Planned
    from planner.price_rows import Row

__all__ = ["BLOCKS", "CHECKOUT", "DAY", "MARKED", "renewed"]

CHECKOUT = Path(__file__).resolve().parent.parent
DAY = date(2026, 11, 20)
MARKED = re.compile(r"(<!-- block: (?P<name>[a-z-]+) -->\n).*?(<!-- end of block -->)", re.DOTALL)
_REGIONS = ("us-east-1", "us-west-2")
# Of the demo's report; the rest is left to docs/report.md.
_SECTIONS = (
    "Why",
    "Each month",
    "Other sources say otherwise",
    "Cost",
    "Rejected rungs",
    "Then",
    "What would change the choice",
)


def renewed(text: str) -> str:
    """Return a document with each block as the code gives it now."""
    return MARKED.sub(lambda found: f"{found[1]}\n{BLOCKS[found['name']]()}\n{found[3]}", text)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines) + "\n"


@cache
def _planned(name: str) -> Planned:
    return plan_file(CHECKOUT / "examples" / f"{name}.yaml", as_of=DAY)


def _example_names() -> list[str]:
    return sorted(path.stem for path in (CHECKOUT / "examples").glob("*.yaml"))


# --- README -----------------------------------------------------------------------------------------------------------


def demo_report() -> str:
    """The report of the demo's workload, for a reader with a minute: some sections are left to the whole of it."""
    text = report.render_text(_planned("support-assistant").document, width=100, color=False)
    sections = [section.strip("\n") for section in text.split("\n\n")]
    kept = [section for section in sections if section.split("\n")[0].split("  ")[0] in _SECTIONS]
    return "```text\n" + "\n\n".join([sections[0], *kept]) + "\n```\n"


def example_table() -> str:
    """The examples with what they are planned to."""
    rows = []
    for name in _example_names():
        document = _planned(name).document.document
        cost, design = document["cost"], document["design"]
        how = [design["model"], design["inference"].replace("_", " "), *filter(None, [design["vector_store"]])]
        monthly, once = (f"${float(cost[key]):,.2f}" for key in ("monthly_usd", "one_time_usd"))
        rung = design["approach"].replace("_", " ")
        rows.append([f"[{name}](examples/{name}.yaml)", rung, ", ".join(how), monthly, once])
    return _table(["workload", "rung", "design", "a month", "once"], rows)


# --- docs -------------------------------------------------------------------------------------------------------------


def markdown_report() -> str:
    """The whole report of the demo's workload, as `--format markdown` writes it."""
    text = report.render_markdown(_planned("support-assistant").document)
    return text.strip("\n") + "\n"


def workload_keys() -> str:
    """Every key of a workload file, from its JSON Schema."""
    schema = json.loads((CHECKOUT / "planner/schemas/workload.schema.json").read_text("utf-8"))
    return _table(["key", "what it takes", "meaning"], _keys(schema, schema, ""))


def _keys(schema: dict[str, Any], node: dict[str, Any], path: str) -> Iterable[list[str]]:
    for name, entry in node.get("properties", {}).items():
        key = f"{path}{name}"
        options = entry.get("anyOf", [entry])
        inner = next((option["$ref"] for option in options if "$ref" in option), None)
        if inner is not None:
            yield [f"`{key}`", "", entry.get("description", "")]
            yield from _keys(schema, schema["$defs"][inner.rsplit("/", 1)[-1]], f"{key}.")
        elif key != "assumptions":
            yield [f"`{key}`", _takes(entry), entry.get("description", "")]
        else:
            yield [f"`{key}`", "mapping", f"{entry.get('description', '')} See [assumptions](assumptions.md)."]


def _takes(entry: dict[str, Any]) -> str:
    for option in entry.get("anyOf", [entry]):
        if "enum" in option:
            return ", ".join(f"`{value}`" for value in option["enum"] if value is not None)
        kinds = option.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        named = [kind for kind in kinds if kind not in {"null", "string"} or kinds in (["string"], ["string", "null"])]
        if "array" in named:
            return "list"
        if named:
            word = {"object": "mapping", "string": "text", "boolean": "true or false"}.get(named[0], named[0])
            low, high = option.get("minimum"), option.get("maximum")
            return f"{word}, {low:,} to {high:,}" if low is not None and high is not None else word
    return ""


def _assumed(value: AssumptionValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "not known" if value is None else "nobody" if value == [] else str(value)


def assumptions() -> str:
    """Every default of the estimate."""
    rows = []
    for entry in load_assumptions().values():
        span = "" if entry.low is None or entry.high is None else f"{entry.low:f} to {entry.high:f}"
        rows.append([f"`{entry.key}`", _assumed(entry.value), span, entry.unit, entry.why, entry.source])
    return _table(["name", "value", "range", "unit", "why", "source"], rows)


def _called(model: TextModel, region: str) -> str:
    words = [scope.replace("in_region", "in region").replace("geo:", "") for scope in model.scopes(region)]
    return ", ".join(words) or "–"


def _trained(model: TextModel) -> str:
    if model.customization is None or not model.takes_new_customers:
        return "–"
    ways = {
        "fine_tuning": "fine-tuning",
        "continued_pretraining": "continued pre-training",
        "distillation": "distillation",
    }
    return ", ".join(word for way, word in ways.items() if model.customization.regions(way)) or "–"


def _served(model: TextModel) -> str:
    if model.customization is None or not model.takes_new_customers:
        return "–"
    return ", ".join(way.replace("_", " ").replace("custom ", "") for way in model.customization.served_by)


def text_models() -> str:
    """Text models on Bedrock, as the catalogue has them."""
    rows = [
        [
            f"{model.name}<br>`{model.id}`",
            model.model_class if model.purpose == "general" else f"{model.model_class}, for {model.purpose}",
            f"{model.context_tokens:,}",
            *(_called(model, region) for region in _REGIONS),
            "yes" if any(model.batch.values()) else "–",
            _trained(model),
            _served(model),
            model.lifecycle,
        ]
        for model in load_catalog().text_models
    ]
    called = [f"called from {region}" for region in _REGIONS]
    return _table(["model", "class", "context", *called, "batch", "customized by", "and served", "lifecycle"], rows)


def embedding_models() -> str:
    """Embedding models on Bedrock."""
    rows = [
        [
            f"{model.name}<br>`{model.id}`",
            ", ".join(map(str, model.dimensions)),
            f"{model.max_tokens:,}",
            "yes" if model.knowledge_base else "–",
            model.lifecycle,
        ]
        for model in load_catalog().embedding_models
    ]
    return _table(["model", "dimensions, default first", "tokens", "in knowledge bases", "lifecycle"], rows)


def open_weight_models() -> str:
    """Open-weight models that SageMaker can train."""
    rows = [
        [
            f"`{model.id}`",
            f"{model.params_b:f}",
            f"{model.active_params_b:f}",
            f"{model.context_tokens:,}",
            str(model.license),
        ]
        for model in load_catalog().open_weight_models
    ]
    return _table(["model", "billion parameters", "active", "context", "licence"], rows)


def _usable(rows: Iterable[Row], region: str) -> bool:
    return any(row.confidence in DEFAULTS and row.region in (region, ALL_REGIONS) and not row.above for row in rows)


def price_coverage() -> str:
    """How many prices of each service the book has for a region, and how fresh they are."""
    rows = []
    for path in sorted((CHECKOUT / "planner/prices").glob("*.csv")):
        groups = read(path)
        every = [row for group in groups.values() for row in group]
        counts = [str(sum(_usable(group, region) for group in groups.values())) for region in _REGIONS]
        regions = {row.region for row in every if row.confidence in DEFAULTS} - {ALL_REGIONS}
        observed = [row.observed or row.effective for row in every if row.confidence in DEFAULTS]
        seen = f"{min(observed)} to {max(observed)}" if observed else "–"
        rows.append([f"`{path.stem}`", str(len(every)), *counts, str(len(regions)), seen])
    head = ["service", "rows", *(f"prices in {region}" for region in _REGIONS), "regions", "seen"]
    return _table(head, rows)


def price_sources() -> str:
    """Where prices were read, as the rows name it."""
    book = PriceBook()
    used = {
        row.source
        for path in (CHECKOUT / "planner/prices").glob("*.csv")
        for group in read(path).values()
        for row in group
    }
    rows = []
    for key in sorted(used):
        source = book.source(key)
        title = f"[{source.title}]({source.url})" if source.url else source.title
        rows.append([f"`{key}`", title, source.kind.replace("_", " "), source.as_of or "undated", source.what])
    return _table(["source", "title", "kind", "as of", "what"], rows)


def priced_resources() -> str:
    """What the examples' stacks cost: construct path, type and component of each priced part."""
    found: dict[str, dict[tuple[str, str, str], None]] = {}
    for name in _example_names():
        document = _planned(name).document
        for part in document.parts:
            path = part.path or "(no resource)"
            found.setdefault(str(document.stack), {})[path, part.type, part.component] = None
    rows = [
        [f"`{stack}`", f"`{path}`", f"`{kind}`" if kind != "meter" else "API", component.replace("_", " ")]
        for stack, parts in sorted(found.items())
        for path, kind, component in parts
    ]
    return _table(["stack", "construct", "type", "what is charged"], rows)


def free_resources() -> str:
    """Types without a charge of their own, each with the reason."""
    return _table(
        ["type", "why it costs nothing by itself"], [[f"`{kind}`", why] for kind, why in sorted(FREE.items())]
    )


def price_items() -> str:
    """What estimates would price, had the book a price for it."""
    rows = [
        [f"`{service}`", ", ".join(f"`{item}` ({unit})" for item, unit in items.items())]
        for service, items in PRICED_ITEMS.items()
    ]
    return _table(["service", "items, and the unit that each is counted in"], rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "demo-bill": demo_bill,
    "demo-comment": demo_comment,
    "demo-diff": demo_diff,
    "meters": meters,
    "free-allowances": free_allowances,
    "demo-report": demo_report,
    "examples": example_table,
    "whole-report": markdown_report,
    "workload-keys": workload_keys,
    "assumptions": assumptions,
    "text-models": text_models,
    "embedding-models": embedding_models,
    "open-weight-models": open_weight_models,
    "own-prices": docs_prices.own_prices,
    "discounts": docs_prices.discounts_file,
    "own-bill": docs_prices.own_bill,
    "prices-show": docs_prices.show,
    "prices-coverage": docs_prices.coverage,
    "prices-conflicts": docs_prices.conflicts,
    "price-coverage": price_coverage,
    "price-items": price_items,
    "price-sources": price_sources,
    "priced-resources": priced_resources,
    "free-resources": free_resources,
}
