from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from planner.junit import TestCase, junit_xml

CASES = (
    TestCase("cost", "monthly", failure="$12 above the limit\nlimit $500, now $512"),
    TestCase("models", "allowed", failure=None),
    TestCase("cost", "idle", failure=None, skipped="waived: until January"),
    TestCase("cost", "delta", failure=None, output="+$1 <a month>"),
)


def parsed(text: str) -> ET.Element:
    """The root; encoding fails where half of a surrogate pair is left."""
    return ET.fromstring(text.encode())  # noqa: S314  (our own document)


def test_the_whole_document() -> None:
    assert (
        junit_xml("fmplan check", CASES)
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="fmplan check" tests="4" failures="1" errors="0" skipped="1">
  <testsuite name="cost" tests="3" failures="1" errors="0" skipped="1">
    <testcase classname="cost" name="monthly">
      <failure message="$12 above the limit" type="failure">$12 above the limit
limit $500, now $512</failure>
    </testcase>
    <testcase classname="cost" name="idle">
      <skipped message="waived: until January"/>
    </testcase>
    <testcase classname="cost" name="delta">
      <system-out>+$1 &lt;a month&gt;</system-out>
    </testcase>
  </testsuite>
  <testsuite name="models" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="models" name="allowed"/>
  </testsuite>
</testsuites>
"""
    )


def test_no_cases_are_a_document_too() -> None:
    root = parsed(junit_xml("nothing", []))
    assert (root.tag, root.get("tests"), len(root)) == ("testsuites", "0", 0)


def test_a_failure_that_is_skipped_too_is_a_failure() -> None:
    root = parsed(junit_xml("x", [TestCase("a", "b", failure="no", skipped="why")]))
    assert (root.get("failures"), root.get("skipped")) == ("1", "0")
    assert [child.tag for child in root[0][0]] == ["failure"]


def test_hostile_text_stays_text() -> None:
    evil = "\"/><script>alert('x')</script>&amp;]]>\x00\x1b[31mred\x1b[0m\u202e\ufffe\ud800"
    text = junit_xml(evil, [TestCase(evil, evil, failure=f"\t{evil}\r\nsecond", output=evil)])
    root = parsed(text)
    assert [element.tag for element in root.iter()] == [
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "system-out",
    ]
    failure = root[0][0][0]
    assert failure.text == "\t\"/><script>alert('x')</script>&amp;]]>red\nsecond"
    assert root[0][0].get("name") == "\"/><script>alert('x')</script>&amp;]]>[31mred[0m\ufffd"


@given(st.text(), st.text(), st.text())
def test_any_text_is_read_back_as_one_case(suite: str, name: str, failure: str) -> None:
    text = junit_xml(name, [TestCase(suite, name, failure=failure, output=name)])
    root = parsed(text)
    assert len(list(root.iter("testcase"))) == 1
    assert "\x1b" not in text


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs"))))
def test_printable_text_of_a_failure_is_not_changed(failure: str) -> None:
    root = parsed(junit_xml("x", [TestCase("a", "b", failure=failure)]))
    assert (root[0][0][0].text or "") == failure
