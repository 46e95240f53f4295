"""Entries of sources.yaml, and of its compiled twin, for the price lists that new rows come from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.refresh.product import Offer

__all__ = ["appended", "key_of", "twin"]


def key_of(offer: Offer) -> str:
    """Return a price list's key in sources.yaml: its code and the day of its publication."""
    return f"aws-price-list-{offer.code}-{offer.published.isoformat()}"


def appended(text: str, offers: Iterable[Offer], *, how: str) -> str:
    """Return sources.yaml with an entry for each price list that it does not have; what is there stays as it is."""
    from planner.yaml12 import load_yaml

    known = load_yaml(text, source="sources.yaml") if text.strip() else {}
    have = set(known) if isinstance(known, dict) else set()
    for key, offer in sorted({key_of(offer): offer for offer in offers}.items()):
        if key not in have:
            text = (text if text.endswith("\n") or not text else text + "\n") + _entry(key, offer, how)
    return text


def twin(text: str) -> str:
    """Return the text of sources.json."""
    from planner.yaml12 import load_yaml

    # The same bytes as planner.price_book.compiled_sources writes; a test holds the two together.
    return (
        json.dumps(cast("dict[str, Any]", load_yaml(text, source="sources.yaml")), ensure_ascii=False, indent=0) + "\n"
    )


def _entry(key: str, offer: Offer, how: str) -> str:
    title = f"AWS price list, {offer.code} of {offer.published.isoformat()}"
    version = offer.version if offer.version.isascii() and offer.version.isalnum() else "unnamed"
    what = f"Version {version}, read by fmplan prices refresh from {how}; effective dates are AWS's own"
    return (
        f"{key}:\n"
        f"  title: {json.dumps(title)}\n"
        f"  what: {json.dumps(what)}\n"
        f"  as_of: {offer.published.isoformat()}\n"
        "  kind: price_list\n"
    )
