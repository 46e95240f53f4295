"""An endpoint that serves a trained model: in the template from the start, created once an artifact is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk

from stacks.constructs.plain_resource import attribute, plain_resource, tag_list
from stacks.constructs.sagemaker_role import sagemaker_role
from stacks.constructs.service_role import allow
from stacks.training_images import serving_image_uri, serving_inference_ami_version

if TYPE_CHECKING:
    from stacks.constructs.buckets import DataBucket
    from stacks.planned_stack import PlannedStack

__all__ = ["add_endpoint"]

_DOWNLOAD_SECONDS = 1_800  # tens of gigabytes are fetched and unpacked
_START_SECONDS = 1_200  # and loaded into accelerators
# Where SageMaker unpacks the artifact. 16-bit floats are what every GPU computes; older ones refuse bfloat16.
_SERVER = {"HF_MODEL_ID": "/opt/ml/model", "OPTION_DTYPE": "fp16", "OPTION_TENSOR_PARALLEL_DEGREE": "max"}


def add_endpoint(stack: PlannedStack, *, artifacts: DataBucket) -> None:
    """Add model, endpoint configuration and endpoint, which a first deployment without an artifact leaves out."""
    artifact = cdk.CfnParameter(
        stack,
        "ModelArtifactUri",
        type="String",
        default="",
        allowed_pattern="(s3://.+)?",
        description="modelDataUrl of a finished training workflow; empty until there is one: then nothing is hosted",
    )
    has_artifact = cdk.CfnCondition(
        stack,
        "HasModelArtifact",
        expression=cdk.Fn.condition_not(cdk.Fn.condition_equals(artifact.value_as_string, "")),
    )
    image = serving_image_uri(region=stack.plan.region)
    role = sagemaker_role(
        stack,
        "ModelRole",
        image=image,
        namespace="/aws/sagemaker/Endpoints",
        statements=[
            allow(["s3:ListBucket"], [artifacts.bucket_arn]),
            allow(["s3:GetObject"], [artifacts.arn_for_objects("models/*")]),
        ],
    )
    tags = tag_list(stack.plan.name)
    model = plain_resource(
        stack,
        "Model",
        "AWS::SageMaker::Model",
        {
            "ExecutionRoleArn": role.attr_arn,
            "EnableNetworkIsolation": True,
            "PrimaryContainer": {"Image": image, "ModelDataUrl": artifact.value_as_string, "Environment": _SERVER},
            "Tags": tags,
        },
    )
    variant = {
        "VariantName": "trained",
        "ModelName": attribute(model, "ModelName"),
        "InitialVariantWeight": 1,
        # Literal values: the bill of the template is read from them.
        "InstanceType": stack.plan.design["endpoint_instance"],
        "InitialInstanceCount": stack.plan.design["endpoint_instances"],
        "InferenceAmiVersion": serving_inference_ami_version(),
        "ModelDataDownloadTimeoutInSeconds": _DOWNLOAD_SECONDS,
        "ContainerStartupHealthCheckTimeoutInSeconds": _START_SECONDS,
    }
    configuration = plain_resource(
        stack,
        "EndpointConfig",
        "AWS::SageMaker::EndpointConfig",
        # No key for the volumes: instances with accelerators have local ones, which encrypt themselves and refuse it.
        {"ProductionVariants": [variant], "Tags": tags},
    )
    endpoint = plain_resource(
        stack,
        "Endpoint",
        "AWS::SageMaker::Endpoint",
        {"EndpointConfigName": attribute(configuration, "EndpointConfigName"), "Tags": tags},
    )
    for resource in (model, configuration, endpoint):
        resource.cfn_options.condition = has_artifact
    name = cdk.CfnOutput(
        stack,
        "EndpointName",
        value=attribute(endpoint, "EndpointName"),
        description="Endpoint that applications invoke",
    )
    name.condition = has_artifact
