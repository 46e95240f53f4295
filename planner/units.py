"""Conversions between units of time and size: definitions, not observations, each in one place."""

from __future__ import annotations

from decimal import Decimal

__all__ = [
    "BYTES_PER_GB",
    "BYTES_PER_GIB",
    "BYTES_PER_KIB",
    "BYTES_PER_TIB",
    "HOURS_PER_DAY",
    "HOURS_PER_MONTH",
    "MILLION",
    "MINUTES_PER_HOUR",
    "MINUTES_PER_MONTH",
    "MONTHS_PER_YEAR",
    "TEN_THOUSAND",
    "THOUSAND",
]

# AWS's own convention on its pricing pages and in its calculator: 365 × 24 / 12, rounded.
HOURS_PER_MONTH = Decimal(730)
HOURS_PER_DAY = Decimal(24)
MINUTES_PER_HOUR = Decimal(60)
MINUTES_PER_MONTH = HOURS_PER_MONTH * MINUTES_PER_HOUR
MONTHS_PER_YEAR = Decimal(12)
THOUSAND = Decimal(1_000)
TEN_THOUSAND = Decimal(10_000)
MILLION = Decimal(1_000_000)
BYTES_PER_GB = Decimal(1_000_000_000)
BYTES_PER_KIB = Decimal(1 << 10)
BYTES_PER_GIB = Decimal(1 << 30)
BYTES_PER_TIB = Decimal(1 << 40)
