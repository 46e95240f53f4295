"""Plans at other prices than today's list: discounts, own rows, derived prices, other currencies, days of the past."""

from __future__ import annotations

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import planner
from planner.cost import line_as_json
from planner.currency import Currency
from planner.discounts import parse_discounts
from planner.money import plain
from planner.plan import Planner
from planner.plan_document import parse_plan_document
from planner.price_book import PriceBook
from planner.price_rows import HEADER
from planner.report import render_json, render_markdown, render_text
from planner.template import bill_of_template, read_template
from tests.planner.builders import DAY
from tests.planner.strategies import workload_of
from tests.stacks.workloads import WORKLOADS

if TYPE_CHECKING:
    from planner.discounts import Discount
    from planner.plan_document import PlanDocument

Json = dict[str, Any]

PRICES = Path(planner.__file__).parent / "prices"
TITAN = "amazon.titan-embed-text-v2:0"
OWN_ROWS = (
    # The list price of both is above: 0.06 and 0.02.
    "bedrock,on_demand.input_mtok,amazon.nova-lite-v1:0,*,in_region,1M tokens,0.03,2026-10-01,2026-10-02,deal,A",
    f"bedrock,embedding.input_mtok,{TITAN},*,in_region,1M tokens,0.015,2026-10-01,2026-10-02,deal,A",
)
SYNTHESIZED = ("prompting-in-region", "rag-s3-vectors", "distillation", "sagemaker-lora", "batch")
# What labels cost is stated in the workload: no discount is taken off it.
AT_LIST_PRICES = [name for name in WORKLOADS if "label_usd_per_example" not in WORKLOADS[name].get("assumptions", {})]


def discounts(*stated: Json) -> tuple[Discount, ...]:
    return parse_discounts({"discounts": list(stated)}, source="discounts.yaml")


def agreed() -> tuple[Discount, ...]:
    return discounts(
        {"name": "EDP", "service": "*", "percent": 9},
        {"name": "Savings Plan", "service": "sagemaker", "percent": 20},
        {"name": "Off-peak", "service": "bedrock", "percent": Decimal("12.5"), "dimensions": ["input_mtok"]},
    )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.csv"
    path.write_text("\n".join((",".join(HEADER), *OWN_ROWS, "")), encoding="utf-8")
    return path


def copied_book(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PRICES, tmp_path / "book"))


def plan_of(stated: Json, book: PriceBook, *, as_of: date = DAY, currency: Currency | None = None) -> PlanDocument:
    workload = workload_of(stated, source="w.yaml")
    made = Planner(book, currency=currency).plan(workload, as_of=as_of, source="w.yaml", flips=False)
    # What is written is read back, and its sums are held against its lines.
    return parse_plan_document(json.loads(render_json(made.document.document)), source="plan.json")


def reports_of(plan: PlanDocument) -> tuple[str, str]:
    return render_text(plan, width=100, color=False), render_markdown(plan)


# --- the bill of a plan is the bill of its template, whatever the prices ---------------------------------------------


def synthesized(plan: PlanDocument, folder: Path) -> Json:
    import aws_cdk as cdk

    from planner.bundled import cdk_context
    from stacks.app import add_stack

    app = cdk.App(analytics_reporting=False, context=cdk_context(), outdir=str(folder))
    add_stack(app, plan)
    app.synth()
    template: Json = json.loads((folder / f"{plan.name}.template.json").read_text(encoding="utf-8"))
    return template


def same_bill(plan: PlanDocument, template: Json, book: PriceBook) -> bool:
    read = read_template(template)
    bill = bill_of_template(read, book=book, region=read.region, as_of=read.prices_as_of)
    lines = [line_as_json(line, stack=plan.name) for line in bill.lines]
    amounts = bill.amounts
    return (
        sorted(map(json.dumps, lines)) == sorted(map(json.dumps, plan.bill))
        and len(bill.unpriced) == len(plan.unpriced)
        and [plain(amounts.monthly_usd), plain(amounts.one_time_usd), plain(amounts.idle_monthly_usd)]
        == [plan.cost[key] for key in ("monthly_usd", "one_time_usd", "idle_monthly_usd")]
    )


@pytest.mark.parametrize("name", SYNTHESIZED)
def test_a_template_of_agreed_prices_is_priced_as_its_plan(name: str, own: Path, tmp_path: Path) -> None:
    book = PriceBook(own=own, discounts=agreed())
    plan = plan_of(WORKLOADS[name], book)
    assert any(line["dimension"] == "discount" for line in plan.bill)
    template = synthesized(plan, tmp_path / "assembly")
    assert same_bill(plan, template, book)
    assert not same_bill(plan, template, PriceBook())
    assert plan.document["price_book"] not in {PriceBook().digest(), PriceBook(own=own).digest()}


def test_a_template_of_the_past_is_priced_as_its_plan(tmp_path: Path) -> None:
    """What was in force then is also seen later, and other prices with it."""
    as_of = date(2026, 8, 20)
    plan = plan_of(WORKLOADS["prompting-in-region"], PriceBook(), as_of=as_of)
    assert any(line["price"]["observed"] > as_of.isoformat() for line in plan.bill)
    assert plan.document["prices_as_of"] == as_of.isoformat()
    assert same_bill(plan, synthesized(plan, tmp_path / "assembly"), PriceBook())


# --- discounts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", AT_LIST_PRICES)
def test_a_discount_on_everything_makes_the_same_plan_cheaper(name: str) -> None:
    """All designs cost 91 % of what they did, so that the cheapest one is the same."""
    listed = plan_of(WORKLOADS[name], PriceBook())
    cheaper = plan_of(WORKLOADS[name], PriceBook(discounts=discounts({"name": "EDP", "service": "*", "percent": 9})))
    assert cheaper.design == listed.design
    for key in ("monthly_usd", "idle_monthly_usd", "one_time_usd", "total_usd"):
        # Each line is rounded to twelve places.
        assert abs(Decimal(cheaper.cost[key]) - Decimal("0.91") * Decimal(listed.cost[key])) < Decimal("1e-8")
    assert [line for line in cheaper.bill if line["dimension"] != "discount"] == listed.bill


def test_discounts_are_taken_one_after_the_other() -> None:
    plan = plan_of(WORKLOADS["prompting-in-region"], PriceBook(discounts=agreed()))
    at = next(at for at, line in enumerate(plan.bill) if line["dimension"] == "input_mtok")
    line, edp, off_peak = plan.bill[at : at + 3]
    usd = Decimal(line["usd"])
    assert (edp["rule"], off_peak["rule"]) == ("EDP: 9 % off input_mtok", "Off-peak: 12.5 % off input_mtok")
    # 12.5 % of the 91 % that the first one leaves.
    assert Decimal(edp["usd"]) == -usd * Decimal("0.09")
    assert Decimal(off_peak["usd"]) == -usd * Decimal("0.91") * Decimal("0.125")


def test_a_discount_of_an_endpoint_is_there_when_idle_too() -> None:
    plan = plan_of(WORKLOADS["sagemaker-lora"], PriceBook(discounts=agreed()))
    hours, edp, savings = (line for line in plan.bill if line["component"] == "model_inference")
    assert hours["usd"] == hours["idle_usd"] == edp["quantity"]
    # 20 % of the 91 % that the first one leaves.
    left = Decimal(hours["usd"]) * Decimal("0.91")
    assert (edp["rule"], savings["rule"]) == ("EDP: 9 % off instance_hour", "Savings Plan: 20 % off instance_hour")
    assert Decimal(edp["idle_usd"]) == Decimal(edp["usd"]) == -Decimal(hours["usd"]) * Decimal("0.09")
    assert Decimal(savings["idle_usd"]) == Decimal(savings["usd"]) == -left * Decimal("0.2")


def test_what_the_workload_states_has_no_discount() -> None:
    plan = plan_of(WORKLOADS["customization-labels"], PriceBook(discounts=agreed()))
    stated = [at for at, line in enumerate(plan.bill) if line["price"]["source"] == "given"]
    assert stated
    assert not any(plan.bill[at + 1]["dimension"] == "discount" for at in stated if at + 1 < len(plan.bill))


# --- rows of one's own -----------------------------------------------------------------------------------------------


def test_own_prices_are_used_cited_and_not_discounted(own: Path) -> None:
    plan = plan_of(WORKLOADS["prompting-in-region"], PriceBook(own=own, discounts=agreed()))
    at = next(at for at, line in enumerate(plan.bill) if line["dimension"] == "input_mtok")
    line, following = plan.bill[at : at + 2]
    assert (line["unit_price_usd"], line["price"]["source"], line["price"]["own"]) == ("0.03", "deal", True)
    assert following["dimension"] == "output_mtok"
    assert "deal" not in plan.document["sources"]
    for report in reports_of(plan):
        assert "deal" in report
        assert "Input tokens (own price)" in report
        assert "Own prices and list prices less discounts in US dollars" in " ".join(report.split())


# --- derived prices --------------------------------------------------------------------------------------------------


def test_derived_prices_are_used_on_request_and_shown_as_such(tmp_path: Path) -> None:
    """The book as it is, but that it knows of the instance only what it can derive: the same amounts, and marked."""
    folder = copied_book(tmp_path)
    listing = (folder / "sagemaker.csv").read_text(encoding="utf-8")
    derived = [
        row[:-1] + "derived" if ",ml.g5.2xlarge," in row and row[-2:] in {",A", ",B", ",C"} else row
        for row in listing.splitlines()
        if ",ml.g5.2xlarge," not in row or not row.endswith(",derived")
    ]
    (folder / "sagemaker.csv").write_text("\n".join((*derived, "")), encoding="utf-8")
    listed = plan_of(WORKLOADS["sagemaker-lora"], PriceBook())
    without = plan_of(WORKLOADS["sagemaker-lora"], PriceBook(folder))
    assert {item["dimension"] for item in without.unpriced} == {"instance_hour"}
    plan = plan_of(WORKLOADS["sagemaker-lora"], PriceBook(folder, derived=True))
    assert (plan.unpriced, plan.cost) == ([], listed.cost)
    assert "derived_prices" not in {entry["id"] for entry in listed.document["warnings"]}
    (warning,) = (entry for entry in plan.document["warnings"] if entry["id"] == "derived_prices")
    assert "ml.g5.2xlarge" in warning["text"]
    for report in reports_of(plan):
        assert "Instances (derived price)" in report
        assert "is derived from another price" in " ".join(report.split())


# --- sources that disagree -------------------------------------------------------------------------------------------


def test_what_other_sources_say_of_a_price_is_said_once(tmp_path: Path) -> None:
    """The book as it is, and another source with another price of the storage of vectors."""
    folder = copied_book(tmp_path)
    with (folder / "s3_vectors.csv").open("a", encoding="utf-8") as file:
        file.write(
            "s3_vectors,storage_gb_month,standard,us-east-1,in_region,GB-month,0.07,2026-07-01,2026-07-01,"
            "infracost-golden-2024,conflict\n"
        )
    plan = plan_of(WORKLOADS["rag-s3-vectors"], PriceBook(folder))
    (line,) = (line for line in plan.bill if line["dimension"] == "storage_gb_month")
    said = {"usd": "0.07", "source": "infracost-golden-2024", "confidence": "conflict"}
    assert said in line["price"]["conflicts"]
    for report in reports_of(plan):
        assert " ".join(report.replace("\\", "").split()).count("another source says $0.07 (Infracost") == 1


# --- what a report says beside the amounts ---------------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "stale"), [(date(2027, 2, 18), False), (date(2027, 2, 19), True)])
def test_plans_say_when_their_prices_are_old(as_of: date, *, stale: bool) -> None:
    """The newest of them was seen on 20 November 2026; 90 days later it is 18 February 2027."""
    plan = plan_of(WORKLOADS["prompting-in-region"], PriceBook(), as_of=as_of)
    assert plan.document["prices_as_of"] == "2026-11-20"
    texts = [entry["text"] for entry in plan.document["warnings"] if entry["id"] == "stale_prices"]
    assert len(texts) == stale
    for report in reports_of(plan):
        assert ("seen on 2026-11-20, 91 days before 2027-02-19" in " ".join(report.split())) == stale


def test_both_currencies_are_there_and_us_dollars_stay() -> None:
    listed = plan_of(WORKLOADS["prompting-in-region"], PriceBook())
    plan = plan_of(WORKLOADS["prompting-in-region"], PriceBook(), currency=Currency("EUR", Decimal("0.93")))
    stated = plan.document.pop("currency")
    assert plan.document == listed.document
    assert (stated["code"], stated["rate"]) == ("EUR", "0.93")
    for name in ("monthly", "idle_monthly", "one_time", "total"):
        exact = Decimal("0.93") * Decimal(plan.cost[f"{name}_usd"])
        assert abs(Decimal(stated[name]) - exact) <= Decimal("5e-13")


@pytest.mark.parametrize("name", SYNTHESIZED)
def test_plans_say_what_their_sources_are(name: str) -> None:
    plan = plan_of(WORKLOADS[name], PriceBook())
    used = {line["price"]["source"] for line in plan.bill} - {"given"}
    assert plan.document["sources"].keys() == used
    text, markdown = (" ".join(report.split()) for report in reports_of(plan))
    for source in plan.document["sources"].values():
        assert source["title"] in text
        assert source["title"] in markdown
        assert source.get("url", "") in markdown


def test_another_books_sources_are_cited_by_their_own_titles(tmp_path: Path) -> None:
    folder = copied_book(tmp_path)
    (folder / "sources.json").unlink()
    known = (folder / "sources.yaml").read_text(encoding="utf-8")
    title = PriceBook().source("infracost-golden-2024").title
    (folder / "sources.yaml").write_text(known.replace(title, "A book of mine"), encoding="utf-8")
    plan = plan_of(WORKLOADS["rag-s3-vectors"], PriceBook(folder))
    for report in reports_of(plan):
        assert "A book of mine" in report
        assert title not in report
