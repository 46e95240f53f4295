"""Construct paths: from the template, else from what the assembly tells, else logical ids."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from planner.errors import InputError
from planner.estimate.estimate import estimate_path
from planner.price_book import PriceBook

if TYPE_CHECKING:
    from pathlib import Path

BUCKET = {"Type": "AWS::S3::Bucket", "Properties": {}}


def noted(logical_id: str) -> list[dict[str, Any]]:
    return [{"type": "aws:cdk:creationStack", "data": ["x"]}, {"type": "aws:cdk:logicalId", "data": logical_id}]


def paths(folder: Path, resources: dict[str, Any], artifact: dict[str, Any]) -> list[str]:
    (folder / "app.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://unknown-account/us-east-1",
        "properties": {"templateFile": "app.json"},
        **artifact,
    }
    (folder / "manifest.json").write_text(json.dumps({"artifacts": {"App": stack}}), encoding="utf-8")
    found = estimate_path(folder, book=PriceBook(), region=None, as_of=date(2026, 11, 20))
    return [each.path for each in found.resources]


def test_from_the_manifest(tmp_path: Path) -> None:
    metadata = {"/App/Data/Resource": noted("Data1234"), "/App/Other": noted("Other")}
    assert paths(tmp_path, {"Data1234": BUCKET, "Unknown": BUCKET}, {"metadata": metadata}) == [
        "App/Data/Resource",
        "Unknown",
    ]


def test_from_the_file_beside_it(tmp_path: Path) -> None:
    metadata = {"/App/Data/Resource": noted("Data1234")}
    (tmp_path / "app.metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    assert paths(tmp_path, {"Data1234": BUCKET}, {"additionalMetadataFile": "app.metadata.json"}) == [
        "App/Data/Resource"
    ]


def test_a_logical_id_of_two_constructs_stays(tmp_path: Path) -> None:
    metadata = {"/App/Data": noted("Data"), "/App/Nested/Data": noted("Data")}
    assert paths(tmp_path, {"Data": BUCKET}, {"metadata": metadata}) == ["Data"]


def test_a_template_that_tells_its_paths_is_believed(tmp_path: Path) -> None:
    told = {**BUCKET, "Metadata": {"aws:cdk:path": "App/Told"}}
    metadata = {"/App/Data": noted("Data"), "/App/Other": noted("Other")}
    assert paths(tmp_path, {"Data": told, "Other": BUCKET}, {"metadata": metadata}) == ["App/Told", "Other"]


@pytest.mark.parametrize("metadata", [{"/App/Data": "x"}, {"/App/Data": [1, {"type": "aws:cdk:logicalId"}]}])
def test_odd_notes_are_no_paths(tmp_path: Path, metadata: dict[str, Any]) -> None:
    assert paths(tmp_path, {"Data": BUCKET}, {"metadata": metadata}) == ["Data"]


def test_a_file_outside_of_the_assembly_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names no file of this assembly"):
        paths(tmp_path, {"Data": BUCKET}, {"additionalMetadataFile": "../../secrets.json"})
