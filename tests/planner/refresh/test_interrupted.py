"""A run that ends halfway: what has arrived is kept, what was being written is completed, nobody else is in the way."""

from __future__ import annotations

import json
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from planner.errors import InputError
from planner.refresh import commit
from planner.refresh.commit import STAGED, recover, write_all
from planner.refresh.state import State
from tests.planner.refresh.samples import bedrock, product

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.planner.refresh.conftest import Runs
    from tests.planner.refresh.server import Call, PriceListServer


def many(number: int) -> list[dict[str, object]]:
    return [
        bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite"),
        *(bedrock(f"USE1-Unknown-{each}", "1.0", "Thing") for each in range(number - 1)),
    ]


def test_pages_that_have_arrived_are_not_asked_again(server: PriceListServer, run: Runs, book: Path) -> None:
    server.products, server.page_size = many(50), 10

    def interrupted(call: Call, number: int) -> bool:
        if number <= 3:
            return False
        call.refuse("AccessDeniedException")
        return True

    server.fault = interrupted
    assert run("--service", "AmazonBedrock", source="api").exit_code == 2
    server.fault = None
    before = len(server.calls)
    result = run("--service", "AmazonBedrock", source="api")
    assert "going on with what an interrupted run has downloaded" in result.stderr
    assert "50 products" in result.stdout
    assert len(server.calls) - before == 2  # pages four and five of five
    assert not (book.parent / ".book-refresh").exists()


def test_an_expired_token_starts_its_part_again(server: PriceListServer, run: Runs) -> None:
    server.products, server.page_size = many(30), 10

    def interrupted(call: Call, number: int) -> bool:
        if number == 2:
            call.refuse("AccessDeniedException")
        elif number == 3:
            call.refuse("ExpiredNextTokenException")
        return number in {2, 3}

    server.fault = interrupted
    assert run("--service", "AmazonBedrock", source="api").exit_code == 2
    result = run("--service", "AmazonBedrock", source="api")
    assert "30 products" in result.stdout
    assert len(server.calls) == 3 + 3


def test_files_that_have_arrived_are_not_asked_again(server: PriceListServer, run: Runs) -> None:
    server.products = [*many(5), product("AWSLambda", "Request", "0.0000002000", "Requests")]
    server.fault = lambda call, _number: bool(
        call.path.endswith("us-east-1/index.json") and "AWSLambda" in call.path and call.refuse("Forbidden", 403)
    )
    assert run("--service", "bedrock", "--service", "lambda").exit_code == 2
    server.fault = None
    before = len(server.calls)
    assert run("--service", "bedrock", "--service", "lambda").exit_code == 0
    asked = [path for path, _ in server.calls[before:]]
    assert not [path for path in asked if "AmazonBedrock" in path and path.endswith("us-east-1/index.json")]


def test_another_question_does_not_use_what_is_there(server: PriceListServer, run: Runs) -> None:
    server.products, server.page_size = many(30), 10
    server.fault = lambda call, number: bool(number == 2 and call.refuse("AccessDeniedException"))
    assert run("--service", "AmazonBedrock", source="api").exit_code == 2
    result = run("--service", "AmazonBedrock", "--as-of", "2026-12-03", source="api")
    assert "going on" not in result.stderr
    assert "30 products" in result.stdout


def test_two_at_once(run: Runs, book: Path) -> None:
    other = State(book.parent / ".book-refresh")
    other.open({})
    result = run("--service", "AmazonBedrock")
    assert result.exit_code == 2
    assert "another refresh is running there" in result.stderr
    other.close(done=True)


def test_a_folder_of_somebody_else_is_left_alone(run: Runs, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    result = run("--service", "AmazonBedrock", "--state", str(mine))
    assert result.exit_code == 2
    assert "is not empty and not the folder of a refresh" in result.stderr
    run.book = mine
    assert "holds files, but no price book" in run("--service", "AmazonBedrock").stderr
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]


class KilledError(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("moves", range(4))
def test_killed_between_moves(
    book: Path, monkeypatch: pytest.MonkeyPatch, moves: int, contents: Callable[[Path], dict[str, bytes]]
) -> None:
    new = {name: (book / name).read_text() + "more\n" for name in ("bedrock.csv", "lambda.csv", "sources.yaml")}
    done = 0
    replace = type(book).replace

    def counted(self: Path, target: Path) -> Path:
        nonlocal done
        if done == moves:
            raise KilledError
        done += 1
        return replace(self, target)

    monkeypatch.setattr(type(book), "replace", counted)
    if moves < 3:
        with pytest.raises(KilledError):
            write_all(book, new)
        # Sources move first, so that no row is ever without its source.
        changed = [
            name for name in ("sources.yaml", "bedrock.csv", "lambda.csv") if (book / name).read_text() == new[name]
        ]
        assert changed == ["sources.yaml", "bedrock.csv", "lambda.csv"][:moves]
        monkeypatch.undo()
        assert recover(book)
    else:
        write_all(book, new)
    assert contents(book) == {name: text.encode() for name, text in sorted(new.items())}
    assert not recover(book)


def test_killed_before_the_new_files_count(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in book.iterdir()}

    def killed(*_arguments: object) -> None:
        raise KilledError

    monkeypatch.setattr("planner.refresh.commit.os.fsync", killed)
    with pytest.raises(KilledError):
        write_all(book, {"bedrock.csv": "half"})
    monkeypatch.undo()
    assert not recover(book)
    assert {path.name: path.read_bytes() for path in book.iterdir()} == before


def test_a_file_changed_since_is_not_overwritten(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "recover", lambda _root: False)
    write_all(book, {"bedrock.csv": "new\n", "lambda.csv": "new\n"})
    monkeypatch.undo()
    (book / "bedrock.csv").write_text("by hand\n", encoding="utf-8")
    lambda_before = (book / "lambda.csv").read_text()
    assert recover(book)
    assert (book / "bedrock.csv").read_text() == "by hand\n"
    assert (book / "lambda.csv").read_text() == lambda_before
    assert not (book / STAGED).exists()


def test_the_command_completes_what_was_begun(
    server: PriceListServer, run: Runs, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.products = many(2)
    monkeypatch.setattr(commit, "recover", lambda _root: False)  # killed right after the rename that counts
    assert run("--service", "AmazonBedrock").exit_code == 0
    monkeypatch.undo()
    assert (book / STAGED).is_dir()
    result = run("--service", "AmazonBedrock")
    assert "completed the writing that an interrupted refresh had begun" in result.stderr
    assert "0 added, 0 changed, 2 confirmed" in result.stdout
    assert not (book / STAGED).exists()


def test_a_broken_manifest_is_named(book: Path) -> None:
    (book / STAGED).mkdir()
    (book / STAGED / "manifest.json").write_text(json.dumps({"no": "list"}), encoding="utf-8")
    with pytest.raises(InputError, match="cannot be completed"):
        recover(book)


def test_a_read_only_book_says_what_to_do(server: PriceListServer, run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    from planner.refresh import place

    server.products = many(2)
    monkeypatch.setattr(place, "os", SimpleNamespace(access=lambda _path, _mode: False, W_OK=os.W_OK))
    result = run("--service", "AmazonBedrock")
    assert result.exit_code == 2
    assert "cannot be written; name a folder by --book DIR" in result.stderr
