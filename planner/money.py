"""Decimal arithmetic for prices, quantities and money: one context, one multiplication, one way to write a number."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

__all__ = ["CONTEXT", "ZERO", "amount", "plain", "to_decimal"]

# 34 digits is IEEE 754 decimal128; inexact results are expected (a third of a cent exists), undefined ones are not.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_EVEN, traps=[DivisionByZero, InvalidOperation, Overflow])
ZERO = Decimal(0)
_TWELVE_PLACES = Decimal("1e-12")


def to_decimal(value: str | int | Decimal) -> Decimal:
    """Return an exact decimal; a float is refused, because its digits are not the ones that were written.

    Raises:
        TypeError: for a float or a bool.
        decimal.InvalidOperation: for text that is no number.
    """
    if isinstance(value, bool | float):
        message = f"{value!r} is a {type(value).__name__}: decimals are read from text or from whole numbers"
        raise TypeError(message)
    return Decimal(value)


def amount(unit_price_usd: Decimal, quantity: Decimal) -> Decimal:
    """Return price × quantity in US dollars, to twelve decimal places, half even: the one multiplication of a bill."""
    return CONTEXT.quantize(CONTEXT.multiply(unit_price_usd, quantity), _TWELVE_PLACES).normalize(CONTEXT)


def plain(value: Decimal) -> str:
    """Return a decimal as text without exponent and without trailing zeros: 1E+3 as "1000", 0.50 as "0.5"."""
    if not value:
        return "0"
    return format(value.normalize(CONTEXT), "f")
