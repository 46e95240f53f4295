from __future__ import annotations

import re
import time
from typing import Any

import pytest

from planner.diff_report.text import render_text
from tests.planner.diff_report.documents import document, resource

Json = dict[str, Any]


def plain(made: Json, width: int = 100) -> str:
    return render_text(made, width=width, color=False, unicode=True)


def of_resources(*resources: Json) -> Json:
    return document("same", resources=list(resources))


def test_the_change_of_the_monthly_cost_stands_first() -> None:
    assert plain(document("plans")).splitlines()[0] == "Monthly cost +$761.83 (+170 %): $447.67 → $1,209.50"
    # Nothing before: there is no percentage of nothing.
    assert plain(document("new")).splitlines()[0] == "Monthly cost +$9.18: $0.00 → $9.18"
    # What has no price is missing from both sides.
    first = plain(document("templates")).splitlines()[0]
    assert first == "Monthly cost +$109.74 (+135 %): at least $81.40 → at least $191.14"


def test_without_differences_there_is_one_line() -> None:
    assert plain(document("same")) == "No differences: $447.67 a month.\n"
    noted = document("same", notes=["The price books differ."])
    assert plain(noted).splitlines() == ["No differences: $447.67 a month.", "  • The price books differ."]


@pytest.mark.parametrize(
    "key", ["resources", "price_changes", "assumptions", "flips_crossed", "design", "workload", "delta"]
)
def test_any_difference_is_one(key: str) -> None:
    plans = document("plans")
    assert "No differences" not in plain(document("same", **{key: plans[key]}))


def test_a_change_without_money_says_that_the_cost_stays() -> None:
    made = of_resources(resource("App/Role", delta="0"))
    assert plain(made).splitlines()[0] == "Monthly cost unchanged: $447.67"


def test_shared_parts_of_paths_are_nested_and_lone_ones_joined() -> None:
    paths = ["App/Api/Fn/Resource", "App/Api/Log", "App/Data/Deep/Table", "Other", "Other/Child"]
    lines = plain(of_resources(*(resource(path) for path in paths))).splitlines()
    start = lines.index("App")
    drawn = [re.split(r" {2}AWS", line)[0] for line in lines[start : start + 6]]
    assert drawn == [
        "App",
        "├─ Api",
        "│  ├─ [+] Fn",
        "│  └─ [+] Log",
        "└─ [+] Data/Deep/Table",
        "[+] Other",
    ]
    assert lines[start + 6].startswith("└─ [+] Child")


def test_a_path_of_a_thousand_parts_is_drawn() -> None:
    deep = "/".join(["a"] * 3000)
    made = of_resources(*(resource(deep[: 2 * at + 1]) for at in range(3000) if at < 80 or at == 2999))
    assert plain(made).count("[+]") == 81


def test_amounts_stand_below_each_other() -> None:
    lines = plain(document("plans")).splitlines()
    ends = {line.index("+$180.00") + len("+$180.00") for line in lines if line.endswith("+$180.00")}
    ends |= {len(line) for line in lines if line.endswith(("+$187.20", "+$350.40"))}
    assert len(ends) == 1


def test_replacements_secrets_and_double_running_are_said() -> None:
    text = plain(document("templates"))
    assert "[~] Database  AWS::RDS::DBInstance  requires replacement" in text
    assert "[~] Engine: mysql → aurora-postgresql (requires replacement)" in text
    assert "[~] Port: 3306 → 5432 (may be replaced)" in text
    assert "[~] MasterUserPassword: **** (changed)" in text
    assert "Double running: $5.40 once for 24 hours of old and new side by side" in text


def test_what_has_no_price_costs_an_unknown_amount_not_nothing() -> None:
    line = next(line for line in plain(document("templates"), width=160).splitlines() if "LogGroup  AWS" in line)
    assert re.search(r"–\s+\?\s+\?$", line)
    assert "AWS::Logs::LogGroup  unpriced" in line
    text = " ".join(plain(document("templates"), width=160).split())
    assert "LogGroup, log group, ingestion: the usage file says nothing of monthly_ingested_gb" in text


def test_what_is_priced_in_part_has_its_amount() -> None:
    status = {"before": None, "after": "unpriced"}
    (line,) = (line for line in plain(of_resources(resource("App/Nat", status=status))).splitlines() if "[+]" in line)
    assert re.search(r"AWS::SQS::Queue  partly unpriced +– +\$1\.50 +\+\$1\.50$", line)
    changed = resource("App/Nat", action="changed", status={"before": "estimated", "after": "unpriced"})
    changed["monthly_usd"] = {"before": "1.5", "after": "0", "delta": "-1.5"}
    (line,) = (line for line in plain(of_resources(changed)).splitlines() if "[~]" in line)
    assert re.search(r"estimated → unpriced +\$1\.50 +\? +-\$1\.50$", line)


def test_a_side_is_named_where_the_resource_is_on_both() -> None:
    item = {"component": "queue", "variant": "", "dimension": "", "reason": "no price", "resource": "App/Queue"}
    made = of_resources(resource("App/New"))
    made["unpriced"] = [{**item, "side": "after"}, {**item, "side": "both"}, {**item, "resource": "App/New"}]
    made["unpriced"][2]["side"] = "after"
    lines = [line.removeprefix("  • ") for line in plain(made).splitlines() if ": no price" in line]
    assert lines == [
        "App/Queue, queue: no price; only after the change",
        "App/Queue, queue: no price",
        "App/New, queue: no price",
    ]


def test_what_costs_nothing_has_no_amounts() -> None:
    line = next(line for line in plain(document("templates"), width=160).splitlines() if "Fn  AWS" in line)
    assert line.endswith("may be replaced")


def test_one_time_costs_stand_apart_from_monthly_ones() -> None:
    text = plain(document("plans"), width=140)
    assert re.search(r"\(once\): 0\.9 1M tokens at \$1\.00 +– +\$0\.90 +\+\$0\.90", text)
    # The monthly amount of the same resource is that of its state transitions alone.
    assert re.search(r"\[\+\] Training/Job .* – +<\$0\.01 +\+<\$0\.01", text)


def test_prices_and_architecture_are_told_apart() -> None:
    # 2,880 × (0.14 − 0.15) = −28.80; 761.83 + 28.80 = 790.63
    text = " ".join(plain(document("plans")).split())
    assert "Of the monthly difference -$28.80 is from prices and +$790.63 from the architecture." in text
    assert "from the architecture" not in plain(document("templates"))


def test_another_currency_is_said() -> None:
    stated = {"code": "EUR", "rate": "0.93", "monthly": "708.5", "one_time": "0", "idle_monthly": "1"}
    text = plain(document("plans", currency=stated))
    assert text.splitlines()[1] == "+708.50 EUR a month, at 0.93 EUR a US dollar."


def test_color_is_only_where_it_is_asked_for() -> None:
    made = document("plans")
    colored = render_text(made, width=100, color=True, unicode=True)
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain(made)


def test_five_thousand_resources_take_a_moment() -> None:
    made = of_resources(*(resource(f"App/Group{at // 50}/Queue{at}") for at in range(5000)))
    begin = time.perf_counter()
    text = plain(made)
    assert text.count("[+]") == 5000
    assert time.perf_counter() - begin < 20  # seconds; about one on an idle machine
