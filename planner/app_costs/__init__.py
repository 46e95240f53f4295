"""Costs of people's own CDK apps: prices and budgets of what they synthesize; planner/cdk.py talks to CDK itself."""

from __future__ import annotations
