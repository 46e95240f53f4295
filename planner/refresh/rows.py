"""Rows of the book's CSV files for the changes of a refresh, and the files with them at their end."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from planner.money import plain
from planner.refresh.sources import appended, key_of, twin

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from planner.refresh.book import Book
    from planner.refresh.change import Change

__all__ = ["files_with"]


def files_with(changes: Iterable[Change], book: Book, root: Path, *, how: str) -> dict[str, str]:
    """Return the text of every file that the changes touch; what the files hold now stays, byte by byte."""
    by_service: dict[str, list[Change]] = {}
    offers = set()
    for change in changes:
        by_service.setdefault(change.key.service, []).append(change)
        offers.add(change.offer)
    if not by_service:
        return {}
    files = {f"{service}.csv": _with_rows(book.text(service), rows) for service, rows in by_service.items()}
    path, compiled = root / "sources.yaml", root / "sources.json"
    sources = appended(path.read_text(encoding="utf-8") if path.exists() else "", offers, how=how)
    files["sources.yaml"] = sources
    if compiled.exists():
        files["sources.json"] = twin(sources)
    return files


def _with_rows(text: str, changes: Iterable[Change]) -> str:
    ending = "\r\n" if "\r\n" in text else "\n"
    added = io.StringIO(newline="")
    writer = csv.writer(added, lineterminator=ending)
    for change in changes:
        key = change.key
        item = f"{key.item}_over_{plain(change.above)}" if change.above else key.item
        writer.writerow(
            (
                key.service,
                item,
                key.sku,
                key.region,
                key.scope,
                change.unit,
                plain(change.after),
                change.effective.isoformat(),
                change.offer.published.isoformat(),
                key_of(change.offer),
                "A",
            )
        )
    return (text if text.endswith("\n") else text + ending) + added.getvalue()
