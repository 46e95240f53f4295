from __future__ import annotations

import pytest

from planner.errors import InputError
from stacks.training_images import serving_image_uri, serving_inference_ami_version, training_image_uri


@pytest.mark.parametrize(
    ("region", "registry"),
    [
        ("us-east-1", "763104351884.dkr.ecr.us-east-1.amazonaws.com"),
        ("us-west-2", "763104351884.dkr.ecr.us-west-2.amazonaws.com"),
        ("af-south-1", "626614931356.dkr.ecr.af-south-1.amazonaws.com"),
        ("cn-north-1", "727897471807.dkr.ecr.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_images_come_from_the_regions_registry(region: str, registry: str) -> None:
    training = "huggingface-pytorch-training:2.8.0-transformers4.56.2-gpu-py312-cu129-ubuntu22.04"
    assert training_image_uri(region=region) == f"{registry}/{training}"
    assert serving_image_uri(region=region) == f"{registry}/djl-inference:0.35.0-lmi17.0.0-cu128"


def test_an_unknown_region_names_the_known_ones() -> None:
    with pytest.raises(
        InputError, match=r"region 'us-east-9' has no registry .*us-west-2\); did you mean .*'us-east-1'"
    ):
        training_image_uri(region="us-east-9")


def test_a_region_may_serve_and_not_train() -> None:
    assert serving_image_uri(region="eu-central-2").startswith("380420809688.")
    with pytest.raises(InputError, match="eu-central-2"):
        training_image_uri(region="eu-central-2")


def test_the_endpoints_driver_is_named() -> None:
    assert serving_inference_ami_version() == "al2-ami-sagemaker-inference-gpu-3-1"
