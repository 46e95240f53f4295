"""What several stacks are composed of: one construct a file."""

from __future__ import annotations
