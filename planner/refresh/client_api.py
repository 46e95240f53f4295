"""The Price List API: boto3 signs, pages and parses; the bounded transport carries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

from planner.errors import InputError
from planner.refresh.client import Listed, Part
from planner.refresh.parse import MalformedError, offer_of
from planner.refresh.retry import Backoff, TransientError
from planner.refresh.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from botocore.awsrequest import AWSPreparedRequest, AWSResponse  # type: ignore[import-untyped]

    from planner.refresh.client import Tick
    from planner.refresh.rules import PriceList
    from planner.refresh.state import State

__all__ = ["INSTALL", "ApiClient", "has_credentials"]

INSTALL: Final = (
    "boto3 is not installed; add it with: pip install 'fmplan[aws]' (--source bulk needs neither it nor credentials)"
)
_REGION: Final = "us-east-1"  # the API answers for all regions from there
_LARGEST_PAGE: Final = 50_000_000  # bytes; a page of a hundred products has about 0.3 MB
_MOST_PAGES: Final = 5_000  # half a million products of one question: an end for a server that never says it
_THROTTLED: Final = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException"}
    | {"SlowDown", "InternalErrorException", "InternalFailure", "ServiceUnavailable", "RequestTimeout"}
)
_STALE: Final = frozenset({"ExpiredNextTokenException", "InvalidNextTokenException"})
_EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN: Final = frozenset(
    {"UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException", "SignatureDoesNotMatch"}
    | {"MissingAuthenticationToken", "MissingAuthenticationTokenException", "IncompleteSignature"}
)
_REDIRECT: Final = 300
_SERVER_ERROR: Final = 500


class ApiClient:
    """Asks `pricing:GetProducts`, page by page; each page is kept, so that an interrupted run goes on."""

    name = "api"

    def __init__(
        self,
        endpoint: str | None,
        state: State,
        *,
        transport: Transport | None = None,
        backoff: Backoff | None = None,
    ) -> None:
        self.known_regions: set[str] = set()
        self._state = state
        self._transport = transport or Transport(whole_s=120.0)
        self._backoff = backoff or Backoff()
        self._client = _client(endpoint, self._send)

    def parts(self, price_lists: Sequence[PriceList], regions: Mapping[str, Sequence[str]]) -> list[Part]:
        """Return one part a question: service, region and the products of it that the rules read."""
        return [
            Part(each, region, query) for each in price_lists for region in regions[each.code] for query in each.queries
        ]

    def fetch(self, part: Part, tick: Tick) -> None:
        """Ask for a part's pages that are not there yet."""
        try:
            self._fetch(part, tick)
        except _StaleTokenError:
            # The token of an interrupted run has expired: this part starts again.
            self._state.forget(f"page-{part.name}-")
            self._fetch(part, tick)

    def listed(self, part: Part, wanted: Callable[[Any], bool]) -> Iterator[Listed]:
        """Yield the wanted products of all pages."""
        number = 0
        while self._state.has(name := _page_name(part, number)):
            for document in json.loads(self._state.read(name))["PriceList"]:
                listed = _document(document, part.price_list.code)
                if wanted(listed.product):
                    yield listed
            number += 1

    def _fetch(self, part: Part, tick: Tick) -> None:
        token: str | None = None
        seen: set[str] = set()
        for number in range(_MOST_PAGES):
            name = _page_name(part, number)
            if self._state.has(name):
                page = json.loads(self._state.read(name))
            else:
                page = self._page(part, token)
                self._state.write(name, json.dumps(page).encode())
            tick(f"{part.name} page {number + 1}")
            token = page.get("NextToken")
            if not token:
                return
            if token in seen:
                raise InputError(f"{part.price_list.code}: the server's pages go round in a circle; given up")
            seen.add(token)
        raise InputError(f"{part.price_list.code}: more than {_MOST_PAGES:,} pages; given up")

    def _page(self, part: Part, token: str | None) -> dict[str, Any]:
        filters = {part.price_list.region_field: part.region, **part.query}
        question: dict[str, Any] = {
            "ServiceCode": part.price_list.code,
            "Filters": [{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in filters.items()],
            "FormatVersion": "aws_v1",
            "MaxResults": 100,
        }
        if token:
            question["NextToken"] = token
        try:
            return self._backoff.run(lambda: self._asked(question))
        except TransientError as error:
            raise InputError(
                f"{error}; the book is untouched, and what has arrived is kept: run the command again to go on"
            ) from None

    def _asked(self, question: dict[str, Any]) -> dict[str, Any]:
        from botocore.exceptions import (  # type: ignore[import-untyped]
            BotoCoreError,
            ClientError,
            NoCredentialsError,
        )

        try:
            answer = self._client.get_products(**question)
        except NoCredentialsError:
            raise InputError(_NO_CREDENTIALS) from None
        except ClientError as error:
            raise _refused(error, question["ServiceCode"]) from None
        except BotoCoreError as error:
            # botocore puts answers that are no JSON here, and credentials that cannot be had.
            text = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
            if "parse" in type(error).__name__.lower():
                raise TransientError(f"{question['ServiceCode']}: an answer that cannot be read") from None
            raise InputError(f"{question['ServiceCode']}: {ascii(text)[1:-1]}") from None
        documents = answer.get("PriceList")
        if not isinstance(documents, list):
            raise TransientError(f"{question['ServiceCode']}: an answer without a list of products")
        token = answer.get("NextToken")
        return {"PriceList": [_checked(document) for document in documents], "NextToken": token}

    def _send(self, request: AWSPreparedRequest, **_event: object) -> AWSResponse:
        """Carry a signed request: botocore's own HTTP has no bound on what it reads."""
        from botocore.awsrequest import AWSResponse

        body = request.body
        answer = self._transport.send(
            request.url,
            most_bytes=_LARGEST_PAGE,
            method=request.method,
            headers={_text(name): _text(value) for name, value in request.headers.items()},
            body=body.encode() if isinstance(body, str) else body,
            keep_errors=True,
        )
        if answer.status < _REDIRECT and not _is_json_object(answer.body):
            raise TransientError(f"{request.url}: an answer that is not the JSON that it should be")
        return AWSResponse(request.url, answer.status, answer.headers, cast("Any", _Raw(answer.body)))


_NO_CREDENTIALS: Final = (
    "no AWS credentials found; configure them as for the AWS CLI, or use --source bulk, which needs none; "
    "the book is untouched"
)


class _StaleTokenError(Exception):
    """A page's token has expired."""


class _Raw:
    """What botocore reads a body from."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_args: object, **_more: object) -> Iterator[bytes]:
        yield self._body


def has_credentials() -> bool:
    """Return whether boto3 is installed and finds credentials, in any of the places where it looks."""
    try:
        import boto3  # type: ignore[import-untyped]
        from botocore.exceptions import BotoCoreError
    except ImportError:
        return False
    try:
        return boto3.Session().get_credentials() is not None
    except BotoCoreError:
        return False


def _client(endpoint: str | None, send: Callable[..., object]) -> Any:  # noqa: ANN401  (boto3 makes clients at run time)
    try:
        import boto3
        from botocore.config import Config  # type: ignore[import-untyped]
        from botocore.exceptions import BotoCoreError
    except ImportError:
        raise InputError(INSTALL) from None
    try:
        session = boto3.Session()
        if session.get_credentials() is None:
            raise InputError(_NO_CREDENTIALS)
        config = Config(retries={"total_max_attempts": 1, "mode": "standard"}, parameter_validation=False)
        client = session.client("pricing", region_name=_REGION, endpoint_url=endpoint, config=config)
    except (BotoCoreError, ValueError) as error:
        raise InputError(f"AWS configuration: {error}") from None
    client.meta.events.register("before-send.pricing.GetProducts", send)
    return client


def _refused(error: Any, code: str) -> Exception:  # noqa: ANN401  (a ClientError; boto3 is imported lazily)
    stated = error.response.get("Error", {})
    name = str(stated.get("Code", "")).rpartition("#")[2].split(":")[0]
    message = ascii(str(stated.get("Message", "")))[1:-1][:200]
    metadata = error.response.get("ResponseMetadata", {})
    if name in _STALE:
        return _StaleTokenError()
    if name in _THROTTLED or metadata.get("HTTPStatusCode", 0) >= _SERVER_ERROR:
        return TransientError(
            f"{code}: {name or 'error'} {message}".rstrip(), metadata.get("HTTPHeaders", {}).get("retry-after")
        )
    if name in _EXPIRED:
        return InputError(f"AWS credentials have expired ({message}); sign in again; the book is untouched")
    if name in _UNKNOWN:
        return InputError(f"AWS does not accept the credentials ({name}: {message}); the book is untouched")
    if "AccessDenied" in name:
        return InputError(
            f"not allowed ({message}); the credentials need the permission pricing:GetProducts, "
            "or use --source bulk, which needs none; the book is untouched"
        )
    return InputError(f"{code}: {ascii(name)[1:-1]}: {message}; the book is untouched")


def _checked(document: object) -> str:
    if not isinstance(document, str):
        raise TransientError("a product that is not the JSON text that it should be")
    try:
        found = json.loads(document)
    except (ValueError, RecursionError):
        raise TransientError("a product that is no JSON") from None
    if not isinstance(found, dict):
        raise TransientError("a product that is no JSON object")
    return document


def _document(text: str, code: str) -> Listed:
    document = json.loads(text)
    terms = document.get("terms")
    try:
        offer = offer_of(document, code)
    except MalformedError as error:
        raise InputError(f"{code}: a product of the price list {error}; is this a price list?") from None
    return Listed(document.get("product"), terms.get("OnDemand") if isinstance(terms, dict) else None, offer)


def _page_name(part: Part, number: int) -> str:
    return f"page-{part.name}-{number:05}.json"


def _is_json_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
