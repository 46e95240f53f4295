"""What changes from one architecture to another, and what that costs."""

from __future__ import annotations
