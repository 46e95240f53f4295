"""The function `orders`; what it does is of no matter to the architecture."""

from __future__ import annotations

from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer with what came in."""
    return {"statusCode": 200, "body": str(len(event))}
