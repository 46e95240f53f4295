"""The commands of fmplan, one file each: arguments, one call, printing, exit codes; no logic."""

from __future__ import annotations
