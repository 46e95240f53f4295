"""AmazonS3: Standard storage and requests, and S3 Vectors. Usage types match whole: many end in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

RULE: Final[Rule] = rule_of(
    (
        Priced(
            "TimedStorage-ByteHrs",
            ("s3", "standard.gb_month", "standard", "GB-month"),
            where={"volumeType": "Standard|"},
        ),
        Priced("Requests-Tier1", ("s3", "standard.put_k", "standard", "1K requests"), where={"group": "S3-API-Tier1|"}),
        Priced("Requests-Tier2", ("s3", "standard.get_k", "standard", "1K requests"), where={"group": "S3-API-Tier2|"}),
        Priced("Vectors-TimedStorage-ByteHrs", ("s3_vectors", "storage_gb_month", "standard", "GB-month")),
        Priced("Vectors-Put-Bytes", ("s3_vectors", "put_gb", "standard", "GB")),
        Priced("Vectors-Query-Returned-Bytes", ("s3_vectors", "returned_gb", "standard", "GB")),
        # The tiers are products of their own here, by a vector's position in its index.
        Priced("Vectors-Query-ProcessedBytes-Tier1", ("s3_vectors", "processed_tb", "standard", "TB"), whole=False),
        Priced(
            "Vectors-Query-ProcessedBytes-Tier2",
            ("s3_vectors", "processed_tb", "standard", "TB"),
            above=100_000,
            whole=False,
        ),
        Priced(
            "Vectors-Query-ProcessedBytes-Tier3",
            ("s3_vectors", "processed_tb", "standard", "TB"),
            above=10_000_000,
            whole=False,
        ),
        Unpriced("(?:Tables|Annotation|Files)-.*", "S3 Tables, annotations and files: there is no meter for them"),
        Unpriced(".*(?:Glacier|GLACIER|GDA|GIR|SIA|ZIA|INT|RRS|XZ).*", "another storage class"),
    )
)
