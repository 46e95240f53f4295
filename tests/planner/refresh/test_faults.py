"""What a server, a network or an account can do wrong: tried again or refused in one sentence, the book untouched."""

from __future__ import annotations

import json
import socket
import sys
from typing import TYPE_CHECKING

import pytest

from planner.refresh import client_api
from planner.refresh.retry import Backoff, TransientError
from planner.refresh.transport import Transport
from tests.planner.refresh.samples import bedrock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.planner.refresh.conftest import Runs
    from tests.planner.refresh.server import Call, PriceListServer

    Contents = Callable[[Path], dict[str, bytes]]
    Fault = Callable[[Call, int], bool]

BOTH = pytest.mark.parametrize("source", ["api", "bulk"])


@pytest.fixture(autouse=True)
def one_product(server: PriceListServer) -> None:
    server.products = [bedrock("USE1-NovaLite-input-tokens", "0.0000500000", model="Nova Lite")]


def first(number: int, fault: Callable[[Call], object]) -> Fault:
    """Let the first calls go wrong, and no other."""

    def faulty(call: Call, count: int) -> bool:
        if count > number:
            return False
        fault(call)
        return True

    return faulty


def always(fault: Callable[[Call], object]) -> Fault:
    return first(sys.maxsize, fault)


def cut(call: Call) -> None:
    """Promise more than comes."""
    call.send_response(200)
    call.send_header("Content-Length", "1000")
    call.end_headers()
    call.wfile.write(b'{"PriceList": [')
    call.close_connection = True


PASSING = {
    "throttled": lambda call: call.refuse("ThrottlingException", 429 if call.command == "GET" else 400),
    "server error": lambda call: call.refuse("InternalErrorException", 500),
    "cut short": cut,
    "wrong JSON": lambda call: call.answer(b'{"PriceList": [}'),
    "other JSON": lambda call: call.answer(["a", "list"]),
    "hung up": lambda call: call.wfile.close(),
}


@BOTH
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_what_passes_is_tried_again(
    server: PriceListServer, run: Runs, waits: list[float], source: str, fault: Callable[[Call], object]
) -> None:
    server.fault = first(2, fault)
    result = run("--service", "AmazonBedrock", source=source)
    assert result.exit_code == 0, result.stderr
    assert "2 changed" in result.stdout
    assert waits == [0.5, 1.0]  # doubled each time, jitter at its most


@BOTH
def test_what_does_not_pass_ends_with_a_message(
    server: PriceListServer, run: Runs, book: Path, waits: list[float], source: str, contents: Contents
) -> None:
    before = contents(book)
    server.fault = always(lambda call: call.refuse("ThrottlingException", 503))
    result = run("--service", "AmazonBedrock", source=source)
    assert result.exit_code == 2
    assert "the book is untouched, and what has arrived is kept" in result.stderr
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0]
    assert contents(book) == before


def test_retry_after_is_honoured_within_bounds(server: PriceListServer, run: Runs, waits: list[float]) -> None:
    answers = iter(["3", "86400", "Fri, 31 Dec 1999 23:59:59 GMT"])
    server.fault = first(3, lambda call: call.refuse("SlowDown", 503, Retry_After=next(answers)))
    run("--service", "AmazonBedrock")
    assert waits == [3.0, 20.0, 2.0]


REFUSED = {
    "redirect": (
        lambda call: call.answer(b"", 302, Location="http://169.254.169.254/latest/meta-data"),
        "redirects to 169.254.169.254; redirects are not followed",
    ),
    "page of a proxy": (
        lambda call: call.answer(b"<html>", content_type="text/html"),
        "answered 'text/html' where JSON",
    ),
    "compressed": (
        lambda call: call.answer(b"\x1f\x8b", content_encoding="gzip"),
        "an encoding that was not asked for",
    ),
}


@BOTH
@pytest.mark.parametrize(("fault", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_price_list_is_refused(
    server: PriceListServer,
    run: Runs,
    book: Path,
    source: str,
    contents: Contents,
    fault: Callable[[Call], object],
    expected: str,
) -> None:
    before = contents(book)
    server.fault = always(fault)
    result = run("--service", "AmazonBedrock", source=source)
    assert result.exit_code == 2
    assert expected in result.stderr
    assert result.stderr.count("\n") == 1
    assert len(server.calls) == 1  # not tried again, and nothing else was asked
    assert contents(book) == before


def endless(call: Call) -> None:
    call.send_response(200)
    call.send_header("Transfer-Encoding", "chunked")
    call.end_headers()
    while True:
        call.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


@BOTH
def test_an_endless_answer_is_cut_off(
    server: PriceListServer, run: Runs, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    send = Transport.send
    most: list[int] = []

    def bounded(self: Transport, url: str, *, most_bytes: int, **more: object) -> object:
        most.append(most_bytes)
        return send(self, url, most_bytes=3_000_000, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Transport, "send", bounded)
    server.fault = always(endless)
    result = run("--service", "AmazonBedrock", source=source)
    assert result.exit_code == 2
    assert "has more than 3 MB; refused" in result.stderr
    assert max(most) <= 50_000_000  # an index or a page; files have a bound of their own


def test_a_slow_answer_is_given_up(server: PriceListServer, monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 10_000, 100))
    monkeypatch.setattr("planner.refresh.transport.time.monotonic", lambda: float(next(now)))
    server.fault = always(endless)
    with pytest.raises(Exception, match="took more than 60 seconds; given up"):
        Transport(whole_s=60.0).send(f"{server.url}/", most_bytes=10**9)


def test_a_silent_server_times_out(server: PriceListServer) -> None:
    import threading

    release = threading.Event()
    server.fault = always(lambda _call: release.wait(5))
    with pytest.raises(TransientError, match="timed out"):
        Transport(silence_s=0.05).send(f"{server.url}/", most_bytes=10)
    release.set()


@BOTH
def test_without_a_network_the_book_is_untouched(run: Runs, book: Path, source: str, contents: Contents) -> None:
    before = contents(book)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    result = run("--service", "AmazonBedrock", f"--endpoint-url={url}", source=source)
    assert result.exit_code == 2
    assert result.stderr == (
        f"fmplan: {url.removeprefix('http://')}: cannot be reached: connection refused"
        "; the book is untouched, and what has arrived is kept: run the command again to go on\n"
    )
    assert contents(book) == before


def test_a_name_that_is_not_found(run: Runs) -> None:
    result = run("--service", "AmazonBedrock", "--endpoint-url=http://no-such-host.invalid")
    assert result.exit_code == 2
    assert "no-such-host.invalid: cannot be reached" in result.stderr


ACCOUNT = {
    "ExpiredTokenException": "AWS credentials have expired",
    "UnrecognizedClientException": "AWS does not accept the credentials",
    "AccessDeniedException": "the credentials need the permission pricing:GetProducts",
    "ValidationException": "AmazonBedrock: ValidationException",
}


@pytest.mark.parametrize(("kind", "expected"), ACCOUNT.items())
def test_what_an_account_may_lack(
    server: PriceListServer, run: Runs, book: Path, contents: Contents, kind: str, expected: str
) -> None:
    before = contents(book)
    server.fault = always(lambda call: call.refuse(kind, 400, "no \x1b[31m way\nat all"))
    result = run("--service", "AmazonBedrock", source="api")
    assert result.exit_code == 2
    assert expected in result.stderr
    assert "\x1b" not in result.stderr
    assert result.stderr.count("\n") == 1
    assert contents(book) == before


def test_without_credentials(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    result = run("--service", "AmazonBedrock", source="api")
    assert result.exit_code == 2
    assert result.stderr == f"fmplan: {client_api._NO_CREDENTIALS}\n"
    assert not client_api.has_credentials()


def test_without_boto3(run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    result = run("--service", "AmazonBedrock", source="api")
    assert (result.exit_code, result.stderr) == (2, f"fmplan: {client_api.INSTALL}\n")
    assert run("--service", "AmazonBedrock", source="bulk").exit_code == 0


def test_pages_that_go_round_in_a_circle(server: PriceListServer, run: Runs) -> None:
    server.fault = always(lambda call: call.answer({"PriceList": [], "NextToken": "again"}))
    result = run("--service", "AmazonBedrock", source="api")
    assert result.exit_code == 2
    assert "go round in a circle" in result.stderr


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"publicationDate": "2999-01-01T00:00:00Z"}, "is dated 2999-01-01, after 2026-12-02; refused"),
        ({"publicationDate": "soon"}, "states no offer code, version or publication date"),
    ],
)
@BOTH
def test_a_list_without_a_sound_date_is_refused(
    server: PriceListServer, run: Runs, source: str, change: dict[str, str], expected: str
) -> None:
    server.products[0] |= change
    result = run("--service", "AmazonBedrock", source=source)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_a_list_of_another_service_is_refused(server: PriceListServer, run: Runs) -> None:
    def other(call: Call, _number: int) -> bool:
        if "region_index" in call.path or not call.path.endswith("us-east-1/index.json"):
            return False
        call.answer({"offerCode": "AmazonEC2", "version": "1", "publicationDate": "2026-12-01", "products": {}})
        return True

    server.fault = other
    result = run("--service", "AmazonBedrock")
    assert result.exit_code == 2
    assert "is the list of 'AmazonEC2'" in result.stderr


def test_a_broken_file_is_not_kept(server: PriceListServer, run: Runs, book: Path, contents: Contents) -> None:
    before = contents(book)

    def broken(call: Call, _number: int) -> bool:
        return call.path.endswith("/us-east-1/index.json") and call.answer(
            b'{"offerCode": "AmazonBedrock", "products": {"A"'
        )

    server.fault = broken
    result = run("--service", "AmazonBedrock")
    assert result.exit_code == 2
    assert "cannot be used: states no offer code, version or publication date" in result.stderr
    assert contents(book) == before
    server.fault = None
    assert "2 changed" in run("--service", "AmazonBedrock").stdout


@BOTH
def test_a_region_that_nobody_has(run: Runs, source: str) -> None:
    result = run("--service", "bedrock", "--region", "us-esat-1", source=source)
    assert result.exit_code == 2
    assert "'us-esat-1'; did you mean 'us-east-1'?" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--region", "Frankfurt"], "--region: 'Frankfurt' is no region; write it as us-east-1"),
        (["--service", "bedrok"], "--service: there are no rules for 'bedrok'; did you mean 'bedrock'?"),
        (["--endpoint-url=ftp://x"], "--endpoint-url: 'ftp://x' is no address"),
        (["--endpoint-url=http://me:secret@x"], "an address with a password in it is not accepted"),
        (["--as-of", "tomorrow"], "'tomorrow' is no day"),
    ],
)
def test_bad_options(run: Runs, arguments: list[str], expected: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert expected in result.stderr


def test_a_service_that_the_book_has_no_prices_of(run: Runs) -> None:
    result = run("--service", "kendra")
    assert result.exit_code == 2
    assert result.stderr == "fmplan: the book has no prices of kendra in any region; name regions by --region\n"


def test_a_list_that_aws_does_not_have_is_named(server: PriceListServer, run: Runs) -> None:
    server.products.append(bedrock("EU-NovaLite-input-tokens", "0.00005", model="Nova Lite", region="eu-west-1"))
    regions = ["--region", "us-east-1", "--region", "eu-west-1"]
    result = run("--service", "AmazonBedrock", "--service", "kendra", *regions)
    assert "AWS has no list of:\n  AmazonKendra: eu-west-1, us-east-1\n" in result.stdout


def test_the_usual_variables_name_the_endpoint(
    server: PriceListServer, run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click.testing import CliRunner

    from planner.commands.refresh import refresh

    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_PRICING"):
        for source in ("api", "bulk"):
            with monkeypatch.context() as patch:
                patch.setenv(name, server.url)
                result = CliRunner().invoke(
                    refresh,
                    [
                        "--book",
                        str(run.book),
                        "--service",
                        "AmazonBedrock",
                        "--source",
                        source,
                        "--as-of",
                        "2026-12-02",
                    ],
                )
            assert result.exit_code == 0, result.stderr
    assert len(server.calls) >= 4


def test_back_off_stops_at_its_longest_wait() -> None:
    waited: list[float] = []

    def fail() -> None:
        raise TransientError("no")

    with pytest.raises(TransientError):
        Backoff(attempts=8, sleep=waited.append, jitter=lambda: 0.0).run(fail)
    assert waited == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0]  # half of 0.5, 1, … 20 at the least jitter


def test_a_page_is_asked_as_documented(server: PriceListServer, run: Runs) -> None:
    run("--service", "AmazonBedrock", source="api")
    assert json.loads(server.calls[0][1]) == {
        "ServiceCode": "AmazonBedrock",
        "Filters": [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "us-east-1"}],
        "FormatVersion": "aws_v1",
        "MaxResults": 100,
    }
