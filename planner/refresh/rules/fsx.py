"""AmazonFSx: Lustre storage by throughput."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        Priced(
            r"Storage[.]SSD[.](?P<throughput>125|250|500|1000)",
            ("fsx", "lustre.gb_month", "{throughput}", "GB-month"),
            where={"fileSystemType": "Lustre|"},
        ),
        Unpriced(".*", "another file system than Lustre", where={"fileSystemType": "(?!Lustre).+"}),
    )
)
