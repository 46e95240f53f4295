"""A shop: a network, the processing of pictures, an API."""

from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk

from stacks.api import ApiStack
from stacks.network import NetworkStack
from stacks.processing import ProcessingStack

app = cdk.App()
env = cdk.Environment(account="123456789012", region="us-east-1")
network = NetworkStack(app, "ShopNetwork", env=env)
processing = ProcessingStack(app, "ShopProcessing", env=env)
ApiStack(app, "ShopApi", network=network, processing=processing, env=env)

# What this app knows of fmplan: an import, an aspect, a plugin. The tests turn them off and set another budget:
# cdk synth -c costs=plain (or annotated, or guarded) -c budget=50
costs = app.node.try_get_context("costs")
usage = Path(__file__).with_name("fmplan-usage.yml")
if costs != "plain":
    from planner.cdk import CostAnnotations, CostGuard

    if costs != "guarded":
        cdk.Aspects.of(app).add(CostAnnotations(usage=usage))
    if costs != "annotated":
        budget = app.node.try_get_context("budget") or 400
        cdk.Validations.of(app).add_plugins(CostGuard(budget_monthly_usd=budget, usage=usage))

app.synth()
