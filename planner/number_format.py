"""Numbers for people: the one place where an amount or a quantity is rounded, and only to be read.

Exact values stay in plan.json; what is written here must not be computed with.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException

from planner.money import plain

__all__ = ["in_currency", "money", "percent", "quantity", "small_money", "unit_price"]

_CENT = Decimal("0.01")
# Amounts of any size are rounded at the second decimal, never cut to a number of digits, so precision is ample.
_AMPLE = Context(prec=400, rounding=ROUND_HALF_EVEN)
_DIGITS = 6  # of a quantity: 12,345.7
_DIGITS_BELOW_ONE = 4
_ONE = Decimal(1)
_EXPONENT_BELOW = Decimal("1e-9")  # a row of zeros is not read, it is counted


def _number(value: object) -> Decimal | None:
    """Return a decimal from JSON's text or whole number; None for what is no finite number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except DecimalException:
        return None
    return number if number.is_finite() else None


def _significant(number: Decimal, digits: int) -> str:
    """Return digits that count and no zeros behind them, never fewer than stand before the point."""
    whole = max(number.adjusted() + 1, 0)
    rounded = Context(prec=max(digits, whole), rounding=ROUND_HALF_EVEN).plus(number)
    if abs(rounded) < _EXPONENT_BELOW:
        return f"{rounded.normalize(_AMPLE):e}"
    text = f"{rounded:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity(value: object, *, missing: str = "?") -> str:
    """Return a quantity with the digits that matter: 12,345.7 and 0.000123; text that is no number stays."""
    number = _number(value)
    if number is None:
        return missing if value is None else str(value)
    if not number:
        return "0"
    return _significant(number, _DIGITS if abs(number) >= _ONE else _DIGITS_BELOW_ONE)


def in_currency(value: object, code: str) -> str:
    """Return an amount of another currency, rounded as US dollars are, with the currency's code behind it."""
    return f"{money(value).replace('$', '')} {code}"


def money(value: object, *, missing: str = "?") -> str:
    """Return US dollars and cents with thousands separators; less than a cent is <$0.01, never $0.00."""
    number = _number(value)
    if number is None:
        return missing
    sign = "-" if number < 0 else ""
    size = abs(number)
    if size and size < _CENT:
        return f"{sign}<$0.01"
    return f"{sign}${size.quantize(_CENT, context=_AMPLE):,f}"


def small_money(value: object, *, missing: str = "?") -> str:
    """Return US dollars where amounts below a cent are the point: $0.002134 with four digits, else as `money`."""
    number = _number(value)
    if number is None:
        return missing
    if not number or abs(number) >= _CENT:
        return money(value)
    return f"{'-' if number < 0 else ''}${_significant(abs(number), _DIGITS_BELOW_ONE)}"


def percent(share: object, *, missing: str = "?") -> str:
    """Return a share in percent: 0.125 as 12.5 %."""
    number = _number(share)
    if number is None:
        return missing
    return f"{_significant(number.scaleb(2, context=_AMPLE), 3) if number else '0'} %"


def unit_price(value: object, *, missing: str = "?") -> str:
    """Return a list price with all of its digits, and at least cents: $0.0000166667, $0.30."""
    number = _number(value)
    if number is None:
        return missing
    whole, _, fraction = plain(abs(number)).partition(".")
    return f"{'-' if number < 0 else ''}${int(whole):,}.{fraction.ljust(2, '0')}"
