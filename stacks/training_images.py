"""Which container images train and serve open-weight models in a region, from `training/images.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from planner.errors import InputError
from planner.near import did_you_mean
from planner.yaml12 import load_yaml

__all__ = ["serving_image_uri", "serving_inference_ami_version", "training_image_uri"]

_DATA = Path(__file__).parent / "training" / "images.yaml"


def training_image_uri(*, region: str) -> str:
    """Return the image that runs `training/train.py`.

    Raises:
        InputError: where AWS publishes it in no registry of the region.
    """
    return _uri("training", region)


def serving_image_uri(*, region: str) -> str:
    """Return the image that serves the trained model's files.

    Raises:
        InputError: where AWS publishes it in no registry of the region.
    """
    return _uri("serving", region)


def serving_inference_ami_version() -> str:
    """Return the endpoint's machine image whose GPU driver runs the serving image (`InferenceAmiVersion`)."""
    return str(_data()["inference_ami_version"])


def _uri(purpose: str, region: str) -> str:
    image = _data()["images"][purpose]
    registries = _data()["registries"]
    known = sorted(set(registries) - set(image["not_in"]))
    if region not in known:
        raise InputError(
            f"region '{region}' has no registry with the image '{image['repository']}:{image['tag']}' "
            f"(it is in {', '.join(known)}){did_you_mean(region, known)}"
        )
    registry = registries[region]
    return f"{registry['account']}.dkr.ecr.{region}.{registry['domain']}/{image['repository']}:{image['tag']}"


@cache
def _data() -> dict[str, Any]:
    data = load_yaml(_DATA.read_text(encoding="utf-8"), source=_DATA.name)
    if not isinstance(data, dict):
        raise InputError(f"{_DATA.name}: not a mapping")
    return data
