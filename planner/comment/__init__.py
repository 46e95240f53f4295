"""Comments on pull and merge requests: one is posted, found again by its hidden marker, and kept up to date."""

from __future__ import annotations
