from __future__ import annotations

import json
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from genai_prices.types import (
    ClauseContains,
    ConditionalPrice,
    ModelInfo,
    ModelPrice,
    Provider,
    StartDateConstraint,
    Tier,
    TieredPrices,
)

from planner.errors import InputError
from planner.price_rows import HEADER
from tests.price_check.compare import Standing, compare, our_prices, standings
from tests.price_check.findings import find, newest_day
from tests.price_check.keys import Place, Skipped, litellm_place
from tests.price_check.known import Entry, Known, read_known, settle
from tests.price_check.quotes import (
    Package,
    Quote,
    genai_package,
    genai_quotes,
    litellm_package,
    litellm_quotes,
    same_model,
)
from tests.price_check.report import Result, package_row, render

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 20)
NOVA = "amazon.nova-lite-v1:0"


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("amazon.nova-lite-v1:0", Place(NOVA, "in_region", None)),
        ("us.amazon.nova-lite-v1:0", Place(NOVA, "geo:us", None)),
        ("eu.amazon.nova-lite-v1:0", Place(NOVA, "geo:eu", None)),
        ("us-gov.amazon.nova-lite-v1:0", Place(NOVA, "geo:us-gov", None)),
        ("global.amazon.nova-lite-v1:0", Place(NOVA, "global", None)),
        ("bedrock/amazon.nova-lite-v1:0", Place(NOVA, "in_region", None)),
        ("bedrock/invoke/amazon.nova-lite-v1:0", Place(NOVA, "in_region", None)),
        ("bedrock/us-west-2/amazon.nova-lite-v1:0", Place(NOVA, "in_region", "us-west-2")),
        ("bedrock/us-gov-east-1/amazon.nova-lite-v1:0", Place(NOVA, "in_region", "us-gov-east-1")),
        ("bedrock/moonshotai.kimi-k2-thinking", Place("moonshot.kimi-k2-thinking", "in_region", None)),
    ],
)
def test_keys_that_are_read(key: str, place: Place) -> None:
    for provider in ("bedrock", "bedrock_converse"):
        assert litellm_place(key, provider=provider, mode="chat") == place


@pytest.mark.parametrize(
    ("key", "provider", "mode", "reason"),
    [
        ("in.moonshotai.kimi-k3", "bedrock", "chat", "no scope"),
        ("bedrock/claude_platform/claude-opus-5", "bedrock", "chat", "another product"),
        ("bedrock/us-east-1/1-month-commitment/anthropic.claude-v1", "bedrock", "chat", "provisioned throughput"),
        ("bedrock/*/6-month-commitment/cohere.command-text-v14", "bedrock", "chat", "provisioned throughput"),
        ("bedrock/moon-base/amazon.nova-lite-v1:0", "bedrock", "chat", "no rule reads"),
        ("bedrock/us-east-1/us-east-2/amazon.nova-lite-v1:0", "bedrock", "chat", "no rule reads"),
        ("anthropic.claude-haiku-4-5@20251001", "bedrock_converse", "chat", "no rule reads"),
        ("claude-sonnet-4-5-20250929-v1:0", "bedrock", "chat", "no rule reads"),
        ("amazon.titan-image-generator-v1", "bedrock", "image_generation", "image_generation"),
        ("amazon-nova/nova-lite-v1", "amazon_nova", "chat", "another service"),
        ("bedrock_mantle/openai.gpt-oss-20b", "bedrock_mantle", "chat", "second endpoint"),
        ("bedrock/x.y", "bedrock_later", "chat", "bedrock_later"),
    ],
)
def test_keys_that_are_not(key: str, provider: str, mode: str, reason: str) -> None:
    place = litellm_place(key, provider=provider, mode=mode)
    assert isinstance(place, Skipped)
    assert reason in place.reason


def entry(usd: str, **fields: str) -> dict[str, Any]:
    numbers = {"input_cost_per_token": usd, **fields}
    prices = {name: Decimal(number) for name, number in numbers.items()}
    return {"litellm_provider": "bedrock", "mode": "chat", **prices}


def test_figures_of_a_token_become_figures_of_a_million() -> None:
    entries = {
        NOVA: entry("6e-08", output_cost_per_token="2.4000000000000003e-07", cache_read_input_token_cost="1.5e-08"),
        "eu.free-v1": entry("0"),
        "gpt-5": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": Decimal(1)},
    }
    quotes, skipped = litellm_quotes(entries)
    assert [quote.usd for quote in quotes] == [
        {"input_mtok": Decimal("0.06"), "output_mtok": Decimal("0.24"), "cache_read_mtok": Decimal("0.015")}
    ]
    assert skipped == {"no price of a token": ("eu.free-v1",)}


def test_the_wheel_is_read_as_an_archive(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="make check-prices"):
        litellm_package(tmp_path)
    with zipfile.ZipFile(tmp_path / "litellm-9.8.7-py3-none-any.whl", "w") as wheel:
        text = (
            '{"amazon.nova-lite-v1:0": {"litellm_provider": "bedrock", "mode": "chat", "input_cost_per_token": 6e-08}}'
        )
        wheel.writestr("litellm/model_prices_and_context_window_backup.json", text)
    package = litellm_package(tmp_path)
    assert (package.name, package.version, package.quotes[0].usd) == (
        "litellm",
        "9.8.7",
        {"input_mtok": Decimal("0.06")},
    )


@pytest.mark.parametrize(
    ("entry_id", "model", "same"),
    [
        ("global.anthropic.claude-opus-4-5-v1:0", "anthropic.claude-opus-4-5-20251101-v1:0", True),
        ("nvidia.nemotron-nano-9b-v2:0", "nvidia.nemotron-nano-9b-v2", True),
        ("qwen.qwen3-vl-235b-a22b-v1:0", "qwen.qwen3-vl-235b-a22b", True),
        ("regional.anthropic.claude-opus-5", "anthropic.claude-opus-5", True),
        ("regional.anthropic.claude-opus-5", "anthropic.claude-opus-5-5", False),
        ("amazon.nova-lite-v1:0", "amazon.nova-2-lite-v1:0", False),
        ("nvidia.nemotron-nano-9b", "nvidia.nemotron-nano-12b-v2", False),
    ],
)
def test_an_entry_is_a_models_but_for_profile_date_and_version(entry_id: str, model: str, *, same: bool) -> None:
    assert same_model(entry_id, model) is same


def info(entry_id: str, contains: str, prices: Any, comments: str | None = None) -> ModelInfo:  # noqa: ANN401
    return ModelInfo(id=entry_id, match=ClauseContains(contains=contains), prices=prices, price_comments=comments)


def provider() -> Provider:
    stepped = ModelPrice(
        input_mtok=TieredPrices(base=Decimal(4), tiers=[Tier(start=272000, price=Decimal(8))]), output_mtok=Decimal(20)
    )
    later = StartDateConstraint(start_date=date(2026, 8, 21))
    models = [
        info(
            "global.openai.gpt-9",
            "global.openai.gpt-9",
            [
                ConditionalPrice(prices=ModelPrice(input_mtok=Decimal(5))),
                ConditionalPrice(prices=stepped, constraint=later),
            ],
        ),
        info("amazon.nova-lite-v1:0", "amazon.nova-lite", ModelPrice(input_mtok=Decimal("0.06")), "Seen 2026-10-01."),
        info("amazon.nova-micro-v1:0", "amazon.nova-micro", ModelPrice(input_mtok=Decimal("0.035"))),
        info("x.unasked", "x.unasked", ModelPrice(input_mtok=Decimal(1)), "Planned for 2027-01-01."),
    ]
    return Provider(id="aws", name="AWS", api_pattern="", models=models)


def test_genai_prices_is_asked_by_the_ids_that_bedrock_takes() -> None:
    places = [
        ("openai.gpt-9", "global"),
        (NOVA, "in_region"),
        (NOVA, "geo:eu"),
        ("amazon.nova-micro-2-v1:0", "in_region"),
    ]
    package = genai_quotes(provider(), "0.0", places, as_of=DAY)
    found = {quote.key: quote.usd for quote in package.quotes}
    assert found == {
        "global.openai.gpt-9": {"input_mtok": Decimal(4), "output_mtok": Decimal(20)},  # of that day, the first step
        NOVA: {"input_mtok": Decimal("0.06")},
    }
    assert sorted(package.skipped.values()) == [
        ("amazon.nova-micro-2-v1:0 by amazon.nova-micro-v1:0",),
        ("eu.amazon.nova-lite-v1:0",),  # one price for all profiles is no price of Europe's
    ]
    assert package.unknown == ("amazon.nova-micro-v1:0", "x.unasked")
    assert package.dated == "the newest day in its notes is 2026-10-01"
    before = genai_quotes(provider(), "0.0", places[:1], as_of=date(2026, 8, 20))
    assert before.quotes[0].usd == {"input_mtok": Decimal(5)}


ROWS = f"""
on_demand.input_mtok,{NOVA},us-east-1,in_region,0.06,list,B
on_demand.input_mtok,{NOVA},us-west-2,in_region,0.07,list,B
on_demand.output_mtok,{NOVA},us-west-2,in_region,0.3,litellm-1,C
on_demand.input_mtok,{NOVA},eu-central-1,geo:eu,0.078,list,B
on_demand.input_mtok,{NOVA},eu-west-1,geo:eu,0.069,list,B
on_demand.input_mtok,{NOVA},us-east-1,in_region,0.12,page,conflict
on_demand.input_mtok,{NOVA},us-east-1,in_region,0.05,litellm-1,conflict
embedding.input_mtok,amazon.titan-embed-text-v2:0,*,in_region,0.02,litellm-1,C
batch.input_mtok,{NOVA},us-east-1,in_region,0.03,list,B
on_demand.input_mtok,writer.alone,us-east-1,in_region,9,list,B
on_demand.input_mtok,x.doubtful,us-east-1,in_region,9,list,unverified
"""


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    lines = [",".join(HEADER)]
    for row in ROWS.split():
        item, sku, region, scope, usd, source, confidence = row.split(",")
        lines.append(
            f"bedrock,{item},{sku},{region},{scope},1M tokens,{usd},2026-08-20,2026-11-20,{source},{confidence}"
        )
    (tmp_path / "bedrock.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sources = {
        key: {"title": key, "what": key, "as_of": None, "kind": "package"} for key in ("list", "page", "litellm-1")
    }
    (tmp_path / "sources.yaml").write_text(json.dumps(sources), encoding="utf-8")
    return tmp_path


def quote(key: str, package: str = "litellm", **usd: str) -> Quote:
    place = litellm_place(key, provider="bedrock", mode="chat")
    assert isinstance(place, Place)
    return Quote(package, key, place, {dimension: Decimal(price) for dimension, price in usd.items()})


QUOTES = (
    quote(NOVA, input_mtok="0.06"),
    quote(f"bedrock/us-west-2/{NOVA}", input_mtok="0.07", output_mtok="0.3", cache_read_mtok="0.01"),
    quote(f"eu.{NOVA}", input_mtok="0.078"),
    quote("amazon.titan-embed-text-v2:0", input_mtok="0.02"),
    quote(f"bedrock/sa-east-1/{NOVA}", input_mtok="0.1"),
    quote("other.model", input_mtok="1"),
    quote(f"bedrock/us-west-2/{NOVA}", "genai-prices", input_mtok="0.075", output_mtok="0.3"),
)


def test_prices_meet_at_the_same_place(prices: Path) -> None:
    ours = our_prices(prices, as_of=DAY)
    assert ours.models == {NOVA, "amazon.titan-embed-text-v2:0", "writer.alone"}
    compared, alone = compare(QUOTES, ours)
    found = [(each.quote.key, each.region, each.dimension, each.agrees, each.independent) for each in compared]
    assert found == [
        (NOVA, "us-east-1", "input_mtok", True, True),  # a key without region: the first home region alone
        (f"bedrock/us-west-2/{NOVA}", "us-west-2", "input_mtok", True, True),
        (f"bedrock/us-west-2/{NOVA}", "us-west-2", "output_mtok", True, False),  # ours was read from litellm
        (f"eu.{NOVA}", "eu-central-1", "input_mtok", True, True),
        (f"eu.{NOVA}", "eu-west-1", "input_mtok", False, True),  # a profile: each of its source regions
        ("amazon.titan-embed-text-v2:0", "us-east-1", "input_mtok", True, False),
        (f"bedrock/us-west-2/{NOVA}", "us-west-2", "input_mtok", False, True),
        (f"bedrock/us-west-2/{NOVA}", "us-west-2", "output_mtok", True, True),  # genai-prices confirms litellm
    ]
    assert [each.key for each in alone] == [f"bedrock/sa-east-1/{NOVA}", "other.model"]


def test_how_prices_stand(prices: Path) -> None:
    ours = our_prices(prices, as_of=DAY)
    compared, _ = compare(QUOTES, ours)
    # us-east-1 and eu-central-1 are confirmed, and us-west-2's output by the other package; its input is confirmed by
    # one and contradicted by the other; eu-west-1 is contradicted.
    assert standings(compared, ours) == {
        NOVA: Standing(confirmed=3, contested=1, contradicted=1),
        "amazon.titan-embed-text-v2:0": Standing(repeated=1),
        "writer.alone": Standing(alone=1),
    }


EUROPE = Entry("Europe", "litellm", "geo:eu", (), ("geo:eu", "eu-central-1"), "ours", "One price for all | of it.")


@pytest.mark.parametrize(
    ("change", "settles"),
    [
        ({}, True),
        ({"models": (NOVA,)}, True),
        ({"models": ("other",)}, False),
        ({"package": "genai-prices"}, False),
        ({"scope": "global"}, False),
        ({"theirs_is": None}, True),
        ({"theirs_is": ("geo:eu", None)}, False),  # the price of the very region: that is not theirs
        ({"theirs_is": ("in_region", "us-east-1")}, False),
        ({"theirs_is": ("global", "us-east-1")}, False),  # not in the book at all
    ],
)
def test_an_entry_settles_what_it_is_about(prices: Path, change: dict[str, Any], *, settles: bool) -> None:
    ours = our_prices(prices, as_of=DAY)
    compared, _ = compare(QUOTES[2:3], ours)
    entry_of = EUROPE._replace(**change)
    settled, unsettled, unused = settle([each for each in compared if not each.agrees], Known((entry_of,), {}), ours)
    assert (len(settled), len(unsettled), len(unused)) == ((1, 0, 0) if settles else (0, 1, 1))


def test_the_report_of_made_up_packages(prices: Path) -> None:
    ours = our_prices(prices, as_of=DAY)
    packages = (
        Package("litellm", "1", "undated", QUOTES[:6], {"a | reason": ("k1", "k2", "k3", "k4")}),
        Package("genai-prices", "2", "undated", QUOTES[6:], {}, ("x.unasked",)),
    )
    known = Known((EUROPE, EUROPE._replace(title="Over", scope="global")), {NOVA: "Twice is wrong.", "gone": "Gone."})
    findings, over = find(prices, ours, packages, as_of=DAY, known=known)
    assert over == ["Over (litellm)", "gone"]
    report = render(findings)
    assert_well_formed(report)
    for expected in (
        "| litellm 1 | 6 | 2 | 6 | 3 | 2 | 1 |",
        "| genai-prices 2 | 1 | 1 | 2 | 1 | 0 | 1 |",
        "2 prices differ. Looked into and decided: 1 for ours. Not settled: 1.",
        "### Europe (litellm)\n\nWe believe ours. One price for all &#124; of it.\n",
        # 0.078 / 0.069 = 1.1304
        f"| litellm | `eu.{NOVA}` | eu-west-1 | input | `list`, 2026-08-20, B | 0.069 | 0.078 | 1.130 |",
        f"| genai-prices | `bedrock/us-west-2/{NOVA}` | us-west-2 | input | `list`, 2026-08-20, B | 0.07 | 0.075 |",
        # The conflict that litellm itself is the other side of is no contradiction between other sources.
        f"| `{NOVA}` | us-east-1 | input | `list`, 2026-08-20, B | `page` | 0.06 | 0.12 | 0.06 | – |",
        f"- `{NOVA}`: Twice is wrong.",
        "Only the book: `writer.alone`.",
        "`bedrock/sa-east-1/amazon.nova-lite-v1:0`, `other.model`.",
        "- genai-prices's entries that none of the book's ids finds: `x.unasked`.",
        "| litellm | a &#124; reason | `k1`, `k2`, `k3` | 4 |",
        f"| `{NOVA}` | 5 | 3 | 0 | 1 | 1 | 0 |",
    ):
        assert expected in report
    assert report.index("### Not settled") < report.index("### Europe")


def assert_well_formed(report: str) -> None:
    """Check that each table has as many cells in each row, and the page one title."""
    lines = report.splitlines()
    assert [line for line in lines if line.startswith("# ")] == ["# Price check"]
    assert "Generated by `make check-prices`; do not edit." in lines
    width = 0
    for before, line in zip(["", *lines], lines, strict=False):
        if not line.startswith("|"):
            continue
        cells = line.count(" | ") + 1
        if before.startswith("|"):
            assert cells == width, line
        width = cells
    assert "None" not in re.sub(r"^None\.$", "", report, flags=re.MULTILINE)


def test_known_disagreements_can_be_read() -> None:
    known = read_known()
    assert len(set(known.entries)) == len(known.entries)
    assert all(entry.why.strip() and entry.believe in {"ours", "theirs", "neither"} for entry in known.entries)


@pytest.fixture(scope="session")
def written(checkout: Path) -> str:
    return (checkout / "docs" / "price-check.md").read_text(encoding="utf-8")


def test_the_written_report_is_well_formed(written: str) -> None:
    assert_well_formed(written)
    known = read_known()
    for each in known.entries:
        assert f"### {each.title} ({each.package})" in written
    assert len(re.findall(r"^### ", written, re.MULTILINE)) == len(known.entries) + 1


def test_the_written_report_adds_up(written: str) -> None:
    rows = re.findall(r"^\| (?:litellm|genai-prices) [\d.]+ \| (.*) \|$", written, re.MULTILINE)
    assert len(rows) == 2
    differ = 0
    for row in rows:
        _, _, compared, independent, copied, disagree = (int(cell.replace(",", "")) for cell in row.split(" | "))
        assert compared == independent + copied + disagree
        differ += disagree
    assert f"\n{differ:,} prices differ." in written


def test_the_written_report_names_the_versions(written: str, checkout: Path) -> None:
    locked = (checkout / "requirements.lock").read_text(encoding="utf-8")
    requirements = (checkout / "tests" / "price_check" / "requirements.txt").read_text(encoding="utf-8")
    for name, pins in (("genai-prices", locked), ("litellm", requirements)):
        version = re.search(rf"^{name}==(\S+)", pins, re.MULTILINE)
        assert version is not None
        assert f"| {name} {version[1]} |" in written


def test_the_written_report_is_of_this_price_book(written: str, checkout: Path) -> None:
    # litellm's part needs its wheel; genai-prices' can be reckoned anew here.
    prices = checkout / "planner" / "prices"
    as_of = newest_day(prices)
    ours = our_prices(prices, as_of=as_of)
    package = genai_package(ours.prices, as_of=as_of)
    row = " | ".join(package_row(Result(package, *compare(package.quotes, ours))))
    assert f"| {row} |" in written, "the book has changed: run `make check-prices`"
    assert f"in force on {as_of} " in written


def test_a_book_that_cannot_be_read_is_refused(prices: Path) -> None:
    path = prices / "bedrock.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("0.06,", "six,"), encoding="utf-8")
    with pytest.raises(InputError, match="six"):
        our_prices(prices, as_of=DAY)
