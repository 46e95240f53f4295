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
from planner.meters.parameters import Choice, Name, Quantity, Rows, Words
from planner.meters.params import number, rows, word, words
from planner.meters.registry import _register
from planner.money import CONTEXT
from planner.usage import MeterUsage
from planner.yaml12 import load_yaml
from tests.planner.builders import measured, only_quantity, params

if TYPE_CHECKING:
    from planner.meters.spec import Meter
    from planner.usage import UsageQuantity, Value

CASES_FILE = Path(__file__).parents[2] / "cases" / "meters.yaml"


def _cases() -> list[dict[str, Any]]:
    cases = load_yaml(CASES_FILE.read_text(encoding="utf-8"), source=str(CASES_FILE))
    assert isinstance(cases, list)
    return cases


CASES = _cases()


def _nothing(meter: Meter) -> dict[str, Any]:
    """Return the least that a meter takes, every quantity zero."""
    stated: dict[str, Any] = {}
    first_way = meter.ways[0] if meter.ways else ()
    for parameter in meter.parameters:
        if parameter.name not in first_way and not parameter.required:
            continue
        match parameter:
            case Quantity():
                stated[parameter.name] = 0
            case Name():
                stated[parameter.name] = "m"
            case Choice():
                stated[parameter.name] = parameter.choices[0]
            case Words():
                stated[parameter.name] = list(parameter.choices)
            case Rows():
                columns = [column.name for column in parameter.columns if column.required]
                stated[parameter.name] = [{**dict.fromkeys(columns, 0), **({"vector_kb": 4} if parameter.ways else {})}]
    return stated


def _found(case: dict[str, Any]) -> list[UsageQuantity]:
    return quantities(METERS[case["meter"]].read(case["params"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['meter']}: {case['is']}")
def test_a_meter_gives_the_quantities_of_its_rule(case: dict[str, Any]) -> None:
    found = _found(case)
    with localcontext(CONTEXT):
        assert {each.dimension: each.quantity for each in found} == case["gives"]
    assert len(found) == len(case["gives"])
    keys = {each.dimension: list(each.key[1:]) for each in found}
    assert {dimension: keys[dimension] for dimension in case.get("key", {})} == case.get("key", {})


@pytest.mark.parametrize("meter", METERS)
def test_every_meter_has_a_situation_and_names_itself_its_service_its_unit_and_its_rule(meter: str) -> None:
    found = [quantity for case in CASES if case["meter"] == meter for quantity in _found(case)]
    assert found
    for quantity in found:
        assert quantity.meter == meter
        assert quantity.dimension in METERS[meter].dimensions
        assert quantity.key.service == meter.partition(".")[0]
        assert quantity.key.item.rpartition(".")[2].startswith(
            (quantity.dimension.removesuffix("_mtok"), quantity.dimension)
        )
        assert quantity.unit
        assert quantity.rule


def test_every_dimension_has_a_situation() -> None:
    shown = {(case["meter"], dimension) for case in CASES for dimension in case["gives"]}
    declared = {(meter.name, dimension) for meter in METERS.values() for dimension in meter.dimensions}
    assert shown == declared


@pytest.mark.parametrize("meter", METERS)
def test_without_usage_there_are_no_lines(meter: str) -> None:
    assert quantities(METERS[meter].read(_nothing(METERS[meter]))) == []


# --- Guardrails: text units ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("characters", "units"),
    [(0, 0), (1, 1), (999, 1), (1000, 1), (1001, 2), (2000, 2), (5600, 6), ("5600.5", 6), (6001, 7)],
)
def test_a_text_unit_is_a_thousand_characters_rounded_up(characters: int | str, units: int) -> None:
    texts = ({"count": Decimal(1), "characters": Decimal(characters)},)
    found = quantities(MeterUsage("bedrock.guardrails", {"policies": ("content",), "texts": texts}))
    assert sum((quantity.quantity for quantity in found), Decimal(0)) == Decimal(units) / 1000


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


def test_s3_vectors_tiers_run_along_the_vectors_of_each_index() -> None:
    shape = {"vector_kb": 4, "key_kb": 0, "filterable_kb": 0, "nonfilterable_kb": 0, "queries": 7}
    stated: dict[str, object] = {"indexes": [{"vectors": 250_000, **shape}, {"vectors": 9_000, **shape}]}
    found = quantities(METERS["s3_vectors"].read(stated))
    assert [each.tier_by for each in found if each.dimension == "processed_tb"] == [250_000, 9_000]
    assert {each.tier_by for each in found if each.dimension != "processed_tb"} == {None}


# --- Parameters ------------------------------------------------------------------------------------------------------


def test_an_unknown_meter_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(InputError, match=r"meter 'bedrock.on_demnd' is not known; did you mean 'bedrock.on_demand'"):
        quantities(MeterUsage("bedrock.on_demnd", {}))
    with pytest.raises(InputError, match=r"^meter '#' is not known$"):
        quantities(MeterUsage("#", {}))


def test_a_meter_is_registered_once() -> None:
    mine = (METERS["lambda"],)
    assert _register(mine, (METERS["kms.key"],)).keys() == {"lambda", "kms.key"}
    with pytest.raises(ValueError, match="meter lambda is registered twice"):
        _register(mine, mine)


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


def test_lists_are_lists() -> None:
    with pytest.raises(TypeError, match="texts must be a list of rows, not 'x'"):
        rows({"texts": "x"}, "texts")
    with pytest.raises(TypeError, match="policies must be a list of words, not 'x'"):
        words({"policies": "x"}, "policies")


# --- What no example shows -------------------------------------------------------------------------------------------

COUNTS = st.integers(0, 10**9)
LINEAR = [
    ("bedrock.on_demand", {"model": "m", "input_tokens": 611, "output_tokens": 257}, "requests"),
    ("bedrock.embedding", {"model": "m"}, "input_tokens"),
    ("bedrock.customization_training", {"model": "m", "epochs": 3}, "tokens"),
    ("sagemaker.training", {"instance": "i", "instances": 3, "spot_saving": "0.3"}, "hours"),
    ("lambda", {"memory_mb": 512, "duration_ms": 333}, "requests"),
    ("step_functions.standard", {}, "transitions"),
    ("s3.standard", {"gb_months": 0}, "put_requests"),
    ("kms.key", {"keys": 1, "months": 0}, "requests"),
]


@pytest.mark.parametrize(("meter", "settings", "count"), LINEAR, ids=[case[0] for case in LINEAR])
@given(one=COUNTS, other=COUNTS)
def test_usage_in_two_parts_is_the_same_as_in_one(
    meter: str, settings: dict[str, Any], count: str, one: int, other: int
) -> None:
    def of(number_of: int) -> dict[str, Decimal]:
        return measured(meter, **settings, **{count: number_of})

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
        texts = ({"count": Decimal(1), "characters": Decimal(length)},)
        return only_quantity("bedrock.guardrails", policies=("content",), texts=texts).quantity

    assert units(characters) <= units(characters + more)
    assert units(characters) * 1000 >= Decimal(characters) / 1000
