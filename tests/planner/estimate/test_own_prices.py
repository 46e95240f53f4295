"""Prices of one's own, derived ones, discounts and a currency, in estimates of templates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from planner.cli import main

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "service,item,sku,region,scope,unit,usd,effective,observed,source,confidence"
# Prices that the book lacks, of items that it knows.
ROWS = """\
opensearch,instance.instance_hour,m6g.large.search,us-east-1,in_region,instance-hour,0.10,2026-01-01,,our contract,A
elasticache,node.node_hour,memcached/cache.r6g.large,us-east-1,in_region,node-hour,0.20,2026-01-01,,our contract,A
"""
TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Search": {
            "Type": "AWS::OpenSearchService::Domain",
            "Properties": {"ClusterConfig": {"InstanceType": "m6g.large.search", "InstanceCount": 3}},
        },
        "Cache": {
            "Type": "AWS::ElastiCache::CacheCluster",
            "Properties": {"CacheNodeType": "cache.r6g.large", "NumCacheNodes": 2, "Engine": "memcached"},
        },
    }
}
AMOUNTS = {
    "Search": "219",  # 3 × 730 × 0.10
    "Cache": "292",  # 2 × 730 × 0.20
}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with the template, its usage and the prices of one's own."""
    (tmp_path / "t.json").write_text(json.dumps(TEMPLATE), encoding="utf-8")
    (tmp_path / "own.csv").write_text(f"{HEADER}\n{ROWS}", encoding="utf-8")
    (tmp_path / "edp.yaml").write_text("discounts: [{name: EDP, service: sagemaker, percent: 10}]\n", encoding="utf-8")
    return tmp_path


def answer(folder: Path, *options: str, name: str = "t.json") -> dict[str, Any]:
    arguments = [str(folder / name), "--as-of", "2026-11-20", "--format", "json", *options]
    result = CliRunner().invoke(main, ["estimate", *arguments])
    assert result.exit_code == 0, result.output
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def test_prices_of_ones_own_complete_an_estimate(files: Path) -> None:
    without = answer(files, "--region", "us-east-1")
    assert without["coverage"] == {"estimated": 0, "free": 0, "unpriced": 2, "unsupported": 0}
    found = answer(files, "--region", "us-east-1", "--prices", str(files / "own.csv"))
    assert {each["path"]: each["monthly_usd"] for each in found["resources"]} == AMOUNTS
    assert found["complete"] is True
    assert found["cost"]["monthly_usd"] == "511"  # 219 + 292
    assert found["price_book"] != without["price_book"]


def test_all_options_work_together(files: Path) -> None:
    """A derived price, a discount, a price of one's own and a currency, in one estimate."""
    template = {
        "Resources": {
            "Endpoint": {
                "Type": "AWS::SageMaker::EndpointConfig",
                "Properties": {"ProductionVariants": [{"InstanceType": "ml.g5.2xlarge", "InitialInstanceCount": 1}]},
            },
            "Cache": TEMPLATE["Resources"]["Cache"],
        }
    }
    (files / "more.json").write_text(json.dumps(template), encoding="utf-8")
    own = (files / "own.csv").read_text("utf-8").replace("us-east-1", "eu-central-1")
    (files / "own.csv").write_text(own, encoding="utf-8")
    options = ("--region", "eu-central-1", "--prices", str(files / "own.csv"))
    without = answer(files, *options, name="more.json")
    assert "--derived takes it" in without["unpriced"][0]["reason"]
    agreed = ("--discounts", str(files / "edp.yaml"), "--currency", "EUR", "--rate", "0.5")
    found = answer(files, *options, "--derived", *agreed, name="more.json")
    monthly = {each["path"]: each["monthly_usd"] for each in found["resources"]}
    # 730 h of EC2's g5.2xlarge in Frankfurt, 1.5156, times 1.25, less a tenth; 2 × 730 × 0.20, which is agreed as it is
    assert monthly == {"Endpoint": "1244.6865", "Cache": "292"}
    assert found["cost"]["monthly_usd"] == "1536.6865"
    assert (found["currency"]["code"], found["currency"]["monthly"]) == ("EUR", "768.34325")
