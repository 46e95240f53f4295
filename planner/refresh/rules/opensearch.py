"""AmazonES: OpenSearch Service's instances and volumes, and OpenSearch Serverless' capacity units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from planner.refresh.table import Priced, Unpriced, rule_of

if TYPE_CHECKING:
    from planner.refresh.outcome import Rule

__all__ = ["RULE"]

_GB: Final = "GB-month"

RULE: Final[Rule] = rule_of(
    (
        Priced(
            r"ESInstance:[a-z0-9.-]+",
            ("opensearch", "instance.instance_hour", "{instanceType}", "instance-hour"),
            where={"instanceType": r"[a-z0-9-]+\.[a-z0-9]+\.search"},
        ),
        Priced("ES:GP3-Storage", ("opensearch", "instance.gb_month", "gp3", _GB)),
        Priced("ES:GP2-Storage", ("opensearch", "instance.gb_month", "gp2", _GB)),
        Priced("ES:PIOPS-Storage", ("opensearch", "instance.gb_month", "io1", _GB)),
        Priced("ES:Magnetic-Storage", ("opensearch", "instance.gb_month", "magnetic", _GB)),
        Priced("ES:Managed-Storage", ("opensearch", "managed_storage.gb_month", "standard", _GB)),
        # Two usage types, one price: where they differ, both are held back.
        Priced("SearchOCU", ("opensearch_serverless", "ocu.ocu_hour", "classic", "OCU-hour")),
        Priced("IndexingOCU", ("opensearch_serverless", "ocu.ocu_hour", "classic", "OCU-hour")),
        Unpriced("ES:GP3-PIOPS|ES:GP3-Provisioned-ThroughPut|ES:PIOPS", "provisioned IOPS and throughput: no meter"),
        Unpriced("SemanticSearchOCU", "semantic enrichment: there is no meter for it"),
        Unpriced(".*UltraWarm.*|.*Ultrawarm.*", "UltraWarm: it holds no vectors"),
    )
)
