"""What every stack has: the plan's region, tags, a key, a budget and the estimate as outputs."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import aws_cdk as cdk

from stacks.constructs.buckets import AccessLogBucket, DataBucket
from stacks.constructs.budget_alarm import BudgetAlarm
from stacks.constructs.encryption_key import EncryptionKey
from stacks.names import TAG_KEY

if TYPE_CHECKING:
    from constructs import Construct

    from planner.plan_document import PartDocument, PlanDocument

__all__ = ["PlannedStack"]

_DESCRIPTION_LIMIT = 1024  # bytes that CloudFormation takes


class PlannedStack(cdk.Stack):
    """A stack that builds a plan; stacks of a kind add their own parts to it."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: PlanDocument) -> None:
        super().__init__(
            scope,
            construct_id,
            # The account is whichever deploys; the region is the one whose prices the plan took.
            env=cdk.Environment(region=plan.region),
            description=_description(plan),
            # The rule would read a parameter of the account and check nothing that a deployment doesn't check itself.
            synthesizer=cdk.DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
            analytics_reporting=False,
        )
        self.plan = plan
        self.priced_paths = frozenset(part.path for part in plan.parts if part.path is not None)
        cdk.Tags.of(self).add(TAG_KEY, plan.name)
        self.key = EncryptionKey(self, "Key", workload=plan.name)
        BudgetAlarm(
            self,
            "Budget",
            workload=plan.name,
            monthly_usd=Decimal(plan.cost["monthly_usd"]),
            alert_emails=plan.settings["alert_emails"],
            encryption_key=self.key,
        )
        self._state_estimate()

    def part(self, path: str) -> PartDocument:
        """Return the plan's part at a construct path below this stack."""
        return next(part for part in self.plan.parts if part.path == path)

    def data_bucket(self, construct_id: str) -> DataBucket:
        """Add a bucket for the workload's data."""
        return DataBucket(self, construct_id, encryption_key=self.key, access_logs=self._access_logs)

    @cached_property
    def _access_logs(self) -> AccessLogBucket:
        """The bucket of the others' access logs, added with the first of them."""
        return AccessLogBucket(self, "AccessLogs")

    def state(self, construct_id: str, value: str, description: str) -> None:
        """Add an output."""
        cdk.CfnOutput(self, construct_id, value=value, description=description)

    def _state_estimate(self) -> None:
        cost = self.plan.cost
        note = f"US dollars; an estimate, not a quote; prices as of {self.plan.document['prices_as_of']}"
        self.state("EstimatedMonthlyCost", cost["monthly_usd"], f"Cost of the first full month, {note}")
        self.state("EstimatedOneTimeCost", cost["one_time_usd"], f"Cost of setting up, {note}")
        self.state("EstimatedIdleMonthlyCost", cost["idle_monthly_usd"], f"Cost of a month without traffic, {note}")
        self.state(
            "CostAllocationTag",
            TAG_KEY,
            "The budget sees nothing before this tag is active: in the payer account open Billing, Cost allocation "
            f"tags, or run: aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey={TAG_KEY},"
            "Status=Active. A new tag is listed there a day after its first use",
        )


def _description(plan: PlanDocument) -> str:
    stated = plan.document["workload"].get("description") or f"{plan.name}: {plan.design['approach']}"
    return str(stated).encode()[:_DESCRIPTION_LIMIT].decode(errors="ignore")
