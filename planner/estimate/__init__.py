"""What any CloudFormation template costs: resources → usage by properties and usage file → meters and prices.

Coverage is part of each answer: estimated, free, unpriced by name, unsupported by name; nothing costs 0 by omission.
"""

from __future__ import annotations

from planner.estimate.document import estimate_json
from planner.estimate.estimate import estimate_path, estimate_template
from planner.estimate.model import Estimate, EstimatedResource
from planner.estimate.usage import UsageByResource, load_usage_by_resource, parse_usage_by_resource

__all__ = [
    "Estimate",
    "EstimatedResource",
    "UsageByResource",
    "estimate_json",
    "estimate_path",
    "estimate_template",
    "load_usage_by_resource",
    "parse_usage_by_resource",
]
