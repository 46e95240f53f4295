"""What is appended and what is held back: the past stays, and nothing is believed without reason."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.price_book import Price, PriceBook, PriceKey
from planner.price_rows import HEADER
from planner.refresh.book import Book
from planner.refresh.change import Findings
from planner.refresh.client import Listed, Part
from planner.refresh.commit import write_all
from planner.refresh.compare import compare
from planner.refresh.observe import Observed, Tier
from planner.refresh.outcome import Target
from planner.refresh.product import Offer
from planner.refresh.rows import files_with
from planner.refresh.rules import SERVICES
from planner.refresh.sorting import Sorting
from tests.planner.refresh.samples import bedrock, product

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.planner.refresh.conftest import Runs
    from tests.planner.refresh.server import PriceListServer

LITE = "amazon.nova-lite-v1:0"
BOTH = pytest.mark.parametrize("source", ["api", "bulk"])


def listed(run: Runs, *arguments: str, source: str = "bulk") -> dict[str, object]:
    result = run("--service", "bedrock", "--service", "lambda", "--format", "json", *arguments, source=source)
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert isinstance(answer, dict)
    return answer


def reasons(answer: dict[str, object]) -> list[tuple[str, int]]:
    return [(each["reason"], each["products"]) for each in answer["skipped"]]  # type: ignore[attr-defined]


@BOTH
def test_what_is_no_price_in_dollars_is_skipped_with_a_reason(
    server: PriceListServer, run: Runs, book: Path, source: str, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    reserved = bedrock("USE1-NovaPro-output-tokens", "0.1", model="Nova Pro")
    reserved["terms"] = {"Reserved": reserved["terms"]["OnDemand"]}
    number = bedrock("USE1-NovaMicro-input-tokens", "0.1", model="Nova Micro")
    _dimensions(number)["pricePerUnit"] = {"USD": 0.1}
    future = bedrock("USE1-NovaMicro-output-tokens", "0.1", model="Nova Micro", effective="2027-01-01T00:00:00Z")
    server.products = [
        bedrock("USE1-NovaLite-input-tokens", "0.0000000000", model="Nova Lite"),
        bedrock("USE1-NovaLite-output-tokens", "0.0004", model="Nova Lite", currency="CNY"),
        reserved,
        number,
        future,
    ]
    before = contents(book)
    answer = listed(run, source=source)
    assert sorted(reasons(answer)) == [
        ("a price of zero where AWS charges: suspicious", 1),
        ("a price that is no decimal string", 1),
        ("no on-demand price (reserved terms alone)", 1),
        ("not in force yet", 1),
        ("priced in CNY, not in USD", 1),
    ]
    assert (answer["added"], answer["changed"], answer["files"]) == ([], [], [])
    assert contents(book) == before


def _dimensions(document: dict[str, object]) -> dict[str, object]:
    (term,) = document["terms"]["OnDemand"].values()  # type: ignore[index]
    (dimension,) = term["priceDimensions"].values()
    assert isinstance(dimension, dict)
    return dimension


def test_a_tenfold_move_waits_for_consent(server: PriceListServer, run: Runs) -> None:
    # 0.06 → 0.0059: more than tenfold; the output 0.24 → 0.024: exactly tenfold
    server.products = [
        bedrock("USE1-NovaLite-input-tokens", "0.0000059000", model="Nova Lite"),
        bedrock("USE1-NovaLite-output-tokens", "0.0000240000", model="Nova Lite"),
    ]
    answer = listed(run)
    assert [(each["item"], each["reason"]) for each in answer["held"]] == [  # type: ignore[attr-defined]
        ("on_demand.input_mtok", "moved more than 10-fold; --accept-suspicious applies it")
    ] * 2  # the region and its geographic profile
    assert {each["item"] for each in answer["changed"]} == {"on_demand.output_mtok"}  # type: ignore[attr-defined]
    accepted = listed(run, "--accept-suspicious")
    assert [each["after"] for each in accepted["changed"]] == ["0.0059"] * 2  # type: ignore[attr-defined]


def test_a_list_older_than_the_book_changes_nothing(server: PriceListServer, run: Runs) -> None:
    """The book's price was seen on 2026-11-20: a list of that day is not newer."""
    server.products = [bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite", effective="2026-11-01")]
    server.products[0]["publicationDate"] = "2026-11-20T00:00:00Z"
    answer = listed(run)
    assert {each["reason"] for each in answer["held"]} == {  # type: ignore[attr-defined]
        "the book's price was seen on 2026-11-20, the list is of 2026-11-20"
    }
    assert answer["changed"] == []


def test_a_backdated_price_begins_after_the_last_observation_of_the_old_one(
    server: PriceListServer, run: Runs, book: Path
) -> None:
    server.products = [bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite", effective="2026-09-01")]
    assert {each["effective"] for each in listed(run)["changed"]} == {"2026-11-21"}  # type: ignore[attr-defined]
    key = PriceKey("bedrock", "on_demand.input_mtok", LITE, "in_region")
    for day, expected in ((date(2026, 11, 20), "0.06"), (date(2026, 11, 21), "0.05")):
        found = PriceBook(book).price(key, region="us-east-1", as_of=day)
        assert isinstance(found, Price)
        assert found.tiers[0].usd == Decimal(expected)


def test_a_row_in_another_unit_is_held_back(server: PriceListServer, run: Runs, book: Path) -> None:
    path = book / "lambda.csv"
    path.write_text(path.read_text().replace("GB-second", "GB-hour"), encoding="utf-8")
    server.products = [product("AWSLambda", "Lambda-GB-Second", "0.0000150000", "Lambda-GB-Second")]
    answer = listed(run)
    assert {each["reason"] for each in answer["held"]} == {  # type: ignore[attr-defined]
        "the book counts it in 'GB-hour', the rule in 'GB-second'"
    }
    assert answer["changed"] == []


def test_two_products_with_two_prices_for_one_row_are_held_back(server: PriceListServer, run: Runs) -> None:
    server.products = [
        product("AWSLambda", "Request", "0.0000002000", "Requests"),
        product("AWSLambda", "Request-ARM", "0.0000001800", "Requests"),
    ]
    answer = listed(run, "--region", "us-east-1")
    assert [(each["after"], each["reason"]) for each in answer["held"]] == [  # type: ignore[attr-defined]
        ("0.18", "the list has two prices for it (Request and Request-ARM)"),
        ("0.2", "the list has two prices for it (Request and Request-ARM)"),
    ]


def test_a_profile_s_own_price_goes_before_its_region_s(server: PriceListServer, run: Runs) -> None:
    server.products = [
        bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite"),
        bedrock("USE1-NovaLite-input-tokens-cross-region-geo", "0.0000550000", model="Nova Lite"),
        bedrock("USE1-NovaMicro-input-tokens-cross-region-geo", "0.0000350000", model="Nova Micro"),
    ]
    changes = [*listed(run)["changed"], *listed(run, "--dry-run")["added"]]  # type: ignore[misc]
    assert {(each["scope"], each["after"]) for each in changes} == {("in_region", "0.05"), ("geo:us", "0.055")}


def test_a_geographic_price_where_the_profile_is_not_known(server: PriceListServer, run: Runs) -> None:
    server.products = [
        bedrock("APN1-NovaMicro-input-tokens-cross-region-geo", "0.00004", model="Nova Micro", region="ap-northeast-1"),
        bedrock("EU-NovaMicro-input-tokens-cross-region-geo", "0.00004", model="Nova Micro", region="eu-west-1"),
    ]
    answer = listed(run, "--region", "ap-northeast-1", "--region", "eu-west-1")
    assert reasons(answer) == [("the geographic profile of this region is not known", 1)]
    assert [(each["region"], each["scope"]) for each in answer["added"]] == [("eu-west-1", "geo:eu")]  # type: ignore[attr-defined]


def test_a_long_prompt_s_price_needs_its_base(server: PriceListServer, run: Runs) -> None:
    server.products = [
        bedrock("USE1-Claude4Sonnet-input-tokens-long-context", "0.006", model="Claude Sonnet 4"),
    ]
    assert reasons(listed(run)) == [("a tier without its base price", 1)]
    server.products.append(bedrock("USE1-Claude4Sonnet-input-tokens", "0.003", model="Claude Sonnet 4"))
    added = listed(run)["added"]
    assert [(each["above"], each["after"]) for each in added] == [("0", "3"), ("200000", "6")]  # type: ignore[attr-defined]


def test_ec2_types_that_the_book_keeps_nowhere(server: PriceListServer, run: Runs, book: Path) -> None:
    header = ",".join(HEADER)
    row = (
        "ec2,on_demand.instance_hour,g5.xlarge,us-west-2,in_region,instance-hour,1.006,2026-09-01,2026-09-01,made-up,B"
    )
    (book / "ec2.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    linux = {
        "operatingSystem": "Linux",
        "tenancy": "Shared",
        "preInstalledSw": "NA",
        "capacitystatus": "Used",
        "productFamily": "Compute Instance",
    }
    server.products = [
        product("AmazonEC2", f"BoxUsage:{name}", "1.0060000000", "Hrs", instanceType=name, **linux)
        for name in ("g5.xlarge", "t2.nano")
    ]
    result = run("--service", "ec2", "--region", "us-east-1", "--format", "json", source="api")
    answer = json.loads(result.stdout)
    assert [each["sku"] for each in answer["added"]] == ["g5.xlarge"]
    assert reasons(answer) == [("ec2: a type that the book prices nowhere", 1)]


HOSTILE = [
    '=HYPERLINK("http://x","free")',
    "@SUM(A1)",
    "USE1-NovaLite-input-tokens\nbedrock,on_demand.input_mtok,x,us-east-1,in_region,1M tokens,0,2020-01-01,,made-up,A",
    "USE1-\x1b[2J\x1b[31mred",
    "USE1-Train:ml.g5.xlarge,extra",
    "\u202egnitrever",
    "x" * 100_000,
]


@BOTH
@pytest.mark.parametrize("usagetype", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_usage_types_reach_neither_file_nor_terminal(
    server: PriceListServer,
    run: Runs,
    book: Path,
    source: str,
    usagetype: str,
    contents: Callable[[Path], dict[str, bytes]],
) -> None:
    server.products = [
        bedrock(usagetype, "0.0000500000", usagetype),
        bedrock("USE1-NovaLite-input-tokens", "0.0000500000", usagetype, model="Nova Lite"),
        bedrock("USE1-Guardrail-TopicPolicyUnitsConsumed", "0.1", "TextUnit\x1b[2J"),
    ]
    before = contents(book)
    result = run("--service", "bedrock", "--show-unknown", source=source)
    assert result.exit_code == 0
    assert "1 unknown" in result.stdout
    lines = result.stdout.splitlines()
    assert all(line.isprintable() for line in lines)
    assert max(len(line) for line in lines) < 400
    assert contents(book) == before


def test_a_server_that_answers_another_question(server: PriceListServer, run: Runs) -> None:
    server.products = [bedrock("EU-NovaLite-input-tokens", "0.00007", model="Nova Lite", region="eu-west-1")]
    server.fault = lambda call, _number: (
        bool(call.command == "POST") and call.answer({"PriceList": [json.dumps(each) for each in server.products]})
    )
    answer = json.loads(run("--service", "AmazonBedrock", "--format", "json", source="api").stdout)
    assert reasons(answer) == [("another region than was asked for", 1)]
    assert answer["added"] == []


def test_a_product_that_comes_twice_counts_once(server: PriceListServer, run: Runs) -> None:
    """Pages may overlap while AWS publishes a new list."""
    same = bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite")
    server.products = [same, json.loads(json.dumps(same).replace("0.00005", "0.00004"))]
    answer = json.loads(run("--service", "AmazonBedrock", "--format", "json", source="api").stdout)
    assert reasons(answer) == [("the same SKU again", 1)]
    assert {each["after"] for each in answer["changed"]} == {"0.05"}


def test_of_several_offers_the_newest_in_force_counts(server: PriceListServer, run: Runs) -> None:
    """An offer of next month waits; of two offers of one day neither is believed, unless they agree."""
    document = bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite")
    offers = document["terms"]["OnDemand"]
    (old,) = offers.values()
    offers["earlier"] = json.loads(json.dumps(old).replace("2026-12-01", "2026-11-01").replace("0.00005", "0.00004"))
    offers["later"] = json.loads(json.dumps(old).replace("2026-12-01", "2027-01-01").replace("0.00005", "0.00003"))
    server.products = [document]
    assert [each["after"] for each in listed(run, "--dry-run")["changed"]] == ["0.05"] * 2  # type: ignore[attr-defined]
    offers["other"] = json.loads(json.dumps(old).replace("0.00005", "0.00006"))
    assert reasons(listed(run, "--dry-run")) == [("two on-demand offers of one day", 1)]
    offers["other"] = old
    assert len(listed(run, "--dry-run")["changed"]) == 2  # type: ignore[arg-type]


def test_products_of_no_known_shape_are_counted(server: PriceListServer, run: Runs) -> None:
    sound = bedrock("USE1-NovaLite-input-tokens", "0.0000600000", model="Nova Lite")
    for change in (
        {"attributes": "none"},
        {"sku": 7},
        {"attributes": {"usagetype": ["USE1-NovaLite-input-tokens"], "regionCode": "us-east-1"}},
    ):
        odd = bedrock("USE1-NovaLite-output-tokens", "0.1", model="Nova Lite")
        odd["product"] |= change
        server.products.append(odd)
    server.products.append(sound)
    # A filter never returns products without region; the client must not trust that.
    server.fault = lambda call, _number: (
        bool(call.command == "POST") and call.answer({"PriceList": [json.dumps(each) for each in server.products]})
    )
    answer = json.loads(run("--service", "AmazonBedrock", "--format", "json", source="api").stdout)
    assert reasons(answer) == [("not a product", 2)]
    assert answer["unknown"] == [{"service": "AmazonBedrock", "usagetype": "", "products": 1}]
    assert answer["counts"]["confirmed"] == 2


days = st.integers(0, 60).map(lambda number: date(2026, 10, 1) + timedelta(days=number))
prices = st.integers(10, 99).map(lambda number: Decimal(number) / 100)
bounds = st.lists(st.sampled_from([10, 20, 30]), unique=True, max_size=3)


@given(
    history=st.lists(st.tuples(days, st.integers(0, 10), bounds, prices), min_size=0, max_size=4),
    new=st.tuples(days, st.integers(0, 10), bounds, prices, prices),
    whole=st.booleans(),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
def test_look_ups_of_earlier_days_never_change(
    tmp_path_factory: pytest.TempPathFactory,
    history: list[tuple[date, int, list[int], Decimal]],
    new: tuple[date, int, list[int], Decimal, Decimal],
    whole: bool,
) -> None:
    """Whatever the book holds and the list says: the past stays, today is the list's or it is held, rows only grow."""
    root = tmp_path_factory.mktemp("book")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    seen: set[tuple[date, int]] = set()
    last = date.min
    for effective, later, tiers, usd in history:
        for above in [0, *tiers]:
            if (effective, above) not in seen:
                seen.add((effective, above))
                item = f"gb_over_{above}" if above else "gb"
                observed = effective + timedelta(days=later)
                last = max(last, observed)
                writer.writerow(
                    ("s", item, "x", "us-east-1", "in_region", "GB", usd, effective, observed, "made-up", "B")
                )
    (root / "s.csv").write_text(out.getvalue(), encoding="utf-8")
    (root / "sources.yaml").write_text("made-up: {title: a, what: b, as_of: 2026-10-01, kind: c}\n", encoding="utf-8")
    effective, later, tiers, base, above_base = new
    offer = Offer("AmazonS3", "1", effective + timedelta(days=later))
    stated = (Tier(Decimal(0), base), *(Tier(Decimal(each), above_base) for each in sorted(tiers)))
    stating = Observed(Target("s", "gb", "x", "GB", whole=whole), "us-east-1", stated, effective, offer, "usage")

    def look_up(day: date) -> object:
        found = PriceBook(root).price(PriceKey("s", "gb", "x", "in_region"), region="us-east-1", as_of=day)
        return [tuple(tier) for tier in found.tiers] if isinstance(found, Price) else None

    window = [date(2026, 9, 30) + timedelta(days=number) for number in range(0, 75, 3)]
    before = {day: look_up(day) for day in window}
    text = (root / "s.csv").read_text()
    findings = Findings()
    compare([stating], Book(root), findings, accept=True)
    files = files_with(findings.rows, Book(root), root, how="a test")
    write_all(root, files)
    assert (root / "s.csv").read_text().startswith(text)
    assert PriceBook(root).check() == []
    if findings.rows:
        begins = {change.effective for change in findings.rows}
        assert len(begins) == 1
        assert begins == {max(effective, *begins)}
        assert last < min(begins) <= offer.published
    changed = min((change.effective for change in findings.rows), default=date.max)
    assert {day: look_up(day) for day in window if day < changed} == {
        day: before[day] for day in window if day < changed
    }
    if whole and not findings.held:
        # A list that is older than the book and says the same confirms it.
        today = look_up(max([offer.published, *(day for day, *_ in history)]))
        for above in range(0, 40, 5):
            assert step(today, above) == step([tuple(tier) for tier in stated], above)
    again = Findings()
    compare([stating], Book(root), again, accept=True)
    assert again.rows == []


def step(tiers: object, above: int) -> Decimal:
    assert isinstance(tiers, list)
    return max((bound, usd) for bound, usd in tiers if bound <= above)[1]  # type: ignore[no-any-return]


SAMPLES = [
    bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite"),
    product("AWSLambda", "Lambda-GB-Second", [("0", "10", "0.1"), ("10", "Inf", "0.05")], "Lambda-GB-Second"),
]
ODD: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just([]) | st.just({}) | st.just({"a": {}})
)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_shape_a_product_has_it_is_counted(data: st.DataObject) -> None:
    """One value anywhere in a product is another one: it is priced, skipped or unknown, and nothing is raised."""
    document = json.loads(json.dumps(data.draw(st.sampled_from(SAMPLES))))
    place, key = document, ""
    for _ in range(data.draw(st.integers(1, 8))):
        names = sorted(place) if isinstance(place, dict) and place else None
        if names is None:
            break
        parent, key = place, data.draw(st.sampled_from(names))
        place = parent[key]
    parent[key] = data.draw(ODD)
    code = "AWSLambda" if "Lambda" in json.dumps(document) else "AmazonBedrock"
    part = Part(next(each for each in SERVICES if each.code == code), "us-east-1", {})
    findings = Findings()
    sorting = Sorting(part, findings, Book(Path("nowhere")))
    product_part, terms = document.get("product"), document.get("terms")
    if sorting.wanted(product_part):
        on_demand = terms.get("OnDemand") if isinstance(terms, dict) else None
        found = sorting.observed(Listed(product_part, on_demand, Offer(code, "1", date(2026, 12, 1))))
        compare([found] if found else [], Book(Path("nowhere")), findings, accept=False)
    counted = sum(findings.skipped.values()) + sum(findings.unknown.values())
    assert findings.products == 1
    assert counted + bool(findings.rows or findings.held) >= 1
