"""The shop's API: functions behind API Gateway, and the database of orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_rds as rds
from constructs import Construct

from stacks.network import NetworkStack
from stacks.processing import ProcessingStack

__all__ = ["ApiStack"]

_FUNCTIONS = Path(__file__).parent.parent / "functions"
_ROUTES = ("orders", "customers")


class ApiStack(cdk.Stack):
    """A REST API with one function a route, and PostgreSQL."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        network: NetworkStack,
        processing: ProcessingStack,
        **settings: Any,
    ) -> None:
        super().__init__(scope, name, **settings)
        self.database = rds.DatabaseInstance(
            self,
            "Orders",
            engine=rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_17),
            instance_type=ec2.InstanceType.of(ec2.InstanceClass.M7G, ec2.InstanceSize.LARGE),
            credentials=rds.Credentials.from_generated_secret("shop"),
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
            security_groups=[network.database_group],
            multi_az=True,
            allocated_storage=200,
            storage_type=rds.StorageType.GP3,
            storage_encrypted=True,
            deletion_protection=True,
        )
        self.api = apigateway.RestApi(
            self, "Shop", deploy_options=apigateway.StageOptions(stage_name="live", metrics_enabled=True)
        )
        for route in _ROUTES:
            self._route(route, network, processing)
        cloudwatch.Alarm(self, "ServerErrors", metric=self.api.metric_server_error(), threshold=5, evaluation_periods=2)

    def _route(self, name: str, network: NetworkStack, processing: ProcessingStack) -> None:
        title = name.capitalize()
        handler = lambda_.Function(
            self,
            f"{title}Handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(_FUNCTIONS / "orders")),
            memory_size=512,
            timeout=cdk.Duration.seconds(10),
            vpc=network.vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
            security_groups=[network.functions_group],
            environment={"ROUTE": name, "PICTURES": processing.pictures.table_name},
            log_group=logs.LogGroup(self, f"{title}Logs", retention=logs.RetentionDays.ONE_MONTH),
        )
        processing.pictures.grant_read_data(handler)
        if self.database.secret is not None:
            self.database.secret.grant_read(handler)
        resource = self.api.root.add_resource(name)
        for method in ("GET", "POST"):
            resource.add_method(method, apigateway.LambdaIntegration(handler))
