"""A price list on the loopback: GetProducts with its pages, and the public files, from the same products."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Call", "PriceListServer"]

_ROOT = "/offers/v1.0/aws"


class Call(BaseHTTPRequestHandler):
    """One request; a fault may answer it in the list's place."""

    protocol_version = "HTTP/1.1"
    server: _Http

    def do_GET(self) -> None:
        self._dispatch(b"")

    def do_POST(self) -> None:
        self._dispatch(self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def answer(self, document: object, status: int = 200, **headers: str) -> bool:
        """Answer with JSON, or with bytes as they are; True."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.send_response(status)
        for name, value in {"content_type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        return True

    def refuse(self, kind: str, status: int = 400, message: str = "no", **headers: str) -> bool:
        """Answer as AWS refuses; True."""
        return self.answer({"__type": kind, "message": message}, status, **headers)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay silent."""

    def _dispatch(self, body: bytes) -> None:
        place = self.server.place
        with place.lock:
            place.calls.append((self.path, body.decode()))
            number = len(place.calls)
        try:
            if place.fault is not None and place.fault(self, number):
                return
            if self.command == "POST":
                self._get_products(json.loads(body))
            else:
                self._file()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _get_products(self, question: dict[str, Any]) -> None:
        place = self.server.place
        if self.headers["X-Amz-Target"] != "AWSPriceListService.GetProducts":
            self.refuse("UnknownOperationException")
            return
        wanted = {each["Field"]: each["Value"] for each in question["Filters"]}
        family = wanted.pop("productFamily", None)
        start = int(question.get("NextToken", "page-0").removeprefix("page-"))
        if not start:
            place.found = [
                json.dumps(each)
                for each in place.products
                if each["serviceCode"] == question["ServiceCode"]
                and family in (None, each["product"]["productFamily"])
                and all(each["product"]["attributes"].get(name) == value for name, value in wanted.items())
            ]
        found = place.found
        end = start + min(question["MaxResults"], place.page_size)
        page: dict[str, Any] = {"FormatVersion": "aws_v1", "PriceList": found[start:end]}
        if end < len(found):
            page["NextToken"] = f"page-{end}"
        self.answer(page, content_type="application/x-amz-json-1.1")

    def _file(self) -> None:
        document = self.server.place.file(self.path)
        if document is None:
            self.answer(b"", 404)
        else:
            self.answer(document)


def _region(document: dict[str, Any]) -> str:
    attributes = document["product"]["attributes"]
    return str(attributes.get("regionCode") or attributes.get("fromRegionCode", ""))


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    place: PriceListServer


class PriceListServer:
    """The products, what goes wrong, and what was asked."""

    def __init__(self) -> None:
        self.products: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str]] = []
        self.fault: Callable[[Call, int], bool] | None = None
        self.page_size = 100
        self.found: list[str] = []  # what the last question's pages are cut from
        self.lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), Call)
        self._http.place = self
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def file(self, path: str) -> dict[str, Any] | None:
        """Return a public file, or None where there is none."""
        if path == f"{_ROOT}/index.json":
            codes = {each["serviceCode"] for each in self.products}
            return {"formatVersion": "v1.0", "offers": {code: {"offerCode": code} for code in sorted(codes)}}
        code, _, rest = path.removeprefix(f"{_ROOT}/").partition("/")
        of_code = [each for each in self.products if each["serviceCode"] == code]
        regions = sorted({_region(each) for each in of_code})
        if rest == "current/region_index.json" and of_code:
            version = of_code[0]["version"]
            urls = {region: f"{_ROOT}/{code}/{version}/{region}/index.json" for region in regions}
            return {
                "formatVersion": "v1.0",
                "regions": {name: {"regionCode": name, "currentVersionUrl": url} for name, url in urls.items()},
            }
        version, region = rest.split("/")[:2] if rest.count("/") > 1 else ("", "")
        return self._offer(code, region, of_code) if region in regions and version else None

    def _offer(self, code: str, region: str, of_code: list[dict[str, Any]]) -> dict[str, Any]:
        here = [each for each in of_code if _region(each) == region]
        terms: dict[str, dict[str, Any]] = defaultdict(dict)
        for each in here:
            for kind, offers in each["terms"].items():
                terms[kind][each["product"]["sku"]] = offers
        return {
            "formatVersion": "v1.0",
            "disclaimer": "for information {only}",
            "offerCode": code,
            "version": of_code[0]["version"],
            "publicationDate": of_code[0]["publicationDate"],
            "products": {each["product"]["sku"]: each["product"] for each in here},
            "terms": terms,
        }
