"""Another currency beside US dollars: a code and a rate that the user states; amounts are kept in US dollars."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from planner.money import amount, plain

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["CODE", "Currency"]

CODE = re.compile(r"[A-Z]{3}", re.ASCII)


class Currency(NamedTuple):
    """A currency's ISO 4217 code, and how much of it a US dollar is."""

    code: str
    rate: Decimal

    def of(self, usd: Decimal) -> str:
        """Return an amount in US dollars as a plain decimal of this currency."""
        return plain(amount(self.rate, usd))

    def stated(self, **amounts_usd: Decimal) -> dict[str, str]:
        """Return the code, the rate and amounts in this currency, for an answer."""
        return {
            "code": self.code,
            "rate": plain(self.rate),
            **{name: self.of(usd) for name, usd in amounts_usd.items()},
        }
