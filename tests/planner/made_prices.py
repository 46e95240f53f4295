"""A small price book on disk, for tests of what looks into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.price_book import PriceBook
from planner.price_rows import HEADER

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LITE", "PRO", "ROWS", "made_book", "row"]

LITE = "amazon.nova-lite-v1:0"
PRO = "amazon.nova-pro-v1:0"
_SOURCES = """\
list: {title: The list, what: All, as_of: 2026-11-01, kind: price_list, url: "https://example.org/list"}
page: {title: A page, what: Some, as_of: 2026-08-01, kind: aws_page_copy}
rule: {title: A rule, what: Reckoned, as_of: 2026-10-01, kind: derived}
undated: {title: A note, what: Little, as_of: null, kind: third_party}
"""
_UNITS = {"s3": "GB-month", "sagemaker": "instance-hour", "bedrock": "1M tokens"}


def row(service: str, item: str, sku: str, region: str = "us-east-1", **changes: str) -> str:
    """Return a row of a price book's file: 1 USD in the region since 2026-08-20 by the list, but for what changes."""
    cells = {
        "scope": "in_region",
        "unit": _UNITS[service],
        "usd": "1",
        "effective": "2026-08-20",
        "observed": "",
        "source": "list",
        "confidence": "B",
    }
    return ",".join((service, item, sku, region, *{**cells, **changes}.values()))


ROWS = (
    row("bedrock", "on_demand.input_mtok", LITE, usd="0.08", effective="2025-01-01"),
    row("bedrock", "on_demand.input_mtok", LITE, usd="0.06", observed="2026-11-01"),
    row("bedrock", "on_demand.output_mtok", LITE, usd="0.24"),
    row("bedrock", "on_demand.input_mtok", LITE, scope="geo:us", usd="0.06"),
    row("bedrock", "on_demand.output_mtok", LITE, scope="geo:us", usd="0.24"),
    row("bedrock", "on_demand.output_mtok", LITE, scope="global", usd="0.2"),
    row("bedrock", "batch.input_mtok", LITE, "us-west-2", usd="0.03"),
    row("bedrock", "batch.output_mtok", LITE, "us-west-2", usd="0.12"),
    row("bedrock", "provisioned_throughput.model_unit_hour_1_month", LITE, "*", usd="40"),
    row("bedrock", "on_demand.input_mtok", LITE, usd="0.09", source="page", confidence="conflict"),
    row("bedrock", "on_demand.output_mtok", LITE, "unlabelled", usd="0.24", source="page", confidence="conflict"),
    row("bedrock", "on_demand.input_mtok", PRO, "us-west-2", usd="0.8", effective="2026-12-01"),
    row("bedrock", "flex.input_mtok", PRO, "unlabelled", usd="0.4", source="page", confidence="unverified"),
    row("s3", "standard.gb_month", "standard", usd="0.023"),
    row("s3", "standard.gb_month_over_51200", "standard", usd="0.022"),
    row("s3", "standard.gb_month_over_512000", "standard", usd=""),
    row("s3", "standard.gb_month_over_51200", "standard", usd="0.033", source="page", confidence="conflict"),
    row("sagemaker", "training.instance_hour", "ml.g5.xlarge", usd="1.4", source="undated", confidence="C"),
    row("sagemaker", "training.instance_hour", "ml.g5.xlarge", usd="1.5", source="rule", confidence="derived"),
    row("sagemaker", "training.instance_hour", "ml.g6.xlarge", usd="1.6", source="rule", confidence="derived"),
    row("sagemaker", "hosting.instance_hour", "ml.p3.2xlarge", usd="3.8", source="page", confidence="stale"),
)


def made_book(folder: Path, rows: tuple[str, ...] = ROWS) -> PriceBook:
    """Write rows as a price book, and return it."""
    for service in _UNITS:
        lines = [",".join(HEADER), *(each for each in rows if each.startswith(f"{service},"))]
        (folder / f"{service}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "sources.yaml").write_text(_SOURCES, encoding="utf-8")
    return PriceBook(folder)
