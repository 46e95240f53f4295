"""The parts of docs/bill.md that the meters write."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from planner import bill_report
from planner.bill_answer import bill_answer
from planner.free_allowances import allowances
from planner.meters import METERS
from planner.meters.parameters import Name, Quantity
from planner.money import plain
from planner.price_book import PriceBook
from planner.usage_file import load_usage

if TYPE_CHECKING:
    from planner.meters.parameters import Parameter
    from planner.meters.spec import Meter

__all__ = ["demo_bill", "free_allowances", "meters"]

_DEMO = Path("examples/usage/support-assistant.yaml")


def demo_bill() -> str:
    """The bill of a month, as the command prints it."""
    usage = load_usage(Path(__file__).resolve().parents[1] / _DEMO, today=date(2026, 11, 20))
    answer, _ = bill_answer(usage, book=PriceBook())
    return "```text\n" + bill_report.render_text(answer, width=100, color=False, unicode=True).strip("\n") + "\n```\n"


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _parameter(parameter: Parameter) -> str:
    says = parameter.says if not isinstance(parameter, Name) else ""
    detail = f" ({says})" if says else ""
    default = getattr(parameter, "default", None)
    if default is not None:
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        return f"[`{parameter.name}`: {shown}]{detail}"
    return f"[`{parameter.name}`]{detail}" if _optional(parameter) else f"`{parameter.name}`{detail}"


def _optional(parameter: Parameter) -> bool:
    return isinstance(parameter, Quantity | Name) and parameter.optional


def _parameters(meter: Meter) -> str:
    named = {name for way in meter.ways for name in way}
    listed = [_parameter(parameter) for parameter in meter.parameters if parameter.name not in named]
    if meter.ways:
        ways = " or ".join(" and ".join(f"`{name}`" for name in way) for way in meter.ways)
        listed.append(f"either {ways}")
    return ", ".join(listed)


def meters() -> str:
    """Each meter with its parameters and price dimensions."""
    rows = [["meter", "parameters", "price dimensions"], ["---"] * 3]
    rows += [
        [f"`{meter.name}`", _parameters(meter), ", ".join(f"`{name}`" for name in meter.dimensions)]
        for meter in METERS.values()
    ]
    return "\n".join(map(_row, rows)) + "\n"


def free_allowances() -> str:
    """Each free allowance with its source."""
    rows = [["allowance", "dimension", "free", "source"], ["---"] * 4]
    for each in allowances():
        free = f"{plain(each.quantity)} × {each.unit} a {each.per}"
        rows.append([each.name, f"`{each.meter}` `{each.dimension}`", free, f"[{each.observed}]({each.source})"])
    return "\n".join(map(_row, rows)) + "\n"
