"""Products in the shape that the Price List API gives them, made up around real usage types."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from planner.refresh.models import models

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["PUBLISHED", "VERSION", "bedrock", "marketplace", "product", "thousands"]

VERSION: Final = "20261201081500"
PUBLISHED: Final = "2026-12-01T08:15:00Z"
EFFECTIVE: Final = "2026-12-01T00:00:00Z"
_PREFIXES: Final = {"us-east-1": "USE1", "us-west-2": "USW2", "eu-west-1": "EU", "ap-northeast-1": "APN1"}


def product(
    code: str,
    usagetype: str,
    usd: str | Sequence[tuple[str, str, str]],
    unit: str,
    *,
    region: str = "us-east-1",
    description: str = "",
    effective: str = EFFECTIVE,
    currency: str = "USD",
    **attributes: str,
) -> dict[str, Any]:
    """Return an API document; `usd` is one price, or (begin, end, price) a tier."""
    tiers = [("0", "Inf", usd)] if isinstance(usd, str) else list(usd)
    sku = hashlib.sha256(f"{code} {usagetype} {sorted(attributes.items())}".encode()).hexdigest()[:16].upper()
    term = f"{sku}.JRTCKXETXF"
    return {
        "product": {
            "productFamily": attributes.pop("productFamily", code),
            "attributes": {
                "regionCode": region,
                "servicecode": code,
                "usagetype": usagetype,
                "locationType": "AWS Region",
                "location": "US East (N. Virginia)",
                "servicename": code,
                "operation": "",
                **attributes,
            },
            "sku": sku,
        },
        "serviceCode": code,
        "terms": {
            "OnDemand": {
                term: {
                    "priceDimensions": {
                        f"{term}.{number}": {
                            "unit": unit,
                            "endRange": end,
                            "description": description or f"${price} per {unit} for {usagetype}",
                            "appliesTo": [],
                            "rateCode": f"{term}.{number}",
                            "beginRange": begin,
                            "pricePerUnit": {currency: price},
                        }
                        for number, (begin, end, price) in enumerate(tiers)
                    },
                    "sku": sku,
                    "effectiveDate": effective,
                    "offerTermCode": "JRTCKXETXF",
                    "termAttributes": {},
                }
            }
        },
        "version": VERSION,
        "publicationDate": PUBLISHED,
    }


def bedrock(usagetype: str, usd: str, unit: str = "1K tokens", **more: str) -> dict[str, Any]:
    """Return a product of AmazonBedrock."""
    return product("AmazonBedrock", usagetype, usd, unit, **more)


def marketplace(name: str, usagetype: str, usd: str, description: str, **more: str) -> dict[str, Any]:
    """Return a product of AmazonBedrockFoundationModels: unit "Units", whatever it is."""
    return product(
        "AmazonBedrockFoundationModels",
        usagetype,
        usd,
        "Units",
        description=f"AWS Marketplace software usage|us-east-1|{description}",
        servicename=f"{name} (Amazon Bedrock Edition)",
        **more,
    )


def thousands() -> Iterator[dict[str, Any]]:
    """Yield some thousands of products of the kinds that AmazonBedrock's list is made of, a tenth of them unknown."""
    tails = ["", "-batch", "-flex", "-priority", "-custom-model", "-cross-region-global", "-cross-region-global-batch"]
    for region, prefix in _PREFIXES.items():
        for number, model in enumerate(sorted(set(models().ids.values()))):
            name = model.split(".", 1)[1].replace(":", "-")
            known = min(each for each, found in models().ids.items() if found == model)
            for tail in tails:
                for side, usd in (("input", 100 + number), ("output", 400 + number)):
                    yield bedrock(
                        f"{prefix}-{known}-{side}-tokens{tail}", f"0.000{usd}0000", region=region, model=known
                    )
            yield bedrock(f"{prefix}-{name}-novel-thing", "0.5", "Thing", region=region)
