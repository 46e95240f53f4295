"""Hours and memory of a training: operations over sustained operations a second, bytes a parameter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.assumptions import replaceable_names
from planner.catalog import load_catalog
from planner.design import Design, Training
from planner.money import CONTEXT
from planner.plan import Planner
from planner.training.hours import (
    hours_on,
    instances_needed,
    parameters_billion,
    training_hours,
    training_memory_gb,
)
from planner.training.storage import training_volume
from planner.workload import parse_workload
from tests.planner.builders import both_of, context_of

if TYPE_CHECKING:
    from planner.context import Context

CATALOG = load_catalog()
# Half of an ml.g5.12xlarge's peak (4 × 70 TFLOP/s) is 140 TFLOP/s, 5.04e17 operations an hour. A model of 1e9
# parameters takes 6e9 of them a token: 84 million tokens an hour.
HALF = {"training_utilization": Decimal("0.5"), "training_fixed_hours": Decimal("0.25")}
TOKENS_AN_HOUR = 84_000_000
ONE_BILLION = Decimal(1)


def context() -> Context:
    return context_of({"assumptions": HALF})


# --- Hours -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tokens", "params_b", "instance", "instances", "hours"),
    [
        (TOKENS_AN_HOUR, "1", "ml.g5.12xlarge", 1, "1.25"),
        (TOKENS_AN_HOUR, "7", "ml.g5.12xlarge", 1, "7.25"),
        (TOKENS_AN_HOUR * 3, "1", "ml.g5.12xlarge", 1, "3.25"),
        # Start and upload take their time on each instance at once.
        (TOKENS_AN_HOUR, "1", "ml.g5.12xlarge", 4, "0.5"),
        # One A10G instead of four
        (TOKENS_AN_HOUR, "1", "ml.g5.xlarge", 1, "4.25"),
        # Half of 8 × 989 TFLOP/s are 1.42416e19 operations an hour: 7.912e9 tokens × 6 × 3e8.
        (7_912_000_000, "0.3", "ml.p5.48xlarge", 1, "1.25"),
        (0, "7", "ml.g5.12xlarge", 1, "0.25"),
    ],
)
def test_hours_are_operations_over_what_the_hardware_sustains(
    tokens: int, params_b: str, instance: str, instances: int, hours: str
) -> None:
    found = hours_on(Decimal(tokens), Decimal(params_b), CATALOG.instances[instance], instances, context())
    assert found is not None
    assert round(found, 9) == Decimal(hours)


@pytest.mark.parametrize("instance", ["ml.g4dn.xlarge", "ml.m5.large"])
def test_without_a_known_peak_nothing_is_said(instance: str) -> None:
    known = CATALOG.instances[instance]
    assert hours_on(Decimal(1), ONE_BILLION, known, 1, context()) is None
    assert instances_needed("fine_tuning", "lora", Decimal(1), ONE_BILLION, Decimal(1), known, context()) is None
    design = Design("fine_tuning", "own", "sagemaker_endpoint", training=Training("sagemaker", "lora", 3, instance, 1))
    assert training_hours(design, *both_of()) is None


def trained(approach: str, epochs: int, model: str = "own") -> Design:
    training = Training("sagemaker", "lora", epochs, "ml.g5.12xlarge", 1)
    return Design(approach, model, "sagemaker_endpoint", training=training)


@pytest.mark.parametrize(
    ("approach", "epochs", "hours"),
    [
        # 84,000 examples of 1,000 tokens, three times
        ("fine_tuning", 3, "3.25"),
        ("fine_tuning", 1, "1.25"),
        # 168 million tokens of raw text
        ("continued_pretraining", 1, "2.25"),
        ("train_from_scratch", 2, "4.25"),
    ],
)
def test_fine_tuning_reads_examples_and_the_others_raw_text(approach: str, epochs: int, hours: str) -> None:
    data = {"labelled": {"examples": 84_000, "tokens_per_example": 1000}, "unlabelled": {"tokens": 2 * TOKENS_AN_HOUR}}
    found = training_hours(trained(approach, epochs), *both_of({"data": data, "assumptions": HALF}))
    assert found is not None
    assert round(found, 9) == Decimal(hours)


@pytest.mark.parametrize("instance", [None, "ml.made-up.xlarge"])
def test_a_design_that_is_trained_on_no_known_instance_has_no_hours(instance: str | None) -> None:
    design = Design("fine_tuning", "own", "sagemaker_endpoint", training=Training("sagemaker", "lora", 3, instance, 1))
    with pytest.raises(ValueError, match="own is not trained on known instances"):
        training_hours(design, *both_of())
    with pytest.raises(ValueError, match="own is not trained on known instances"):
        training_hours(design._replace(training=None), *both_of())


@pytest.mark.parametrize(
    ("approach", "model", "parameters"),
    [
        ("fine_tuning", "meta-llama/Llama-3.1-8B-Instruct", ("8.03", "8.03")),
        # Of a mixture of experts a token meets a part only.
        ("continued_pretraining", "mistralai/Mixtral-8x7B-Instruct-v0.1", ("12.88", "46.703")),
        # What is trained from nothing has the assumed size, whatever it is called.
        ("train_from_scratch", "meta-llama/Llama-3.1-8B-Instruct", ("1", "1")),
        ("fine_tuning", "a-model-of-ones-own", ("1", "1")),
    ],
)
def test_parameters_active_and_in_all(approach: str, model: str, parameters: tuple[str, str]) -> None:
    found = parameters_billion(Design(approach, model, "sagemaker_endpoint"), context())
    assert found == tuple(map(Decimal, parameters))


# --- Memory ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "gb"),
    [
        # 16-bit weights and 1 % of adapters at 18 bytes: (2 + 0.18) × 7 × 1.3
        ("lora", "19.838"),
        # 4-bit weights: (0.56 + 0.18) × 7 × 1.3
        ("qlora", "6.734"),
        # Weights, gradients, AdamW: 18 × 7 × 1.3
        ("full_ft", "163.8"),
        ("continued_pretraining", "163.8"),
        ("from_scratch", "163.8"),
    ],
)
def test_memory_of_a_training_by_method(method: str, gb: str) -> None:
    assert training_memory_gb(method, Decimal(7), context()) == Decimal(gb)


G5_GB = Decimal("23.998")  # 22.35 GiB of an A10G, a little less than this in GB


@pytest.mark.parametrize(
    ("approach", "method", "memory_gb", "instance", "count"),
    [
        # Adapters over frozen 16-bit weights are spread over the accelerators of one instance, and never of two.
        ("fine_tuning", "lora", G5_GB, "ml.g5.xlarge", 1),
        ("fine_tuning", "lora", G5_GB + 1, "ml.g5.xlarge", None),
        ("fine_tuning", "lora", 4 * G5_GB, "ml.g5.12xlarge", 1),
        ("fine_tuning", "lora", 4 * G5_GB + 1, "ml.g5.12xlarge", None),
        # Quantized weights lie whole on each accelerator.
        ("fine_tuning", "qlora", G5_GB, "ml.g5.12xlarge", 1),
        ("fine_tuning", "qlora", G5_GB + 1, "ml.g5.12xlarge", None),
        # Full training is spread over instances, as many as a plan proposes by itself, if they have EFA.
        ("fine_tuning", "full_ft", 8 * G5_GB, "ml.g5.12xlarge", 2),
        ("fine_tuning", "full_ft", 8 * G5_GB + 1, "ml.g5.12xlarge", 3),
        ("continued_pretraining", "continued_pretraining", 32 * G5_GB, "ml.g5.12xlarge", 8),
        ("continued_pretraining", "continued_pretraining", 32 * G5_GB + 1, "ml.g5.12xlarge", None),
        ("train_from_scratch", "from_scratch", 32 * G5_GB + 1, "ml.g5.12xlarge", 9),
        ("fine_tuning", "full_ft", 2 * G5_GB, "ml.g5.2xlarge", None),
    ],
)
def test_so_many_instances_hold_a_training(
    approach: str, method: str, memory_gb: Decimal, instance: str, count: int | None
) -> None:
    known = CATALOG.instances[instance]
    assert instances_needed(approach, method, Decimal(1), ONE_BILLION, memory_gb, known, context()) == count


@pytest.mark.parametrize(
    ("hours", "count"),
    # Four weeks are 672 hours.
    [(1, 1), (671, 1), (672, 1), (673, 2), (1344, 2), (1345, 3), (5376, 8), (5377, None)],
)
def test_so_many_instances_finish_in_time(hours: int, count: int | None) -> None:
    tokens = Decimal(hours * TOKENS_AN_HOUR)
    known = CATALOG.instances["ml.g5.12xlarge"]
    found = instances_needed("fine_tuning", "full_ft", tokens, ONE_BILLION, Decimal(1), known, context())
    assert found == count


@given(tokens=st.integers(0, 10**12), more=st.integers(0, 10**12), params_b=st.decimals("0.1", 500, places=2))
def test_more_tokens_never_take_less_time(tokens: int, more: int, params_b: Decimal) -> None:
    known = CATALOG.instances["ml.p4d.24xlarge"]
    with localcontext(CONTEXT):
        short = hours_on(Decimal(tokens), params_b, known, 1, context())
        long = hours_on(Decimal(tokens + more), params_b, known, 1, context())
        assert short is not None
        assert long is not None
        assert long >= short >= Decimal("0.25")


# --- Volume ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "model", "instance", "volume"),
    [
        # 50 GB of image and data, and of 8.03e9 parameters 4 bytes read and saved: 82.12
        ("lora", "meta-llama/Llama-3.1-8B-Instruct", "ml.m5.4xlarge", {"volume_gb": 83, "local_storage": False}),
        # 36 bytes more for three checkpoints with optimizer: 50 + 40 × 8.03 = 371.2
        ("full_ft", "meta-llama/Llama-3.1-8B-Instruct", "ml.p4d.24xlarge", {"volume_gb": 372, "local_storage": True}),
        # What the instance has itself is the most: 50 + 40 × 8.03 are more than its 250 GB.
        ("full_ft", "meta-llama/Llama-3.1-8B-Instruct", "ml.g5.xlarge", {"volume_gb": 250, "local_storage": True}),
    ],
)
def test_a_training_instance_has_room_on_disk(
    method: str, model: str, instance: str, volume: dict[str, int | bool]
) -> None:
    training = Training("sagemaker", method, 3, instance, 1)
    assert training_volume(Design("fine_tuning", model, "sagemaker_endpoint", training=training), context()) == volume


def test_what_is_not_trained_on_an_instance_has_no_volume() -> None:
    assert training_volume(Design("rag", "m", "on_demand"), context()) is None
    bedrock = Design("fine_tuning", "m", "custom_on_demand", training=Training("bedrock", None, 2))
    assert training_volume(bedrock, context()) is None


def test_stated_interruptions_lengthen_a_run_on_spot() -> None:
    stated = {"approach": "fine_tuning", "training": {"service": "sagemaker", "method": "lora", "spot": True}}
    calm = planned_hours({"design": stated})
    rough = planned_hours(
        {"design": stated, "assumptions": {"spot_interruptions_per_day": 4, "checkpoint_minutes": 30}}
    )
    # each of hours / 24 x 4 interruptions loses half of 30 minutes and the 0.25 hours of a new start
    assert abs(rough - (calm + calm / 24 * 4 * (Decimal("0.25") + Decimal("0.25")))) < Decimal("1e-20")


def planned_hours(stated: dict[str, object]) -> Decimal:
    document = Planner().plan(
        parse_workload({"name": "spot-run", **stated}, source="test", assumption_names=replaceable_names()),
        as_of=date(2026, 11, 20),
        source="test",
        flips=False,
    )
    return Decimal(document.document.settings["training"]["hours"])
