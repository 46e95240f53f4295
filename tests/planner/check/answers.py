"""Answers of checks with something of everything in them, made by hand, so that no price moves them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from planner.check.answer import check_document
from planner.check.places import Places, Subject
from planner.check.policy_file import parse_policies
from planner.check.run import run_policies
from planner.source_lines import SourceLines
from tests.planner.policies.documents import document

if TYPE_CHECKING:
    from planner.policies.document import Document, Kind

__all__ = ["ANSWERS", "POLICIES", "WORKLOAD", "answer"]

DAY = date(2026, 11, 20)
WORKLOAD = """\
name: shop
region: us-east-1
traffic:
  requests_per_month: 300000
constraints:
  commitment_months: 6
  monthly_usd: 500
design: {model: amazon.nova-lite-v1:0}
"""
POLICIES = """\
version: 1
policies:
  monthly_limit: {usd: 500}
  one_time_limit: {usd: 50}
  dear:
    policy: resource_monthly_limit
    usd: 100
    severity: warning
  allowed_models: {deny: ["*-lite-*"]}
  allowed_regions: {regions: [us-*]}
  monthly_delta: {usd: 10}
  commitments: {allow: [no_commitment]}
waivers:
  - {policy: dear, resource: shop/Index, reason: "bought | for *all*", owner: data@example.com, expires: 2027-01-31}
  - {policy: dear, resource: shop/Key, reason: until autumn, owner: "<b>sec</b>", expires: 2026-10-31}
  - {policy: allowed_regions, reason: none is needed, owner: data@example.com, expires: 2027-01-31}
"""
PLAN = {
    "cost": {"monthly": 620, "one_time": 5, "idle": 3, "total": 7445},
    "design": {"inference": "provisioned_throughput", "term": "6_months"},
    "parts": [{"path": "Index", "type": "AWS::S3Vectors::Index"}, {"path": "Key", "type": "AWS::KMS::Key"}],
    "bill": [
        {"path": "shop/Index", "type": "AWS::S3Vectors::Index", "usd": 500},
        {"path": "shop/Key", "type": "AWS::KMS::Key", "usd": "120"},
    ],
    "unpriced": [{"component": "training", "charge": "one_time", "reason": "the price book has no service 'x'"}],
}


def answer(
    policies: str,
    documents: dict[Kind, Document],
    *,
    subject: Subject | None = None,
    strict: bool = False,
) -> dict[str, Any]:
    """The answer of a check."""
    file = parse_policies(policies, source="fmplan-policy.yml", day=DAY)
    outcome = run_policies(file.settings, file.waivers, documents, day=DAY)
    return check_document(outcome, documents, file, Places(subject, file), day=DAY, strict=strict)


def everything() -> dict[str, Any]:
    plan = document("plan", PLAN)
    return answer(POLICIES, {"plan": plan}, subject=Subject("shop.yaml", SourceLines(WORKLOAD)), strict=True)


def passing() -> dict[str, Any]:
    policies = "version: 1\npolicies: {monthly_limit: {usd: 500}, unpriced: }"
    return answer(policies, {"estimate": document("estimate", {"cost": {"monthly": 5}})})


def hostile() -> dict[str, Any]:
    name = 'x"]\n<script>alert(1)</script>\x1b[2J\u202e| **b** ](http://x) $(rm) @all ]]>'
    policies = "version: 1\npolicies: {resource_monthly_limit: {usd: 1}, required_tags: {tags: [owner]}}"
    return answer(policies, {"estimate": document("estimate", {"resources": [{"path": name, "usd": 9}]})})


ANSWERS = {"everything": everything, "passing": passing, "hostile": hostile}
