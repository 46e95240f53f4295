"""An endpoint that serves a trained model: in the template from the start, created once an artifact is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aws_cdk as cdk
from aws_cdk import aws_sagemaker as sagemaker

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
    model = sagemaker.CfnModel(
        stack,
        "Model",
        execution_role_arn=role.attr_arn,
        enable_network_isolation=True,
        primary_container=sagemaker.CfnModel.ContainerDefinitionProperty(
            image=image, model_data_url=artifact.value_as_string, environment=_SERVER
        ),
    )
    configuration = sagemaker.CfnEndpointConfig(
        stack,
        "EndpointConfig",
        # No key for the volumes: instances with accelerators have local ones, which encrypt themselves and refuse it.
        production_variants=[
            sagemaker.CfnEndpointConfig.ProductionVariantProperty(
                variant_name="trained",
                model_name=model.attr_model_name,
                initial_variant_weight=1,
                # Literal values: the bill of the template is read from them.
                instance_type=stack.plan.design["endpoint_instance"],
                initial_instance_count=stack.plan.design["endpoint_instances"],
                inference_ami_version=serving_inference_ami_version(),
                model_data_download_timeout_in_seconds=_DOWNLOAD_SECONDS,
                container_startup_health_check_timeout_in_seconds=_START_SECONDS,
            )
        ],
    )
    endpoint = sagemaker.CfnEndpoint(stack, "Endpoint", endpoint_config_name=configuration.attr_endpoint_config_name)
    for resource in (model, configuration, endpoint):
        resource.cfn_options.condition = has_artifact
    name = cdk.CfnOutput(
        stack, "EndpointName", value=endpoint.attr_endpoint_name, description="Endpoint that applications invoke"
    )
    name.condition = has_artifact
