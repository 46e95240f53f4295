"""What happens to uploaded pictures: storage, queues and the functions that read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

__all__ = ["ProcessingStack"]

_FUNCTIONS = Path(__file__).parent.parent / "functions"
_STEPS = ("thumbnail", "preview")


class ProcessingStack(cdk.Stack):
    """Buckets, queues with their dead letters, functions, a table and a workflow."""

    def __init__(self, scope: Construct, name: str, **settings: Any) -> None:
        super().__init__(scope, name, **settings)
        self.key = kms.Key(self, "Key", enable_key_rotation=True, description="The shop's data")
        self.alerts = sns.Topic(self, "Alerts", display_name="Shop alerts")
        access_logs = self._bucket("AccessLogs", encryption=s3.BucketEncryption.S3_MANAGED)
        self.uploads = self._bucket("Uploads", server_access_logs_bucket=access_logs, encryption_key=self.key)
        self.results = self._bucket("Results", server_access_logs_bucket=access_logs, encryption_key=self.key)
        self.pictures = dynamodb.Table(
            self,
            "Pictures",
            partition_key=dynamodb.Attribute(name="picture", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        for step in _STEPS:
            self._step(step)
        self._workflow()

    def _bucket(self, name: str, **settings: Any) -> s3.Bucket:
        return s3.Bucket(
            self,
            name,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            versioned=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            lifecycle_rules=[s3.LifecycleRule(noncurrent_version_expiration=cdk.Duration.days(30))],
            **settings,
        )

    def _step(self, name: str) -> None:
        """Add a function that works through a queue of uploads."""
        title = name.capitalize()
        dead = sqs.Queue(self, f"{title}Failed", retention_period=cdk.Duration.days(14), enforce_ssl=True)
        queue = sqs.Queue(
            self,
            f"{title}Queue",
            visibility_timeout=cdk.Duration.minutes(6),
            dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=3),
            enforce_ssl=True,
        )
        handler = lambda_.Function(
            self,
            title,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(_FUNCTIONS / "thumbnail")),
            memory_size=1024,
            timeout=cdk.Duration.minutes(1),
            environment={"RESULTS": self.results.bucket_name, "PICTURES": self.pictures.table_name, "STEP": name},
            log_group=logs.LogGroup(self, f"{title}Logs", retention=logs.RetentionDays.ONE_MONTH),
        )
        handler.add_event_source(sources.SqsEventSource(queue, batch_size=5))
        self.uploads.grant_read(handler)
        self.results.grant_put(handler)
        self.pictures.grant_write_data(handler)
        self.uploads.add_event_notification(
            s3.EventType.OBJECT_CREATED, notifications.SqsDestination(queue), s3.NotificationKeyFilter(prefix=name)
        )
        for metric, what in (
            (dead.metric_approximate_number_of_messages_visible(), "Failures"),
            (handler.metric_errors(), "Errors"),
        ):
            alarm = cloudwatch.Alarm(self, f"{title}{what}", metric=metric, threshold=1, evaluation_periods=3)
            alarm.add_alarm_action(actions.SnsAction(self.alerts))

    def _workflow(self) -> None:
        definition = sfn.Wait(self, "Settle", time=sfn.WaitTime.duration(cdk.Duration.seconds(30))).next(
            sfn.Succeed(self, "Published")
        )
        sfn.StateMachine(
            self,
            "Publish",
            definition_body=sfn.DefinitionBody.from_chainable(definition),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(self, "PublishLogs", retention=logs.RetentionDays.ONE_MONTH),
                level=sfn.LogLevel.ERROR,
            ),
        )
