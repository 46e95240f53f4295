"""Test cases as JUnit's XML, which CI systems show as tests that passed, failed or were skipped.

Source: https://github.com/testmoapp/junitxml, the elements and attributes that Jenkins, GitLab and CodeBuild read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

from planner.report.words import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["TestCase", "junit_xml"]

# What XML 1.0 has no place for, not even escaped, and what turns the direction of the text around it.
_NO_TEXT: Final = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_ESCAPE_SEQUENCE: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


@dataclass(frozen=True, slots=True)
class TestCase:
    """One case: it passed where neither `failure` nor `skipped` says why not."""

    __test__ = False  # pytest would collect it for its name

    suite: str
    name: str
    failure: str | None
    skipped: str | None = None
    output: str | None = None


def junit_xml(name: str, cases: Sequence[TestCase]) -> str:
    """Return cases as XML, by suite in the order in which suites first appear; no times, so that bytes repeat."""
    suites: dict[str, list[TestCase]] = {}
    for case in cases:
        suites.setdefault(case.suite, []).append(case)
    return "".join(f"{line}\n" for line in _document(name, suites, cases))


def _document(name: str, suites: dict[str, list[TestCase]], cases: Sequence[TestCase]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<testsuites name={_attribute(name)} {_counts(cases)}>"
    for suite, members in suites.items():
        yield f"  <testsuite name={_attribute(suite)} {_counts(members)}>"
        for case in members:
            yield from _case(case)
        yield "  </testsuite>"
    yield "</testsuites>"


def _counts(cases: Sequence[TestCase]) -> str:
    failures = sum(case.failure is not None for case in cases)
    skipped = sum(case.failure is None and case.skipped is not None for case in cases)
    return f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'


def _case(case: TestCase) -> Iterator[str]:
    opening = f"    <testcase classname={_attribute(case.suite)} name={_attribute(case.name)}"
    inside = []
    if case.failure is not None:
        message = _attribute(case.failure.strip().partition("\n")[0])
        inside.append(f'      <failure message={message} type="failure">{_text(case.failure)}</failure>')
    elif case.skipped is not None:
        inside.append(f"      <skipped message={_attribute(case.skipped)}/>")
    if case.output is not None:
        inside.append(f"      <system-out>{_text(case.output)}</system-out>")
    if not inside:
        yield f"{opening}/>"
        return
    yield f"{opening}>"
    yield from inside
    yield "    </testcase>"


def _attribute(value: str) -> str:
    return f'"{escape(_allowed(plain_text(value)))}"'


def _text(value: str) -> str:
    return escape(_allowed(value), quote=False)


def _allowed(value: str) -> str:
    return _NO_TEXT.sub("", _ESCAPE_SEQUENCE.sub("", value.replace("\r\n", "\n")))
