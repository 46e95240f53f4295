"""SageMaker: endpoint configurations by instance and count, serverless ones, notebooks, Studio domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from planner.estimate.facts import Facts, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.estimate.facts import Use

__all__ = ["KINDS"]

_DEFAULT_NOTEBOOK_GB: Final = 5  # SageMaker's own default for VolumeSizeInGB


def _config(facts: Facts) -> Iterator[Use]:
    variants = [*facts.items("ProductionVariants"), *facts.items("ShadowProductionVariants")]
    if not variants:
        facts.gap("ProductionVariants", "ProductionVariants is missing")
    for number, variant in enumerate(variants):
        stated: dict[str, Any] = variant if isinstance(variant, dict) else {}
        yield from _variant(facts, stated, f"ProductionVariants.{number}")


def _variant(facts: Facts, variant: dict[str, Any], name: str) -> Iterator[Use]:
    if "ServerlessConfig" in variant:
        serverless = variant["ServerlessConfig"] if isinstance(variant["ServerlessConfig"], dict) else {}
        memory = facts.number_of(serverless.get("MemorySizeInMB"), f"{name}.MemorySizeInMB")
        seconds = facts.used("monthly_inference_seconds")
        if serverless.get("ProvisionedConcurrency") is not None:
            facts.gap(f"{name}.ProvisionedConcurrency", "provisioned concurrency is not priced")
        if memory is not None and seconds is not None:
            key = ("sagemaker", "serverless.gb_second", "standard")
            yield from facts.priced(key, memory / 1024 * seconds, "GB-second", "memory × seconds", idle=False)
        return
    instance = facts.text_of(variant.get("InstanceType"), f"{name}.InstanceType")
    count = facts.number_of(variant.get("InitialInstanceCount"), f"{name}.InitialInstanceCount", 1)
    yield from facts.meter("sagemaker.hosting", idle=True, instance=instance, instances=count, hours=facts.hours())
    if "VolumeSizeInGB" in variant and count is not None:
        gb = facts.number_of(variant["VolumeSizeInGB"], f"{name}.VolumeSizeInGB")
        yield from facts.meter(
            "sagemaker.storage", idle=True, component="hosting", gb_months=None if gb is None else gb * count
        )


def _notebook(facts: Facts) -> Iterator[Use]:
    yield from facts.meter(
        "sagemaker.notebook", idle=True, instance=facts.text("InstanceType"), instances=1, hours=facts.hours()
    )
    gb = facts.number("VolumeSizeInGB", default=_DEFAULT_NOTEBOOK_GB)
    yield from facts.meter("sagemaker.storage", idle=True, component="notebook", gb_months=gb)


def _domain(facts: Facts) -> Iterator[Use]:
    key = ("sagemaker", "storage.gb_month", "studio")
    yield from facts.priced(key, facts.used("storage_gb"), "GB-month", "GB of home folders", idle=True)
    facts.gap("applications", "instances of Studio's applications are charged while they run")


KINDS = (
    Kind("AWS::SageMaker::EndpointConfig", ("monthly_hours", "monthly_inference_seconds"), _config),
    Kind("AWS::SageMaker::NotebookInstance", ("monthly_hours",), _notebook),
    Kind("AWS::SageMaker::Domain", ("storage_gb",), _domain),
)
