from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.sarif import Finding, Rule, sarif_log

Json = dict[str, Any]

RULES = (
    Rule("FMP001", "MonthlyCost", "The monthly cost stays below its limit.", "https://example.com/rules#FMP001"),
    Rule("FMP002", "Unpriced", "Nothing is without a price."),
)


def finding(**changed: Any) -> Finding:  # noqa: ANN401  (a field of any type)
    stated: Json = {
        "rule_id": "FMP002",
        "level": "error",
        "text": "App/Queue has no price",
        "uri": "examples/app.yaml",
        "line": 12,
        **changed,
    }
    return Finding(**stated)


def result_of(**changed: Any) -> Json:  # noqa: ANN401
    result: Json = sarif_log(RULES, [finding(**changed)], version="1.2.3")["runs"][0]["results"][0]
    return result


def test_the_whole_log() -> None:
    found = finding(column=3, logical_path="App/Queue", properties={"limit_usd": "500"})
    log = sarif_log(RULES, [found], version="1.2.3")
    fingerprint = log["runs"][0]["results"][0].pop("partialFingerprints")
    assert list(fingerprint) == ["fmplan/v1"]
    assert log == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "fmplan",
                        "version": "1.2.3",
                        "rules": [
                            {
                                "id": "FMP001",
                                "name": "MonthlyCost",
                                "shortDescription": {"text": "The monthly cost stays below its limit."},
                                "fullDescription": {"text": "The monthly cost stays below its limit."},
                                "helpUri": "https://example.com/rules#FMP001",
                            },
                            {
                                "id": "FMP002",
                                "name": "Unpriced",
                                "shortDescription": {"text": "Nothing is without a price."},
                                "fullDescription": {"text": "Nothing is without a price."},
                            },
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "FMP002",
                        "ruleIndex": 1,
                        "level": "error",
                        "message": {"text": "App/Queue has no price"},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "examples/app.yaml", "uriBaseId": "%SRCROOT%"},
                                    "region": {"startLine": 12, "startColumn": 3},
                                },
                                "logicalLocations": [{"fullyQualifiedName": "App/Queue"}],
                            }
                        ],
                        "properties": {"limit_usd": "500"},
                    }
                ],
            }
        ],
    }


def test_a_waiver_is_a_suppression_with_its_reason() -> None:
    accepted = result_of(suppression="until the migration, by Ann, expires 2027-01-31")["suppressions"]
    reason = "until the migration, by Ann, expires 2027-01-31"
    assert accepted == [{"kind": "external", "status": "accepted", "justification": reason}]
    assert "suppressions" not in result_of()


@pytest.mark.parametrize(
    ("path", "uri", "base"),
    [
        ("./a.yaml", "a.yaml", True),
        ("a dir/ü#?.yaml", "a%20dir/%C3%BC%23%3F.yaml", True),
        ("main:a.yaml", "main%3Aa.yaml", True),
        ("a\\b.yaml", "a/b.yaml", True),
        ("100%.yaml", "100%25.yaml", True),
        ("/srv/a b.yaml", "file:///srv/a%20b.yaml", False),
        ("//srv/a.yaml", "file:///srv/a.yaml", False),
        ("C:\\a b\\c.yaml", "file:///C:/a%20b/c.yaml", False),
        ("\ud800.yaml", "%3F.yaml", True),
    ],
)
def test_uris_are_relative_and_encoded(path: str, uri: str, base: bool) -> None:
    location = result_of(uri=path)["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": uri} | ({"uriBaseId": "%SRCROOT%"} if base else {})


def test_without_a_file_there_is_the_path_of_the_construct() -> None:
    assert result_of(uri=None, line=None, logical_path="App/Queue")["locations"] == [
        {"logicalLocations": [{"fullyQualifiedName": "App/Queue"}]}
    ]
    assert result_of(uri=None)["locations"] == []
    assert "region" not in result_of(line=None)["locations"][0]["physicalLocation"]


def test_a_fingerprint_outlives_amounts_and_lines() -> None:
    def fingerprint(**changed: Any) -> str:  # noqa: ANN401
        return str(result_of(**changed)["partialFingerprints"]["fmplan/v1"])

    assert fingerprint(text="$12 above", line=12) == fingerprint(text="$14 above", line=99)
    changes: list[Json] = [{"rule_id": "FMP001"}, {"uri": "b.yaml"}, {"logical_path": "App"}, {"uri": None}]
    assert len({fingerprint(), *(fingerprint(**change) for change in changes)}) == 5


def test_two_findings_about_one_thing_have_two_fingerprints() -> None:
    results = sarif_log(RULES, [finding(), finding()], version="1")["runs"][0]["results"]
    assert len({result["partialFingerprints"]["fmplan/v1"] for result in results}) == 2


def test_texts_make_no_links_no_placeholders_and_no_control_characters() -> None:
    text = "\x1b[31m[free](https://evil.example) {0}\n\u202eabc"
    assert result_of(text=text)["message"]["text"] == "\\[31m\\[free\\](https://evil.example) {{0}} abc"
    assert result_of(text="Rules[0] of App")["message"]["text"] == "Rules[0] of App"
    found = result_of(logical_path="a\nb\x00", properties={"k\x07": ["v\x1b", {"n": 1}, None]}, suppression="a\nb")
    assert found["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "a b"}]
    assert found["properties"] == {"k": ["v", {"n": 1}, None]}
    assert found["suppressions"][0]["justification"] == "a b"


def test_rules_are_known_and_of_one_id_each() -> None:
    with pytest.raises(ValueError, match="'FMP009', which is not among the rules"):
        sarif_log(RULES, [finding(rule_id="FMP009")], version="1")
    with pytest.raises(ValueError, match="two rules of one id"):
        sarif_log((*RULES, RULES[0]), [], version="1")


@given(st.text(), st.text(min_size=1), st.text())
def test_any_text_is_written_as_json_of_utf_8(text: str, path: str, logical: str) -> None:
    log = sarif_log(RULES, [finding(text=text, uri=path, logical_path=logical)], version="1")
    assert json.loads(json.dumps(log, ensure_ascii=False).encode()) == log
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert unquote(uri) is not None


def test_the_index_of_a_rule_points_at_it() -> None:
    ids = ["FMP002", "FMP001", "FMP002"]
    run = sarif_log(RULES, [finding(rule_id=each) for each in ids], version="1")["runs"][0]
    assert [run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] for result in run["results"]] == ids


def test_no_findings_are_an_empty_list_which_closes_old_alerts() -> None:
    assert sarif_log(RULES, [], version="1")["runs"][0]["results"] == []
