"""Plans: what is pinned, what binds, budgets, what has no price; the document that is read back."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from planner.errors import InputError
from planner.plan import Planner, plan_answer, plan_file
from planner.plan_source import plan_or_read
from planner.report import render_json
from planner.workload import Design, Training
from planner.yaml12 import load_yaml
from tests.planner.builders import DAY, MadeUpBook
from tests.planner.strategies import workload_of

if TYPE_CHECKING:
    from datetime import date

    from planner.planned import Planned
    from planner.price_book import Price, PriceKey, PriceNotFound

CASES = Path(__file__).resolve().parents[1] / "cases" / "pins.yaml"
PLANNER = Planner()
_KEYS = {"given", "error", "design", "code", "warnings", "misses"}


def _rows() -> list[dict[str, Any]]:
    rows: Any = load_yaml(CASES.read_text(encoding="utf-8"), source=CASES.name)
    return list(rows)


ROWS = _rows()
ERRORS = [row for row in ROWS if "error" in row]
DESIGNS = [row for row in ROWS if "design" in row]


def named(row: dict[str, Any]) -> str:
    return json.dumps(row["given"], default=str)


def planned(given: dict[str, Any], *, planner: Planner = PLANNER, flips: bool = False) -> Planned:
    return planner.plan(workload_of({"name": "w1", **given}, source="w.yaml"), as_of=DAY, source="w.yaml", flips=flips)


def document_of(given: dict[str, Any], *, planner: Planner = PLANNER, flips: bool = False) -> dict[str, Any]:
    return planned(given, planner=planner, flips=flips).document.document


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


# --- pins and what binds, row by row --------------------------------------------------------------------------------


def test_the_table_is_a_table() -> None:
    assert [row for row in ROWS if set(row) - _KEYS or ("error" in row) == ("design" in row)] == []
    assert len(ROWS) >= 60


def test_every_key_that_can_be_pinned_is_pinned_somewhere() -> None:
    pinned = [row["given"].get("design", {}) for row in DESIGNS]
    assert {key for design in pinned for key in design} == set(Design.model_fields)
    assert {key for design in pinned for key in design.get("training", {})} == set(Training.model_fields)


@pytest.mark.parametrize("row", DESIGNS, ids=named)
def test_a_design_follows(row: dict[str, Any]) -> None:
    made = planned(row["given"])
    document = made.document.document
    for key, expected in row["design"].items():
        if isinstance(expected, dict):
            assert {inner: document["design"][key][inner] for inner in expected} == expected
        else:
            assert document["design"][key] == expected
    assert made.exit_code == row.get("code", 0)
    assert [miss["constraint"] for miss in document["decision"]["misses"]] == row.get("misses", [])
    assert document["decision"]["admissible"] == ("misses" not in row)
    if "warnings" in row:
        assert ids(document["warnings"]) == row["warnings"]


@pytest.mark.parametrize("row", ERRORS, ids=named)
def test_what_cannot_be_is_one_clear_message(row: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        planned(row["given"])
    message = str(caught.value)
    assert message.startswith("w.yaml: ")
    message = message.removeprefix("w.yaml: ")
    expected = row["error"]
    if expected.endswith("…"):
        assert message.startswith(expected.removesuffix("…").rstrip())
    else:
        assert message == expected
    assert "\n" not in message


# --- budgets ----------------------------------------------------------------------------------------------------------


def test_a_budget_that_nothing_meets_is_missed_by_so_much() -> None:
    free = document_of({})
    monthly = Decimal(free["cost"]["monthly_usd"])
    made = planned({"constraints": {"monthly_usd": 1}})
    decision = made.document.document["decision"]
    assert made.exit_code == 1
    assert decision["admissible"] is False
    (miss,) = decision["misses"]
    assert (miss["constraint"], miss["limit"]) == ("constraints.monthly_usd", "1")
    # Alone for the month, a smaller or other model may be nearer than what is cheapest over the horizon.
    assert Decimal(miss["value"]) <= monthly
    assert Decimal(miss["value"]) == Decimal(made.document.document["cost"]["monthly_usd"])
    over = (Decimal(miss["value"]) - 1).quantize(Decimal("0.01"))
    assert f"${over} over the limit of $1.00" in miss["text"]


def test_a_budget_of_exactly_the_cost_is_met() -> None:
    given: dict[str, Any] = {"design": {"model": "amazon.nova-lite-v1:0"}}
    monthly = Decimal(document_of(given)["cost"]["monthly_usd"])
    assert planned({**given, "constraints": {"monthly_usd": monthly}}).exit_code == 0
    short = monthly - Decimal("0.000000000001")
    assert planned({**given, "constraints": {"monthly_usd": short}}).exit_code == 1


def test_what_is_paid_once_has_its_own_limit() -> None:
    given: dict[str, Any] = {"design": {"approach": "train_from_scratch"}, "constraints": {"one_time_usd": 0}}
    (miss,) = document_of(given)["decision"]["misses"]
    assert miss["constraint"] == "constraints.one_time_usd"


def test_too_few_weeks_are_missed() -> None:
    made = planned({"need": {"vocabulary": True}, "constraints": {"weeks_to_launch": 2}})
    (miss,) = made.document.document["decision"]["misses"]
    # Continued pre-training takes weeks to months: 6 at the least.
    assert (made.exit_code, miss["limit"], miss["value"]) == (1, "2", "6")


def test_every_miss_is_named() -> None:
    given: dict[str, Any] = {
        "need": {"vocabulary": True},
        "constraints": {"weeks_to_launch": 2, "monthly_usd": 1, "one_time_usd": 0},
    }
    misses = [miss["constraint"] for miss in document_of(given)["decision"]["misses"]]
    assert misses == ["constraints.monthly_usd", "constraints.one_time_usd", "constraints.weeks_to_launch"]


def test_a_dearer_design_within_the_limits_goes_before_a_cheaper_one_beyond_them() -> None:
    # A commitment is cheaper by the month; with a limit on the month alone nothing else changes.
    given: dict[str, Any] = {
        "constraints": {"guaranteed_capacity": True, "commitment_months": 6, "monthly_usd": 30_000}
    }
    assert document_of(given)["design"]["term"] == "6_months"


def test_a_need_that_nothing_gives_is_a_miss() -> None:
    made = planned({"need": {"vocabulary": True}, "data": {"may_enter_weights": False}})
    (miss,) = made.document.document["decision"]["misses"]
    assert (made.exit_code, miss["constraint"], miss["value"]) == (1, "need.vocabulary", "unmet")
    assert miss["text"] == "Nothing that may be built gives what this asks for: the domain's language."


# --- what has no price ------------------------------------------------------------------------------------------------


def test_an_unpriced_design_is_no_choice_while_a_priced_one_is_there() -> None:
    prices = {
        "bedrock.on_demand.input_mtok": "1",
        "bedrock.on_demand.output_mtok": "1",
    }
    document = document_of(
        {"need": {"knowledge": {}}, "assumptions": {"guardrail": False}}, planner=Planner(MadeUpBook(prices))
    )
    # Nothing else has a price here: the store with the fewest unpriced charges is nearest, and it is said.
    assert document["unpriced"]
    assert document["cost"]["complete"] is False
    assert "unpriced" in ids(document["warnings"])


def test_of_two_stores_the_priced_one_is_chosen_however_dear() -> None:
    every = MadeUpBook(otherwise="1")

    class WithoutVectors(MadeUpBook):
        def price(self, key: PriceKey, *, region: str, as_of: date) -> Price | PriceNotFound:
            book = MadeUpBook() if key.service == "s3_vectors" else every
            return book.price(key, region=region, as_of=as_of)

    document = document_of({"need": {"knowledge": {}}}, planner=Planner(WithoutVectors()))
    assert document["design"]["vector_store"] == "opensearch_serverless"
    assert document["unpriced"] == []
    left = [each for each in document["alternatives"] if each["design"]["vector_store"] == "s3_vectors"]
    assert left
    assert all(each["total_usd"] is None and each["why_not"] == "Part of it has no price." for each in left)


def test_a_pinned_unpriced_design_is_planned_and_says_so() -> None:
    made = planned({"design": {"vector_store": "neptune_analytics"}})
    document = made.document.document
    assert made.exit_code == 3
    assert document["cost"]["complete"] is False
    assert document["unpriced"][0]["component"] == "vector_store"
    assert "has no price" in document["unpriced"][0]["reason"]


def test_unpriced_and_not_met_is_the_higher_code() -> None:
    assert planned({"design": {"vector_store": "neptune_analytics"}, "constraints": {"monthly_usd": 1}}).exit_code == 3


# --- the document -----------------------------------------------------------------------------------------------------


def test_rejected_rungs_have_what_they_would_cost() -> None:
    document = document_of({"need": {"knowledge": {}}})
    by_rung = {rung["approach"]: rung for rung in document["decision"]["rejected"]}
    assert list(by_rung) == ["prompt_engineering", "fine_tuning", "continued_pretraining", "train_from_scratch"]
    for rung in by_rung.values():
        assert Decimal(rung["total_usd"]) > 0
    # The rung's own cost is what pinning it gives.
    pinned = document_of({"need": {"knowledge": {}}, "design": {"approach": "fine_tuning"}})
    assert by_rung["fine_tuning"]["total_usd"] == pinned["cost"]["total_usd"]


def test_a_rejected_rung_without_a_design_has_no_amounts() -> None:
    given: dict[str, Any] = {"region": "us-west-2", "data": {"modality": "video"}}
    rungs = {rung["approach"]: rung for rung in document_of(given)["decision"]["rejected"]}
    assert rungs["rag"]["total_usd"] is None
    assert ids(rungs["rag"]["reasons"]) == ["no_design_here"]


def test_a_fresh_field_of_the_workload_is_kept_as_stated() -> None:
    given: dict[str, Any] = {"value": {"usd_per_request": Decimal("0.020")}, "need": {"knowledge": {}}}
    document = document_of(given)
    assert document["workload"] == {"name": "w1", "value": {"usd_per_request": "0.02"}, "need": {"knowledge": {}}}


def test_value_is_requests_times_worth_over_the_horizon() -> None:
    given: dict[str, Any] = {
        "horizon_months": 3,
        "traffic": {"requests_per_month": 1000, "growth_per_month": Decimal("0.1")},
        "value": {"usd_per_request": Decimal("0.5")},
    }
    cost = document_of(given)["cost"]
    # 1000 + 1100 + 1210 requests at 0.5 each
    assert cost["value"]["value_usd"] == "1655"
    assert Decimal(cost["value"]["net_usd"]) == 1655 - Decimal(cost["total_usd"])


def test_without_traffic_a_request_has_no_cost() -> None:
    cost = document_of({"traffic": {"requests_per_month": 0}, "design": {"model": "amazon.nova-lite-v1:0"}})["cost"]
    assert cost["usd_per_1000_requests"] is None
    assert cost["monthly_usd"] == cost["idle_monthly_usd"]


def test_the_region_is_the_only_one_allowed_where_none_is_stated() -> None:
    assert document_of({"constraints": {"regions": ["us-west-2"]}})["region"] == "us-west-2"
    assert document_of({})["region"] == "us-east-1"


def test_prices_are_those_in_force_on_the_day() -> None:
    workload = workload_of({"name": "w1", "design": {"model": "amazon.nova-lite-v1:0"}})
    early = PLANNER.plan(workload, as_of=DAY.replace(year=2020), source="w.yaml", flips=False)
    assert early.exit_code == 3
    assert early.document.document["priced_on"] == "2020-11-20"


def test_no_flips_leaves_them_out_and_changes_nothing_else() -> None:
    given: dict[str, Any] = {"need": {"knowledge": {}}}
    full, bare = document_of(given, flips=True), document_of(given)
    assert full["decision"].pop("would_change_if")
    assert bare["decision"].pop("would_change_if") == []
    assert full == bare


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_plan_is_read_back_as_it_was(tmp_path: Path) -> None:
    made = planned({"constraints": {"monthly_usd": 1}})
    path = tmp_path / "plan.json"
    path.write_text(render_json(made.document.document), encoding="utf-8")
    read = plan_or_read(path, as_of=DAY)
    assert (read.exit_code, read.document.document) == (1, made.document.document)


def test_a_plan_that_is_made_takes_no_overrides(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(render_json(planned({}).document.document), encoding="utf-8")
    with pytest.raises(InputError, match="a plan is made already; --set changes a workload"):
        plan_or_read(path, as_of=DAY, overrides=["region=us-west-2"])


def test_a_workload_may_be_json(tmp_path: Path) -> None:
    path = tmp_path / "workload.json"
    path.write_text('{"name": "w1", "need": {"knowledge": {}}}', encoding="utf-8")
    assert plan_or_read(path, as_of=DAY).document.design["approach"] == "rag"
    path.write_text('{"name": "w1"', encoding="utf-8")
    with pytest.raises(InputError, match="not JSON"):
        plan_or_read(path, as_of=DAY)


def test_a_workload_file_with_overrides(tmp_path: Path) -> None:
    path = tmp_path / "workload.yaml"
    path.write_text("name: w1\n", encoding="utf-8")
    made = plan_file(path, as_of=DAY, overrides=["need.knowledge.changes=daily"])
    assert made.document.design["approach"] == "rag"


def test_a_batch_answer_names_its_line() -> None:
    with pytest.raises(InputError, match=r"^jobs\.jsonl:3: nam: unknown key; did you mean 'name'"):
        plan_answer(PLANNER, {"nam": "w1"}, source="jobs.jsonl:3", as_of=DAY, flips=False)


# --- warnings ---------------------------------------------------------------------------------------------------------


def test_an_endpoint_that_growth_outgrows() -> None:
    given: dict[str, Any] = {
        "design": {"approach": "fine_tuning", "inference": "sagemaker_endpoint"},
        "traffic": {"requests_per_month": 2_000_000, "growth_per_month": Decimal("0.3")},
    }
    warning = next(each for each in document_of(given)["warnings"] if each["id"] == "endpoint_outgrown")
    assert "sized for the first month" in warning["text"]
    del given["traffic"]["growth_per_month"]
    assert "endpoint_outgrown" not in ids(document_of(given)["warnings"])


def test_a_peak_below_the_average() -> None:
    # 438,000 requests in 43,800 minutes are 10 a minute.
    for peak, warned in ((9, True), (10, False)):
        given = {"traffic": {"requests_per_month": 438_000, "peak_requests_per_minute": peak}}
        assert ("peak_below_average" in ids(document_of(given)["warnings"])) == warned


def test_what_must_be_current_to_the_second() -> None:
    given = {"need": {"knowledge": {"changes": "realtime"}}}
    assert "realtime_is_hourly" in ids(document_of(given)["warnings"])
    pinned = {**given, "design": {"approach": "prompt_engineering"}}
    assert "realtime_is_hourly" not in ids(document_of(pinned)["warnings"])
