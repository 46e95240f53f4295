"""Training: on Bedrock and on SageMaker, with the data, state machines, evaluation and labels around it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from planner.blueprint.build import training_parts
from planner.cost import cost_of_part
from planner.design import Design, Training
from tests.planner.builders import DAY, REGION, SHIPPED_BOOK, both_of, by_component, plainly

if TYPE_CHECKING:
    from planner.part import Part

NOVA = "amazon.nova-lite-v1:0"
LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
# 1,500 × 900 = 1.35 million tokens of examples, twice a year
WORKLOAD: dict[str, Any] = {
    "data": {"labelled": {"examples": 1500, "tokens_per_example": 900}, "unlabelled": {"tokens": 2_000_000_000}},
    "traffic": {"requests_per_month": 1000, "input_tokens_per_request": 600, "output_tokens_per_request": 250},
}
ON_BEDROCK = Training("bedrock", None, 2)


def parts_of(design: Design, workload: dict[str, Any] | None = None) -> dict[str, Part]:
    return by_component(training_parts(design, *both_of(workload or WORKLOAD)))


def usd_of(part: Part, workload: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """Return the part's monthly and one-time amounts at the shipped prices."""
    _, signals = both_of(workload)
    amounts = cost_of_part(part, loads=signals.loads, book=SHIPPED_BOOK, region=REGION, as_of=DAY).amounts
    return amounts.monthly_usd, amounts.one_time_usd


def test_what_is_not_trained_has_no_such_parts() -> None:
    assert parts_of(Design("rag", NOVA, "on_demand")) == {}


# --- Bedrock ---------------------------------------------------------------------------------------------------------


def test_a_customization_on_bedrock() -> None:
    parts = parts_of(Design("fine_tuning", NOVA, "custom_on_demand", training=ON_BEDROCK))
    assert [(name, part.path, part.type) for name, part in parts.items()] == [
        ("training_data", "TrainingData/Resource", "AWS::S3::Bucket"),
        ("training_output", "TrainingOutput/Resource", "AWS::S3::Bucket"),
        ("training", None, "meter"),
        ("evaluation", None, "meter"),
        ("custom_model_storage", None, "meter"),
        ("customization", "Customization", "AWS::StepFunctions::StateMachine"),
        ("logs CustomizationLogs", "CustomizationLogs", "AWS::Logs::LogGroup"),
        ("teardown", "Teardown", "AWS::StepFunctions::StateMachine"),
        ("logs TeardownLogs", "TeardownLogs", "AWS::Logs::LogGroup"),
        ("score_evaluation", "ScoreEvaluation", "AWS::Lambda::Function"),
        ("logs ScoreEvaluationLogs", "ScoreEvaluationLogs", "AWS::Logs::LogGroup"),
    ]
    each, once = (
        {name: plainly(part.monthly) for name, part in parts.items()},
        {name: plainly(part.one_time) for name, part in parts.items()},
    )
    # Both epochs read all tokens; the first training is paid once, each later one as often as it comes.
    settings = {"meter": "bedrock.customization_training", "model": NOVA, "epochs": 2}
    assert each["training"] == {**settings, "tokens": {"per_retraining": 1_350_000}}
    assert once["training"] == {**settings, "tokens": 1_350_000}
    # 1.35 million tokens of four characters
    assert each["training_data"] == {
        "gb_months": {"fixed": Decimal("0.0054")},
        "put_requests": {"per_retraining": 1},
        "get_requests": {},
    }
    assert once["training_data"] == {"gb_months": 0, "put_requests": 1}
    # 200 held-out examples, answered by the custom model
    shape = {"meter": "bedrock.custom_on_demand", "model": NOVA, "input_tokens": 600, "output_tokens": 250}
    assert each["evaluation"] == {**shape, "requests": {"per_retraining": 200}}
    assert once["evaluation"] == {**shape, "requests": 200}
    assert each["custom_model_storage"] == {
        "meter": "bedrock.custom_model_storage",
        "models": 1,
        "months": {"fixed": 1},
    }
    assert once["custom_model_storage"] == {}
    assert each["customization"] == {"transitions": {"per_retraining": 300}}
    assert once["customization"] == {"transitions": 300}
    # 50 KB of log for a run, kept for three months
    assert each["logs CustomizationLogs"] == {
        "ingest_gb": {"per_retraining": Decimal("0.00005")},
        "store_gb_months": {"per_retraining": Decimal("0.00015")},
    }
    # Torn down is only what somebody tears down.
    assert each["teardown"] == {"transitions": {}}
    assert dict(parts["score_evaluation"].properties) == {"MemorySize": 512}
    assert each["score_evaluation"] == {"requests": {"per_retraining": 1}, "duration_ms": 5000}
    assert once["score_evaluation"] == {"requests": 1, "duration_ms": 5000}


def test_a_customization_at_its_prices() -> None:
    workload = {**WORKLOAD, "design": {"retraining_per_year": 2}}
    parts = parts_of(Design("fine_tuning", NOVA, "custom_on_demand", training=ON_BEDROCK), workload)
    # 2.7 Mtok × 2; two trainings a year are a sixth of one a month
    assert usd_of(parts["training"], workload) == (round(Decimal("5.4") / 6, 12), Decimal("5.4"))
    # 200 × 600 / 1e6 × 0.06 + 200 × 250 / 1e6 × 0.24
    assert usd_of(parts["evaluation"], workload)[1] == Decimal("0.0192")
    assert usd_of(parts["custom_model_storage"], workload) == (Decimal("1.95"), Decimal(0))


def test_continued_pretraining_reads_the_raw_text() -> None:
    parts = parts_of(Design("continued_pretraining", NOVA, "provisioned_throughput", training=ON_BEDROCK))
    assert plainly(parts["training"].one_time)["tokens"] == 2_000_000_000
    assert plainly(parts["training_data"].monthly)["gb_months"] == {"fixed": 8}


def test_a_model_that_is_only_provisioned_is_evaluated_on_an_hour_of_one_unit() -> None:
    parts = parts_of(Design("fine_tuning", NOVA, "provisioned_throughput", training=ON_BEDROCK))
    settings = {
        "meter": "bedrock.provisioned_throughput",
        "model": NOVA,
        "term": "no_commitment",
        "model_units": 1,
    }
    assert parts["evaluation"].variant == "one_model_unit"
    assert plainly(parts["evaluation"].monthly) == {**settings, "hours": {"per_retraining": 1}}
    assert plainly(parts["evaluation"].one_time) == {**settings, "hours": 1}


def test_a_teacher_answers_each_prompt_at_each_training() -> None:
    training = Training("bedrock", "distillation", 2, teacher="us.amazon.nova-premier-v1:0")
    parts = parts_of(Design("fine_tuning", NOVA, "custom_on_demand", training=training))
    shape = {
        "meter": "bedrock.on_demand",
        "model": "us.amazon.nova-premier-v1:0",
        "input_tokens": 600,
        "output_tokens": 250,
    }
    assert plainly(parts["teacher"].monthly) == {**shape, "requests": {"per_retraining": 1500}}
    assert plainly(parts["teacher"].one_time) == {**shape, "requests": 1500}


# --- SageMaker -------------------------------------------------------------------------------------------------------


def on_sagemaker(**training: Any) -> Design:  # noqa: ANN401  (fields of several types)
    made = replace(Training("sagemaker", "lora", 2, "ml.g5.12xlarge", 1), **training)
    return Design("fine_tuning", LLAMA, "sagemaker_endpoint", training=made)


# Half of 4 × 70 TFLOP/s are 5.04e17 operations an hour.
HALF = {"training_utilization": Decimal("0.5"), "training_fixed_hours": Decimal("0.25"), "spot_saving": Decimal("0.6")}


@pytest.mark.parametrize(
    ("training", "meter", "instances", "saving"),
    [
        ({}, "sagemaker.training", 1, 0),
        ({"spot": True}, "sagemaker.training", 1, Decimal("0.6")),
        ({"instances": 4}, "sagemaker.training", 4, 0),
        ({"service": "sagemaker_jumpstart"}, "sagemaker.training", 1, 0),
        ({"service": "sagemaker_hyperpod"}, "sagemaker.hyperpod", 1, 0),
    ],
)
def test_a_training_job_on_instances(
    training: dict[str, Any], meter: str, instances: int, saving: Decimal | int
) -> None:
    workload = {**WORKLOAD, "assumptions": HALF}
    part = parts_of(on_sagemaker(**training), workload)["training"]
    usage, once = plainly(part.monthly), plainly(part.one_time)
    # 2 × 1.35e6 tokens × 6 × 8.03e9 operations / 5.04e17 an hour on one instance, and a quarter of an hour besides
    hours = Decimal("2.7e6") * 6 * Decimal("8.03e9") / Decimal("5.04e17") / instances + Decimal("0.25")
    found = once.pop("hours")
    assert isinstance(found, Decimal)
    assert round(found, 15) == round(hours, 15)
    assert usage.pop("hours") == {"per_retraining": found}
    settings = {"meter": meter, "instance": "ml.g5.12xlarge", "instances": instances, "spot_saving": saving}
    assert usage == once == settings
    # Spot is billed as fewer hours at the same rate.
    rate = {"sagemaker.training": "7.09", "sagemaker.hyperpod": None}[meter]
    if rate is not None:
        billed = instances * found * (1 - saving)
        assert usd_of(part, workload)[1] == round(billed * Decimal(rate), 12)


def test_what_is_around_a_training_job() -> None:
    parts = parts_of(on_sagemaker())
    assert [(name, part.path, part.type) for name, part in parts.items()] == [
        ("training_data", "TrainingData/Resource", "AWS::S3::Bucket"),
        ("training_output", "TrainingOutput/Resource", "AWS::S3::Bucket"),
        ("training", None, "meter"),
        ("training_workflow", "TrainingWorkflow", "AWS::StepFunctions::StateMachine"),
        ("logs TrainingWorkflowLogs", "TrainingWorkflowLogs", "AWS::Logs::LogGroup"),
    ]
    # The weights that are saved: 8.03e9 × 2 bytes
    assert plainly(parts["training_output"].monthly)["gb_months"] == {"fixed": Decimal("16.06")}
    assert plainly(parts["training_data"].monthly)["gb_months"] == {"fixed": Decimal("0.0054")}
    assert plainly(parts["training_workflow"].monthly) == {"transitions": {"per_retraining": 10}}
    assert plainly(parts["training_workflow"].one_time) == {"transitions": 10}


def test_a_model_of_ones_own_has_the_assumed_size() -> None:
    design = on_sagemaker()._replace(approach="train_from_scratch", model="own-model")
    parts = parts_of(design, {**WORKLOAD, "assumptions": {"scratch_parameters_billion": 3}})
    assert plainly(parts["training_output"].monthly)["gb_months"] == {"fixed": 6}
    assert plainly(parts["training_data"].monthly)["gb_months"] == {"fixed": 8}


@pytest.mark.parametrize("training", [{"instance": None}, {"instances": None}])
def test_what_nothing_holds_has_no_price(training: dict[str, None]) -> None:
    parts = parts_of(on_sagemaker(**training))
    assert list(parts) == ["training"]
    assert parts["training"].unpriced == "no instance holds the training of this model"


def test_hours_that_nobody_can_tell_have_no_price() -> None:
    parts = parts_of(on_sagemaker(instance="ml.g4dn.12xlarge"))
    assert parts["training"].unpriced == (
        "how long ml.g4dn.12xlarge trains can't be told: the peak of its accelerator is in no source"
    )
    assert "training_data" in parts


# --- Labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("approach", "examples", "rate", "usd"),
    [
        # 1,000 examples by default × 0.75
        ("fine_tuning", None, "0.75", "750"),
        # There are labels already; nobody said what one costs; nothing is labelled for other rungs.
        ("fine_tuning", 1500, "0.75", None),
        ("fine_tuning", None, None, None),
        ("continued_pretraining", None, "0.75", None),
    ],
)
def test_first_labels_are_bought_once_at_the_stated_rate(
    approach: str, examples: int | None, rate: str | None, usd: str | None
) -> None:
    workload = {
        "data": {"labelled": {} if examples is None else {"examples": examples}},
        "assumptions": {} if rate is None else {"label_usd_per_example": Decimal(rate)},
    }
    parts = parts_of(Design(approach, NOVA, "custom_on_demand", training=ON_BEDROCK), workload)
    if usd is None:
        assert "labels" not in parts
    else:
        assert usd_of(parts["labels"], workload) == (Decimal(0), Decimal(usd))
