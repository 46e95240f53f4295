"""AWS's units → the price book's, exactly; a unit that is not here is skipped."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Final

__all__ = ["exactly", "held_in"]

_HOURS: Final[dict[str, int | Fraction]] = {"hrs": 1, "hr": 1, "hour": 1, "hours": 1}
_REQUESTS: Final = ("request", "requests", "api request", "api requests", "api calls", "invocations", "messages", "ios")
_GB_MONTHS: Final[dict[str, int | Fraction]] = {"gb-mo": 1, "gb-month": 1, "gb-months": 1}
_GB_SECONDS: Final = ("gb-second", "gb-seconds", "lambda-gb-second", "lambda-gb-seconds", "second", "seconds")
_GB: Final[dict[str, int | Fraction]] = {"gb": 1, "gigabyte": 1, "gigabytes": 1}


def _each(names: tuple[str, ...], held: int) -> dict[str, int | Fraction]:
    return dict.fromkeys(names, held)


# Ours → AWS's, in lower case → how many of AWS's one of ours holds. Binary where AWS counts so (GB → TB).
_HELD: Final[dict[str, dict[str, int | Fraction]]] = {
    "1M tokens": {"1k tokens": 1000, "1m tokens": 1, "million tokens": 1, "tokens": 10**6, "token": 10**6},
    "1K tokens": {"1k tokens": 1, "tokens": 1000},
    "1K text units": {"textunit": 1000, "textunits": 1000, "text units": 1000, "1k text units": 1},
    "1K images": {"images processed": 1000, "image": 1000, "images": 1000},
    "1K queries": {"search units": 1000, "queries": 1000, "query": 1000, "1k queries": 1},
    "1K transitions": {"statetransitions": 1000, "node transitions": 1000, "1k node transitions": 1},
    "1K requests": _each(_REQUESTS, 1000),
    "10K requests": _each(_REQUESTS, 10**4),
    "10K calls": _each(_REQUESTS, 10**4),
    "1M requests": _each(_REQUESTS, 10**6),
    "1M messages": _each(_REQUESTS, 10**6),
    "page": {"page": 1, "pages": 1},
    "image": {"image": 1, "images": 1},
    "minute": {"minute": 1, "minutes": 1},
    "field": {"field": 1, "fields": 1},
    "training hour": _HOURS,
    "model-unit hour": {**_HOURS, "modelunit-hour": 1},
    "model-month": {"month": 1, "months": 1, "mo": 1, "model-month": 1, "custommodel-mo": 1},
    "CMU-minute": {"minute": 1, "minutes": 1, "cmu-minute": 1, "cmu-min": 1, "custom model unit per min": 1},
    "CMU-month": {"month": 1, "mo": 1, "cmu-month": 1, "cmu-mo": 1, "custom model unit/month": 1},
    "hour per 1K tokens-per-minute": {"1k tpm hour": 1},
    "instance-hour": _HOURS,
    "endpoint-hour": _HOURS,
    "gateway-hour": _HOURS,
    "address-hour": _HOURS,
    "index-hour": _HOURS,
    "OCU-hour": {**_HOURS, "ocu-hr": 1, "ocu-hours": 1, "ocu-hour": 1},
    "ACU-hour": {**_HOURS, "acu-hr": 1, "acu-hrs": 1, "acu-hour": 1},
    "GB-month": _GB_MONTHS,
    "GB": _GB,
    "TB": {"tb": 1, "gb": 1024},
    "GB-second": _each(_GB_SECONDS, 1),
    "GB-hour": _each(_GB_SECONDS, 3600),
    "IOPS-month": {"iops-mo": 1},
    "MB/s-month": {"mibps-mo": 1, "gibps-mo": Fraction(1, 1024)},
    "metric-month": {"metrics": 1},
    "alarm-month": {"alarms": 1},
    "dashboard-month": {"dashboards": 1, "dashboard": 1},
    "key-month": {"keys": 1, "key": 1},
    "secret-month": {"secrets": 1, "secret": 1},
}


def held_in(ours: str, aws: str) -> Fraction | None:
    """Return how many of AWS's units one of ours holds, or None where the two were never compared."""
    held = _HELD.get(ours, {}).get(aws.strip().casefold())
    return None if held is None else Fraction(held)


def exactly(value: Decimal, ratio: Fraction) -> Decimal | None:
    """Return value × ratio, or None where it has no exact decimal."""
    with decimal.localcontext(prec=60) as context:
        context.traps[decimal.Inexact] = True
        try:
            return value * ratio.numerator / ratio.denominator
        except decimal.DecimalException:
            return None
