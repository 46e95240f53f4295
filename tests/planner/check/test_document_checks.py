"""Estimates and diffs that are read back: real ones are taken, and every amount in them that is moved is noticed."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from planner.check.document_checks import check_diff, check_estimate, is_diff, is_estimate
from planner.cli import main
from planner.errors import InputError
from planner.money import plain
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Json = dict[str, Any]
EXAMPLES = CHECKOUT / "examples"
DAY = "2026-11-20"
# Amounts that nothing in the document is made of or makes: each of these alone may be another.
FREE_STANDING = (
    "double_running",
    "delta_from_",
    "price_changes",
    "assumptions",
    "flips_crossed",
    "design",
    "workload",
    "decision",
    "changes",
    "properties",
    "logical_id",
    "hours",
    "delta_from_price_usd",
)


def written(*arguments: str | Path) -> Json:
    result = CliRunner().invoke(main, [*map(str, arguments), "--as-of", DAY, "--format", "json"])
    assert result.exit_code == 0, result.output
    made: Json = json.loads(result.stdout)
    return made


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    variant = {"InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 1, "VariantName": "a"}
    resources = {
        "Config": {"Type": "AWS::SageMaker::EndpointConfig", "Properties": {"ProductionVariants": [variant]}},
        "Topic": {"Type": "AWS::SNS::TopicPolicy"},
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Thing": {"Type": "Custom::Thing"},
    }
    path = tmp_path_factory.mktemp("template") / "template.json"
    path.write_text(json.dumps({"Resources": resources}), "utf-8")
    return path


@pytest.fixture(scope="module")
def documents(template: Path) -> dict[str, Json]:
    return {
        "plans": written("diff", EXAMPLES / "support-assistant.yaml", EXAMPLES / "contract-clauses.yaml"),
        "template": written("diff", EXAMPLES / "contract-clauses.yaml", template, "--region", "us-east-1"),
        "estimate": written("estimate", template, "--region", "us-east-1"),
    }


def check(data: Json) -> None:
    (check_diff if is_diff(data) else check_estimate)(data, source="d.json")


def refused(data: Json) -> str:
    with pytest.raises(InputError) as caught:
        check(data)
    return str(caught.value)


def amounts(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401
    """Every place of an amount of money."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not any(str(key).startswith(word) for word in FREE_STANDING):
                yield from amounts(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from amounts(inner, (*path, index))
    elif isinstance(value, str) and any("usd" in str(part) for part in path):
        yield path


def changed(data: Json, path: tuple[Any, ...], value: object) -> Json:
    made: Any = copy.deepcopy(data)
    inner = made
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    return made  # type: ignore[no-any-return]


@pytest.mark.parametrize("name", ["plans", "template", "estimate"])
def test_what_was_written_is_taken(documents: dict[str, Json], name: str) -> None:
    check(documents[name])


def test_a_diff_is_known_as_one() -> None:
    for path in sorted((CHECKOUT / "tests/golden/diff/documents").glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        assert is_diff(data)
        assert not is_estimate(data)


@pytest.mark.parametrize("name", ["plans", "template", "estimate"])
def test_every_amount_that_is_moved_is_noticed(documents: dict[str, Json], name: str) -> None:
    data = documents[name]
    places = list(amounts(data))
    assert len(places) > 15
    for path in places:
        stated = data
        for part in path:
            stated = stated[part]
        cheaper = plain(Decimal(str(stated)) - Decimal("0.01"))
        assert "changed by hand" in refused(changed(data, path, cheaper)), path


@pytest.mark.parametrize(
    ("name", "path", "value", "said"),
    [
        ("estimate", ("complete",), True, "complete: true is not what the resources say, false"),
        ("estimate", ("coverage", "unpriced"), 0, "coverage.unpriced: 0 is not how many resources are so, 1"),
        ("estimate", ("unsupported",), [], "unsupported: a list of 0 is not what the resources say, 1"),
        ("estimate", ("schema",), 2, "schema: 2 is newer than this fmplan, which reads schema 1; update it"),
        ("estimate", ("schema",), "1", "schema: '1' is not understood"),
        ("estimate", ("resources", 0, "lines", 0, "usd"), "NaN", "resources[0].lines[0].usd: NaN is not"),
        ("estimate", ("resources", 0, "lines", 0, "usd"), "x", "the estimate is damaged"),
        ("estimate", ("resources",), 5, "the estimate is damaged"),
        ("estimate", ("resources", 0, "status"), "gone", "the estimate is damaged"),
        ("plans", ("schema",), 2, "schema: 2 is newer than this fmplan, which reads schema 1; update it"),
        ("plans", ("delta_percent", "monthly_usd"), None, "delta_percent.monthly_usd: None is not null just where"),
        ("plans", ("resources", 0, "lines"), None, "the diff is damaged"),
        ("template", ("after", "complete"), True, "after.complete: true is not what is said beside it"),
    ],
)
def test_what_does_not_agree_is_told(
    documents: dict[str, Json], name: str, path: tuple[Any, ...], value: object, said: str
) -> None:
    assert refused(changed(documents[name], path, value)).startswith(f"d.json: {said}")


@pytest.mark.parametrize("name", ["plans", "estimate"])
def test_a_document_without_a_key_is_refused_by_its_name(documents: dict[str, Json], name: str) -> None:
    for key in ("coverage", "resources", "unpriced", "unsupported"):
        data = {each: value for each, value in documents[name].items() if each != key}
        what = "diff" if name == "plans" else "estimate"
        if key in ("coverage", "resources") and name == "estimate":
            assert not is_estimate(data)
        else:
            again = f"write it again with 'fmplan {what} --format json'"
            assert refused(data) == f"d.json: {key}: missing from the {what}; {again}"


def test_a_resource_that_was_taken_out_is_noticed(documents: dict[str, Json]) -> None:
    for whole in documents.values():
        data = copy.deepcopy(whole)
        dearest = max(range(len(data["resources"])), key=lambda at: abs(_monthly(data["resources"][at])))
        del data["resources"][dearest]
        assert "changed by hand" in refused(data)


def _monthly(resource: Json) -> Decimal:
    stated = resource["monthly_usd"]
    return Decimal(stated["delta"] if isinstance(stated, dict) else stated)
