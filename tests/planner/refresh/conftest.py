from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from planner.commands.refresh import refresh
from planner.price_rows import HEADER
from planner.refresh import client_api, client_bulk
from planner.refresh.retry import Backoff
from tests.planner.refresh.server import PriceListServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

BEDROCK = """\
bedrock,on_demand.input_mtok,amazon.nova-lite-v1:0,us-east-1,geo:us,1M tokens,0.06,2026-08-20,2026-11-20,made-up,B
bedrock,on_demand.input_mtok,amazon.nova-lite-v1:0,us-east-1,in_region,1M tokens,0.06,2026-08-20,2026-11-20,made-up,B
bedrock,on_demand.output_mtok,amazon.nova-lite-v1:0,us-east-1,geo:us,1M tokens,0.24,2026-08-20,2026-11-20,made-up,B
bedrock,on_demand.output_mtok,amazon.nova-lite-v1:0,us-east-1,in_region,1M tokens,0.24,2026-08-20,2026-11-20,made-up,B
"""
LAMBDA = """\
lambda,gb_second,x86_64,us-east-1,in_region,GB-second,0.0000166667,2024-07-01,2024-07-01,made-up,C
lambda,gb_second_over_6000000000,x86_64,us-east-1,in_region,GB-second,0.000015,2024-07-01,2024-07-01,made-up,C
lambda,gb_second_over_15000000000,x86_64,us-east-1,in_region,GB-second,0.0000133334,2024-07-01,2024-07-01,made-up,C
"""
SOURCES = 'made-up:\n  title: "Made up"\n  what: "For a test"\n  as_of: 2026-11-20\n  kind: third_party\n'


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Made-up credentials, no configuration of this machine, no proxy between here and the loopback."""
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_PRICING", "AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a run would have waited between attempts."""
    waited: list[float] = []

    def quick() -> Backoff:
        return Backoff(sleep=waited.append, jitter=lambda: 1.0)

    monkeypatch.setattr(client_api, "Backoff", quick)
    monkeypatch.setattr(client_bulk, "Backoff", quick)
    return waited


@pytest.fixture
def server() -> Iterator[PriceListServer]:
    with PriceListServer() as running:
        yield running


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small price book."""
    folder = tmp_path / "book"
    folder.mkdir()
    header = ",".join(HEADER) + "\n"
    (folder / "bedrock.csv").write_text(header + BEDROCK, encoding="utf-8")
    (folder / "lambda.csv").write_text(header + LAMBDA, encoding="utf-8")
    (folder / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    return folder


@dataclass
class Runs:
    """The command against a server and a book."""

    url: str
    book: Path

    def __call__(self, *arguments: str, source: str = "bulk") -> Result:
        named = [] if any(each.startswith("--endpoint-url") for each in arguments) else ["--endpoint-url", self.url]
        return CliRunner().invoke(
            refresh,
            [
                "--book",
                str(self.book),
                *named,
                "--source",
                source,
                "--as-of",
                "2026-12-02",
                *arguments,
            ],
            catch_exceptions=False,
        )


@pytest.fixture
def run(server: PriceListServer, book: Path, waits: list[float]) -> Runs:
    return Runs(server.url, book)


@pytest.fixture
def contents() -> Callable[[Path], dict[str, bytes]]:
    """What a folder holds, for comparing it byte by byte."""

    def read(folder: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}

    return read
