"""The price list's public files: no credentials; one file a service and region, read from disk piece by piece."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from planner.errors import InputError
from planner.refresh.client import Listed, Part
from planner.refresh.json_stream import BrokenJsonError, entries, head
from planner.refresh.parse import MalformedError, offer_of
from planner.refresh.retry import Backoff, TransientError
from planner.refresh.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from planner.refresh.client import Tick
    from planner.refresh.rules import PriceList
    from planner.refresh.state import State

__all__ = ["BulkClient"]

_T = TypeVar("_T")
_ROOT: Final = "/offers/v1.0/aws"
_MEGABYTE: Final = 1_000_000
_LARGEST_INDEX: Final = 20_000_000  # bytes; the index of all services has 0.2 MB
_LARGEST_FILE: Final = 1_000_000_000  # bytes; EC2's list of one region, the largest, has some hundred MB


class _Counted:
    """A file that tells of each megabyte written."""

    def __init__(self, file: IO[bytes], arrived: Callable[[int], None]) -> None:
        self._file = file
        self._arrived = arrived
        self._bytes = 0

    def write(self, data: bytes) -> object:
        before, self._bytes = self._bytes // _MEGABYTE, self._bytes + len(data)
        if self._bytes // _MEGABYTE > before:
            self._arrived(self._bytes // _MEGABYTE)
        return self._file.write(data)


class BulkClient:
    """Reads `index.json`, each service's `region_index.json`, and the files that these name."""

    name = "bulk"

    def __init__(
        self,
        endpoint: str,
        state: State,
        *,
        transport: Transport | None = None,
        backoff: Backoff | None = None,
        largest_file: int = _LARGEST_FILE,
    ) -> None:
        self._endpoint = endpoint
        self._state = state
        self._transport = transport or Transport()
        self._backoff = backoff or Backoff()
        self._largest_file = largest_file
        self.known_regions: set[str] = set()
        self._paths: dict[tuple[str, str], str] = {}

    def parts(self, price_lists: Sequence[PriceList], regions: Mapping[str, Sequence[str]]) -> list[Part]:
        """Return the files that exist, of those wanted.

        Raises:
            InputError: for a server that cannot be asked.
        """
        offers = self._object(f"{_ROOT}/index.json", "index.json").get("offers")
        if not isinstance(offers, dict):
            raise InputError(f"{self._endpoint}{_ROOT}/index.json: lists no offers; is this a price list?")
        parts: list[Part] = []
        for each in price_lists:
            if each.code not in offers:
                continue
            listed = self._regions_of(each.code)
            self.known_regions |= listed.keys()
            for region in regions[each.code]:
                if region in listed:
                    self._paths[each.code, region] = listed[region]
                    parts.append(Part(each, region, {}))
        return parts

    def fetch(self, part: Part, tick: Tick) -> None:
        """Download a file, unless this version of it is there."""
        name = self._file(part)
        if not self._state.has(name):
            url = self._endpoint + self._paths[part.price_list.code, part.region]
            self._tried(lambda: self._download(url, name, lambda megabytes: tick(f"{part.name} {megabytes:,} MB")))
        tick(part.name)

    def listed(self, part: Part, wanted: Callable[[Any], bool]) -> Iterator[Listed]:
        """Yield the wanted products: two passes over the file, so that only they are in memory."""
        path = self._state.path(self._file(part))
        where = self._paths[part.price_list.code, part.region]
        try:
            offer = offer_of(head(path), part.price_list.code)
            products = {sku: product for sku, product in entries(path, "products") if wanted(product)}
            for sku, on_demand in entries(path, "terms", "OnDemand"):
                product = products.pop(sku, None)
                if product is not None:
                    yield Listed(product, on_demand, offer)
            for product in products.values():
                yield Listed(product, None, offer)
        except (BrokenJsonError, MalformedError) as error:
            self._state.forget(self._file(part))
            raise InputError(f"{self._endpoint}{where}: cannot be used: {error}") from None

    def _regions_of(self, code: str) -> dict[str, str]:
        """Return the path of a service's file by region: the version that the index names, else the current one."""
        index = self._object(f"{_ROOT}/{code}/current/region_index.json", f"regions-{code}.json")
        regions = index.get("regions")
        if not isinstance(regions, dict):
            raise InputError(f"{self._endpoint}{_ROOT}/{code}/current/region_index.json: lists no regions")
        paths: dict[str, str] = {}
        for region, entry in regions.items():
            stated = entry.get("currentVersionUrl") if isinstance(entry, dict) else None
            versioned = re.fullmatch(
                rf"{_ROOT}/{code}/[A-Za-z0-9]+/{re.escape(region)}/index[.]json", str(stated), re.ASCII
            )
            paths[region] = versioned[0] if versioned else f"{_ROOT}/{code}/current/{region}/index.json"
        return paths

    def _object(self, path: str, name: str) -> dict[str, Any]:
        url = self._endpoint + path

        def attempt() -> dict[str, Any]:
            answer = self._transport.send(url, most_bytes=_LARGEST_INDEX)
            try:
                found = json.loads(answer.body)
            except (ValueError, RecursionError):
                raise TransientError(f"{url}: is not the JSON that it should be") from None
            if not isinstance(found, dict):
                raise TransientError(f"{url}: is not the JSON that it should be")
            return found

        found = self._tried(attempt)
        self._state.write(name, json.dumps(found).encode())
        return found

    def _download(self, url: str, name: str, arrived: Callable[[int], None]) -> None:
        with self._state.writing(name) as file:
            self._transport.send(url, most_bytes=self._largest_file, sink=_Counted(file, arrived))

    def _tried(self, attempt: Callable[[], _T]) -> _T:
        try:
            return self._backoff.run(attempt)
        except TransientError as error:
            raise InputError(
                f"{error}; the book is untouched, and what has arrived is kept: run the command again to go on"
            ) from None

    def _file(self, part: Part) -> str:
        path = self._paths[part.price_list.code, part.region]
        return f"file-{path.removeprefix(_ROOT)}"
