"""AWSDataTransfer: to the internet, between zones and regions; products name the region that they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["QUERIES", "RULE"]

QUERIES: Final[tuple[dict[str, str], ...]] = (
    {"transferType": "AWS Outbound"},
    {"transferType": "IntraRegion"},
    {"transferType": "InterRegion Outbound"},
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
        Priced(
            r"[A-Z0-9]+-AWS-Out-Bytes",
            ("data_transfer", "between_regions.gb", "{toRegionCode}", "GB"),
            where={"transferType": "InterRegion Outbound", "toRegionCode": r"[a-z]{2}(?:-[a-z]+)+-\d"},
        ),
        Unpriced(r"(?:[A-Z0-9]+-)?AWS-In-Bytes", "inbound traffic between regions is free"),
    )
)
