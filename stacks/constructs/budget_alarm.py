"""A budget at the estimated amount, and whom it tells."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
from constructs import Construct

from stacks.constructs.plain_resource import plain_resource, tag_list
from stacks.names import TAG_KEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.constructs.encryption_key import EncryptionKey

__all__ = ["BudgetAlarm"]

_SERVICE = "budgets.amazonaws.com"
_THRESHOLDS = (("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))
_LEAST_USD = Decimal(1)  # a budget's limit is more than zero


class BudgetAlarm(Construct):
    """A monthly budget over the workload's cost-allocation tag, with alarms to a topic and to e-mail addresses."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        workload: str,
        monthly_usd: Decimal,
        alert_emails: Sequence[str],
        encryption_key: EncryptionKey,
    ) -> None:
        super().__init__(scope, construct_id)
        account = cdk.Stack.of(self).account
        from_account = {"StringEquals": {"aws:SourceAccount": account}}
        encryption_key.allow_service(_SERVICE, actions=["kms:Decrypt", "kms:GenerateDataKey"], conditions=from_account)
        topic = plain_resource(
            self, "Alarms", "AWS::SNS::Topic", {"KmsMasterKeyId": encryption_key.key_arn, "Tags": tag_list(workload)}
        )
        policy = plain_resource(
            self,
            "AlarmsPolicy",
            "AWS::SNS::TopicPolicy",
            {
                "Topics": [topic.ref],
                "PolicyDocument": {"Version": "2012-10-17", "Statement": _topic_statements(topic.ref, account)},
            },
        )
        for address in alert_emails:
            properties = {"TopicArn": topic.ref, "Protocol": "email", "Endpoint": address}
            plain_resource(self, address, "AWS::SNS::Subscription", properties)
        limit = max(monthly_usd, _LEAST_USD).to_integral_value(ROUND_CEILING)
        subscriber = {"SubscriptionType": "SNS", "Address": topic.ref}
        budget = plain_resource(
            self,
            "Monthly",
            "AWS::Budgets::Budget",
            {
                "Budget": {
                    "BudgetType": "COST",
                    "TimeUnit": "MONTHLY",
                    "BudgetLimit": {"Amount": int(limit), "Unit": "USD"},
                    "CostFilters": {"TagKeyValue": [f"user:{TAG_KEY}${workload}"]},
                },
                "NotificationsWithSubscribers": [
                    {
                        "Notification": {
                            "NotificationType": kind,
                            "ComparisonOperator": "GREATER_THAN",
                            "Threshold": threshold,
                            "ThresholdType": "PERCENTAGE",
                        },
                        "Subscribers": [subscriber],
                    }
                    for kind, threshold in _THRESHOLDS
                ],
                "ResourceTags": tag_list(workload),
            },
        )
        # Budgets sends a test message when a notification is created: the topic must let it.
        budget.node.add_dependency(policy)


def _topic_statements(topic_arn: str, account: str) -> list[dict[str, Any]]:
    """Return who may publish: budgets of this account, and nobody without TLS."""
    publish = {"Action": "sns:Publish", "Resource": topic_arn}
    return [
        {
            **publish,
            "Effect": "Allow",
            "Principal": {"Service": _SERVICE},
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        },
        {
            **publish,
            "Effect": "Deny",
            "Principal": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]
