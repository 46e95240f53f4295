"""S3, S3 Vectors, ECR, keys and secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.estimate.facts import Facts, Kind
from planner.estimate.kinds.table import By, by_usage
from planner.money import ZERO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]


def _bucket(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("s3.standard", idle=True, gb_months=facts.used("storage_gb"))
    puts, gets = facts.used("monthly_put_requests"), facts.used("monthly_get_requests")
    for name, requests in (("put_requests", puts), ("get_requests", gets)):
        yield from facts.meter("s3.standard", idle=False, gb_months=ZERO, **{name: requests})


def _key(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("kms.key", idle=True, keys=1, months=1)
    yield from facts.meter("kms.key", idle=False, keys=0, months=1, requests=facts.used("monthly_requests"))


def _secret(facts: Facts) -> Iterator[Use]:
    yield from facts.meter("secrets_manager", idle=True, secrets=1, months=1)
    yield from facts.meter("secrets_manager", idle=False, secrets=0, months=1, calls=facts.used("monthly_api_calls"))


def _vectors(facts: Facts) -> Iterator[Use]:
    dimension = facts.number("Dimension")
    names = ("vectors", "key_kb", "filterable_metadata_kb", "nonfilterable_metadata_kb", "monthly_queries")
    values = [facts.used(name) for name in names]
    if dimension is None or None in values:
        return
    from planner.estimate.facts import Use
    from planner.meters import quantities
    from planner.usage import MeterUsage

    own = ("vectors", "key_kb", "filterable_kb", "nonfilterable_kb", "queries")
    index = {name: value for name, value in zip(own, values, strict=True) if value is not None}
    index |= {"dimensions": dimension}
    overwritten = facts.stated("overwritten_fraction")
    usage = MeterUsage("s3_vectors", {"indexes": (index,), "overwritten_fraction": overwritten})
    for quantity in quantities(usage):
        yield Use(quantity, quantity.dimension == "storage_gb_month")


KINDS = (
    Kind("AWS::S3::Bucket", ("storage_gb", "monthly_put_requests", "monthly_get_requests"), _bucket),
    Kind(
        "AWS::S3Vectors::Index",
        (
            "vectors",
            "key_kb",
            "filterable_metadata_kb",
            "nonfilterable_metadata_kb",
            "monthly_queries",
            "overwritten_fraction",
        ),
        _vectors,
    ),
    by_usage("AWS::ECR::Repository", By("storage_gb", "ecr", "storage.gb_month", "GB-month", idle=True)),
    by_usage("AWS::EFS::FileSystem", By("storage_gb", "efs", "standard.gb_month", "GB-month", idle=True)),
    Kind("AWS::KMS::Key", ("monthly_requests",), _key),
    Kind("AWS::KMS::ReplicaKey", ("monthly_requests",), _key),
    Kind("AWS::SecretsManager::Secret", ("monthly_api_calls",), _secret),
)
