"""Options of the commands that price something: whose prices, what is taken off them, which currency is shown."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.currency import Currency
    from planner.discounts import Discount
    from planner.price_book import PriceBook

__all__ = ["Pricing", "book_option", "pricing_options"]

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class Pricing:
    """What the options say; files are read when the command runs, so that their faults are told like all others."""

    folder: Path | None
    prices: Path | None
    discounts: Path | None
    derived: bool
    currency: Currency | None

    @property
    def changes_prices(self) -> bool:
        """Whether the book is another one than the one that ships."""
        return bool(self.folder or self.prices or self.discounts or self.derived)

    def book(self) -> PriceBook:
        """Return the price book.

        Raises:
            InputError: for a folder without prices, own rows or discounts that can't be read.
        """
        from planner.price_book import PriceBook

        discounts: tuple[Discount, ...] = ()
        if self.discounts is not None:
            from planner.discounts import load_discounts

            discounts = load_discounts(self.discounts)
        return PriceBook(checked_folder(self.folder), own=self.prices, discounts=discounts, derived=self.derived)


def checked_folder(folder: Path | None) -> Path | None:
    """Return a book's folder.

    Raises:
        InputError: for one that has no prices.
    """
    if folder is not None and not (folder / "sources.yaml").is_file():
        from planner.errors import InputError

        raise InputError(
            f"{folder}: is no price book; it has CSV files and sources.yaml (`fmplan prices refresh --book`)"
        )
    return folder


def book_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --book to a command."""
    return click.option(
        "--book", type=_FILE, metavar="DIR", help="A price book in another folder, in place of the one that ships."
    )(command)


def pricing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command, which gets them as `pricing`."""

    @functools.wraps(command)
    def with_pricing(**options: Any) -> Any:  # noqa: ANN401  (click passes options by name, of many types)
        pricing = Pricing(
            options.pop("book"),
            options.pop("prices"),
            options.pop("discounts"),
            options.pop("derived"),
            _currency(options.pop("currency"), options.pop("rate")),
        )
        return command(**options, pricing=pricing)

    for option in reversed(
        (
            click.option(
                "--prices", type=_FILE, metavar="FILE.csv", help="Prices of your own, which go before the book's."
            ),
            click.option("--discounts", type=_FILE, metavar="FILE.yaml", help="Percents off list prices, by service."),
            click.option(
                "--derived", is_flag=True, help="Let prices reckoned from others stand in where none is known."
            ),
            click.option("--currency", metavar="CODE", help="Show totals in this currency too; needs --rate."),
            click.option("--rate", metavar="NUMBER", help="How much of the currency a US dollar is."),
        )
    ):
        with_pricing = option(with_pricing)
    return book_option(with_pricing)


def _currency(code: str | None, rate: str | None) -> Currency | None:
    if code is None and rate is None:
        return None
    if code is None or rate is None:
        raise click.UsageError("--currency and --rate go together: --currency EUR --rate 0.93")
    from decimal import Decimal, InvalidOperation

    from planner.currency import CODE, Currency

    if not CODE.fullmatch(code):
        raise click.BadParameter(f"{code!r} is no currency's code; write it as EUR", param_hint="--currency")
    try:
        number = Decimal(rate)
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or not Decimal("1e-9") <= number <= Decimal("1e9"):
        raise click.BadParameter(f"{rate!r} is no rate; write it as 0.93", param_hint="--rate")
    return Currency(code, number)
