"""Each billing rule: a table of situations (tests/cases/meters.yaml), and what only a rule's edges show."""

from __future__ import annotations

from decimal import Decimal, localcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError
from planner.meters import METERS, quantities
from planner.meters.params import number, word
from planner.meters.registry import _register
from planner.money import CONTEXT
from planner.usage import MeterUsage
from planner.yaml12 import load_yaml
from tests.planner.builders import measured, only_quantity, params

if TYPE_CHECKING:
    from planner.usage import Value

CASES_FILE = Path(__file__).parents[2] / "cases" / "meters.yaml"


def _cases() -> list[dict[str, Any]]:
    cases = load_yaml(CASES_FILE.read_text(encoding="utf-8"), source=str(CASES_FILE))
    assert isinstance(cases, list)
    return cases


CASES = _cases()
# Counts whose parameters make no other sense than as settings: without them nothing is used.
NOTHING_USED: dict[str, dict[str, Any]] = {
    "bedrock.on_demand": {"model": "m", "requests": 0, "input_tokens": 9, "output_tokens": 9},
    "bedrock.custom_on_demand": {"model": "m", "requests": 0, "input_tokens": 9, "output_tokens": 9},
    "bedrock.embedding": {"model": "m", "input_tokens": 0},
    "bedrock.customization_training": {"model": "m", "tokens": 0, "epochs": 3},
    "bedrock.custom_model_storage": {"models": 4, "months": 0},
    "bedrock.provisioned_throughput": {"model": "m", "term": "1_month", "model_units": 2, "hours": 0},
    "bedrock.custom_model_import": {"cmus_per_copy": 8, "active_minutes": 0},
    "bedrock.guardrails": {"policies": "content,topic", "texts": ((Decimal(0), Decimal(5600)),)},
    "bedrock.kb_structured": {"queries": 0},
    "sagemaker.training": {"instance": "i", "instances": 4, "hours": 0},
    "sagemaker.hosting": {"instance": "i", "instances": 0, "hours": 730},
    "sagemaker.processing": {"instance": "i", "hours": 0},
    "sagemaker.batch_transform": {"instance": "i", "hours": 0},
    "sagemaker.warm_pool": {"instance": "i", "hours": 0},
    "sagemaker.hyperpod": {"instance": "i", "hours": 0},
    "sagemaker.notebook": {"instance": "i", "hours": 0},
    "sagemaker.storage": {"component": "training", "gb": 500, "hours": 0},
    "sagemaker.ground_truth": {"objects": 0},
    "opensearch_serverless.ocu": {"indexing_ocus": 1, "search_ocus": 2, "hours": 0},
    "opensearch_serverless.storage": {"gb_months": 0},
    "opensearch.instance": {"instance": "i", "hours": 0},
    "s3_vectors": {
        "vectors": 0,
        "dimensions": 1024,
        "key_kb": 1,
        "filterable_kb": 1,
        "nonfilterable_kb": 1,
        "queries": 0,
    },
    "aurora_serverless": {"acu": 4, "hours": 0},
    "kendra.index": {"edition": "developer", "hours": 0},
    "neptune_analytics": {"m_ncus": 32, "hours": 0},
    "s3.standard": {"gb_months": 0},
    "lambda": {"requests": 0, "memory_mb": 512, "duration_ms": 200},
    "step_functions.standard": {"transitions": 0},
    "scheduler": {"invocations": 0},
    "cloudwatch.logs": {"ingest_gb": 0},
    "kms.key": {"keys": 1, "months": 0},
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['meter']}: {case['is']}")
def test_a_meter_gives_the_quantities_of_its_rule(case: dict[str, Any]) -> None:
    found = quantities(MeterUsage(case["meter"], params(**case["params"])))
    assert {each.dimension: each.quantity for each in found} == case["gives"]
    assert len(found) == len(case["gives"])
    keys = {each.dimension: list(each.key[1:]) for each in found}
    assert {dimension: keys[dimension] for dimension in case.get("key", {})} == case.get("key", {})


@pytest.mark.parametrize("meter", METERS)
def test_every_meter_has_a_situation_and_names_itself_its_service_its_unit_and_its_rule(meter: str) -> None:
    if meter == "bedrock.guardrails":  # its texts are no plain YAML values: see the table below
        found = quantities(MeterUsage(meter, {"policies": "content", "texts": ((Decimal(1), Decimal(1)),)}))
    else:
        uses = [params(**case["params"]) for case in CASES if case["meter"] == meter and case["gives"]]
        assert uses
        found = [quantity for use in uses for quantity in quantities(MeterUsage(meter, use))]
    for quantity in found:
        assert quantity.meter == meter
        assert quantity.key.service == meter.partition(".")[0]
        assert quantity.key.item.rpartition(".")[2].startswith(
            (quantity.dimension.removesuffix("_mtok"), quantity.dimension)
        )
        assert quantity.unit
        assert quantity.rule


@pytest.mark.parametrize("meter", METERS)
def test_without_usage_there_are_no_lines(meter: str) -> None:
    assert measured(meter, **NOTHING_USED[meter]) == {}


# --- Guardrails: text units ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("characters", "units"),
    [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2), (2000, 2), (5600, 6), ("5600.5", 6), (6001, 7)],
)
def test_a_text_unit_is_a_thousand_characters_rounded_up(characters: int | str, units: int) -> None:
    texts = ((Decimal(1), Decimal(characters)),)
    found = quantities(MeterUsage("bedrock.guardrails", {"policies": "content", "texts": texts}))
    assert sum((quantity.quantity for quantity in found), Decimal(0)) == Decimal(units) / 1000


def test_each_text_is_rounded_on_its_own_and_each_policy_counts_them_all() -> None:
    # 3 prompts of 1,001 characters are 3 × 2 units, 2 answers of 5,600 are 2 × 6: 18 units, for each policy.
    texts = ((Decimal(3), Decimal(1001)), (Decimal(2), Decimal(5600)))
    assert measured("bedrock.guardrails", policies="content,topic,pii,grounding", texts=texts) == {
        "content_k": Decimal("0.018"),
        "topic_k": Decimal("0.018"),
        "pii_k": Decimal("0.018"),
        "grounding_k": Decimal("0.018"),
    }


def test_words_and_patterns_are_checked_for_nothing() -> None:
    texts = ((Decimal(1000), Decimal(500)),)
    assert measured("bedrock.guardrails", policies="word,regex", texts=texts) == {}
    assert measured("bedrock.guardrails", policies="word,pii,regex", texts=texts) == {"pii_k": Decimal(1)}


# --- Long prompts, positions -----------------------------------------------------------------------------------------


def test_a_price_step_is_asked_for_by_one_requests_whole_prompt() -> None:
    usage = params(
        model="m",
        requests=1000,
        input_tokens=150_000,
        output_tokens=9000,
        cache_read_tokens=40_000,
        cache_write_tokens=9999,
    )
    found = quantities(MeterUsage("bedrock.on_demand", usage))
    # 150,000 + 40,000 + 9,999: neither the sum over a thousand requests nor the fresh tokens alone, and no output.
    assert {quantity.step_by for quantity in found} == {Decimal(199_999)}
    assert len(found) == 4


def test_s3_vectors_tiers_run_along_the_vectors_of_an_index() -> None:
    shape = params(vectors=250_000, dimensions=1024, key_kb=0, filterable_kb=0, nonfilterable_kb=0, queries=7)
    found = {quantity.dimension: quantity for quantity in quantities(MeterUsage("s3_vectors", shape))}
    assert found["processed_tb"].tier_by == 250_000
    assert found["storage_gb_month"].tier_by is None


# --- Parameters ------------------------------------------------------------------------------------------------------


def test_an_unknown_meter_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(InputError, match=r"meter 'bedrock.on_demnd' is not known; did you mean 'bedrock.on_demand'"):
        quantities(MeterUsage("bedrock.on_demnd", {}))
    with pytest.raises(InputError, match=r"^meter '#' is not known$"):
        quantities(MeterUsage("#", {}))


def test_a_meter_is_registered_once() -> None:
    mine = {"lambda": METERS["lambda"]}
    assert _register(mine, {"kms.key": METERS["kms.key"]}).keys() == {"lambda", "kms.key"}
    with pytest.raises(ValueError, match="meter lambda is registered twice"):
        _register(mine, {"lambda": METERS["kms.key"]})


def test_a_missing_parameter_has_no_default_unless_the_contract_gives_one() -> None:
    with pytest.raises(KeyError, match="hours"):
        measured("sagemaker.hosting", instance="ml.g5.xlarge")
    with pytest.raises(KeyError, match="instance"):
        measured("sagemaker.hosting", hours=1)


@pytest.mark.parametrize("value", [True, "12", 1.5, None, ()])
def test_a_quantity_is_a_decimal_or_a_whole_number(value: Value) -> None:
    with pytest.raises(TypeError, match=r"hours must be a number, not "):
        number({"hours": value}, "hours")
    assert number({"hours": 3}, "hours") == Decimal(3)
    assert number({}, "hours", 4) == Decimal(4)


def test_a_word_is_text() -> None:
    with pytest.raises(TypeError, match="model must be text, not 3"):
        word({"model": 3}, "model")
    assert word({}, "storage", "standard") == "standard"


def test_texts_are_pairs() -> None:
    with pytest.raises(TypeError, match="texts must be pairs of count and characters, not 'x'"):
        measured("bedrock.guardrails", policies="content", texts="x")


# --- What no example shows -------------------------------------------------------------------------------------------

COUNTS = st.integers(0, 10**9)
LINEAR = [
    ("bedrock.on_demand", {"model": "m", "input_tokens": 611, "output_tokens": 257}, "requests"),
    ("bedrock.embedding", {"model": "m"}, "input_tokens"),
    ("bedrock.customization_training", {"model": "m", "epochs": 3}, "tokens"),
    ("sagemaker.training", {"instance": "i", "instances": 3, "spot_saving": "0.3"}, "hours"),
    ("lambda", {"memory_mb": 512, "duration_ms": 333}, "requests"),
    ("step_functions.standard", {}, "transitions"),
    (
        "s3_vectors",
        {"vectors": 5000, "dimensions": 1024, "key_kb": 1, "filterable_kb": 1, "nonfilterable_kb": 1, "top_k": 200},
        "queries",
    ),
    ("s3.standard", {"gb_months": 0}, "put_requests"),
    ("kms.key", {"keys": 1, "months": 0}, "requests"),
]


@pytest.mark.parametrize(("meter", "settings", "count"), LINEAR, ids=[case[0] for case in LINEAR])
@given(one=COUNTS, other=COUNTS)
def test_usage_in_two_parts_is_the_same_as_in_one(
    meter: str, settings: dict[str, Any], count: str, one: int, other: int
) -> None:
    def of(number_of: int) -> dict[str, Decimal]:
        found = measured(meter, **settings, **{count: number_of})
        # Storage is there whatever is asked of it.
        return {key: value for key, value in found.items() if key != "storage_gb_month"}

    with localcontext(CONTEXT):
        first, second, together = of(one), of(other), of(one + other)
        assert together == {
            key: first.get(key, Decimal(0)) + second.get(key, Decimal(0)) for key in first.keys() | second.keys()
        }


@given(minutes=st.decimals(0, 10**6, places=3))
def test_windows_cover_the_minutes_and_waste_less_than_one(minutes: Decimal) -> None:
    billed = measured("bedrock.custom_model_import", cmus_per_copy=1, active_minutes=str(minutes)).get(
        "cmu_minute", Decimal(0)
    )
    assert minutes <= billed < minutes + 5
    assert billed % 5 == 0


@given(characters=st.integers(1, 10**7), more=st.integers(0, 10**5))
def test_a_longer_text_never_has_fewer_units(characters: int, more: int) -> None:
    def units(length: int) -> Decimal:
        return only_quantity("bedrock.guardrails", policies="content", texts=((Decimal(1), Decimal(length)),)).quantity

    assert units(characters) <= units(characters + more)
    assert units(characters) * 1000 >= Decimal(characters) / 1000
