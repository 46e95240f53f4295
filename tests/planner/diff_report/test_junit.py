from __future__ import annotations

from xml.etree import ElementTree as ET

from planner.diff_report.junit import render_junit
from tests.planner.diff_report.documents import document


def cases(name: str) -> dict[tuple[str, str], ET.Element]:
    root = ET.fromstring(render_junit(document(name)).encode())  # noqa: S314  (our own document)
    assert root.get("failures") == "0"
    return {(each.get("classname", ""), each.get("name", "")): each for each in root.iter("testcase")}


def test_each_amount_and_resource_is_a_case_that_passes() -> None:
    found = cases("plans")
    assert found["cost", "monthly"].findtext("system-out") == "$447.67 → $1,209.50, +$761.83 (+170 %)"
    assert "fine-tuning" in found["decision", "decision"].findtext("system-out", "")
    database = cases("templates")["resources", "Shop-Api/Database"].findtext("system-out", "").splitlines()
    assert database[0] == "changed: AWS::RDS::DBInstance, $49.64 → $164.25 a month, +$114.61, requires replacement"
    assert "Engine: mysql → aurora-postgresql" in database


def test_what_has_no_price_is_skipped_with_the_reason() -> None:
    found = cases("templates")
    skipped = {key: element for key, case in found.items() if (element := case.find("skipped")) is not None}
    assert list(skipped) == [
        ("unpriced", "Shop-Api/Handler/LogGroup/Resource, log_group, ingest_gb"),
        ("unpriced", "Shop-Api/Queue, queue, request_million"),
        ("unsupported", "Shop-Web/Map"),
    ]
    assert "no price in us-east-1" in skipped["unpriced", "Shop-Api/Queue, queue, request_million"].get("message", "")
