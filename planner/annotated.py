"""Under which key a template's Metadata carries costs, and in which version of that form."""

from __future__ import annotations

__all__ = ["COST_KEY", "SCHEMA"]

COST_KEY = "fmplan::cost"
SCHEMA = 1
