"""AWSDataTransfer: out to the internet and between availability zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["QUERIES", "RULE"]

QUERIES: Final[tuple[dict[str, str], ...]] = (
    {"transferType": "AWS Outbound"},
    {"transferType": "IntraRegion"},
)

RULE: Final[Rule] = rule_of(
    (
        Priced(
            "DataTransfer-Out-Bytes",
            ("data_transfer", "internet_out.gb", "standard", "GB"),
            where={"transferType": "AWS Outbound"},
            free_first=True,
        ),
        Priced(
            "DataTransfer-Regional-Bytes",
            ("data_transfer", "between_azs.gb", "standard", "GB"),
            where={"transferType": "IntraRegion"},
        ),
        Unpriced("DataTransfer-In-Bytes", "inbound traffic is free"),
        Unpriced(
            r"(?:[A-Z0-9]+-)?AWS-(?:In|Out)-Bytes", "between regions: the book keeps no pair of regions by usage type"
        ),
    )
)
