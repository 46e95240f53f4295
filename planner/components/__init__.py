"""Components: what a CloudFormation resource or an API meter uses, as billing meters; never a price.

One file a kind. A component reads the CloudFormation properties that a cost depends on and the usage beside them, so
the same code serves a plan and a template read back.
"""

from __future__ import annotations

from planner.components.registry import COMPONENTS, FREE, meter_usages

__all__ = ["COMPONENTS", "FREE", "meter_usages"]
