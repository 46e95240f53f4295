"""`make check-prices`: writes docs/price-check.md from the price book, genai-prices and litellm's wheel."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from planner.files import write_atomically
from tests.price_check.compare import our_prices
from tests.price_check.findings import find, newest_day
from tests.price_check.quotes import genai_package, litellm_package
from tests.price_check.report import render

_CHECKOUT: Final = Path(__file__).resolve().parents[2]


def main() -> int:
    """Write the report; ends with 1 where known.yaml explains a disagreement that is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", type=Path, required=True, help="the folder that litellm's wheel was downloaded to")
    parser.add_argument("--prices", type=Path, default=_CHECKOUT / "planner" / "prices")
    parser.add_argument("-o", "--output", type=Path, default=_CHECKOUT / "docs" / "price-check.md")
    stated = parser.parse_args()
    as_of = newest_day(stated.prices)
    ours = our_prices(stated.prices, as_of=as_of)
    packages = (litellm_package(stated.wheels), genai_package(ours.prices, as_of=as_of))
    findings, unused = find(stated.prices, ours, packages, as_of=as_of)
    write_atomically(stated.output, render(findings))
    differ = sum(map(len, findings.settled.values())) + len(findings.unsettled)
    sys.stdout.write(f"{stated.output}: {differ} prices differ, {len(findings.unsettled)} of them not settled\n")
    for what in unused:
        sys.stderr.write(f"tests/price_check/known.yaml: nothing was found that this explains: {what}\n")
    return 1 if unused else 0


if __name__ == "__main__":
    sys.exit(main())
