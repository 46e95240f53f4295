"""Sides that tests make: hand-made ones, and any that hypothesis draws."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from planner.diff.side import METER, Side, SideLine, SideResource
from planner.money import amount

PATHS = ("app", "app/Bucket/Resource", "app/Queue", "app/Store/Index", "app/Endpoint")
TYPES = ("AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::S3Vectors::Index", "AWS::SageMaker::EndpointConfig")
NOTHING = {"estimated": 0, "free": 0, "unpriced": 0, "unsupported": 0}


def line(quantity: str = "1", price: str = "2", **changes: object) -> SideLine:
    """Return a line of a quantity at a price."""
    made: dict[str, Any] = {
        "component": "documents",
        "variant": "standard",
        "meter": "s3",
        "dimension": "gb_months",
        "unit": "GB-month",
        "charge": "monthly",
        "quantity": Decimal(quantity),
        "unit_price_usd": Decimal(price),
        "usd": amount(Decimal(price), Decimal(quantity)),
        "idle_usd": Decimal(0),
        "sku": "standard",
        "source": "list",
        "effective": "2026-11-20",
    }
    return SideLine(**{**made, **changes})


def resource(*lines: SideLine, **changes: object) -> SideResource:
    """Return a bucket with lines."""
    made: dict[str, Any] = {
        "path": "app/Bucket/Resource",
        "type": "AWS::S3::Bucket",
        "logical_id": None,
        "status": "estimated",
        "reason": None,
        "properties": {},
        "lines": lines,
    }
    return SideResource(**{**made, **changes})


def side(*resources: SideResource, **changes: object) -> Side:
    """Return a template's side."""
    made: dict[str, Any] = {
        "source": "template.json",
        "kind": "template",
        "name": None,
        "region": "us-east-1",
        "priced_on": "2026-11-20",
        "price_book": "sha256:1",
        "complete": True,
        "resources": resources,
        "coverage": NOTHING,
    }
    return Side(**{**made, **changes})


_amounts = st.decimals(min_value=0, max_value=10**6, places=6)
_prices = st.sampled_from([Decimal("0.0000004"), Decimal("0.023"), Decimal(1), Decimal("98.32"), Decimal(0)])


@st.composite
def drawn_lines(draw: st.DrawFn) -> SideLine:
    """Draw a line whose idle part is nothing, all of it, or half."""
    quantity, price = draw(_amounts), draw(_prices)
    charge = draw(st.sampled_from(["monthly", "one_time"]))
    usd = amount(price, quantity)
    idle = draw(st.sampled_from([Decimal(0), usd, usd / 2])) if charge == "monthly" else Decimal(0)
    dimension = draw(st.sampled_from(["gb_months", "put_requests"]))
    return line(str(quantity), str(price), charge=charge, idle_usd=idle, dimension=dimension)


@st.composite
def drawn_sides(draw: st.DrawFn) -> Side:
    """Draw a side of up to five resources."""
    resources = []
    for path in draw(st.lists(st.sampled_from(PATHS), unique=True)):
        kind = METER if path == "app" else draw(st.sampled_from(TYPES))
        properties = (
            {}
            if kind == METER
            else draw(
                st.dictionaries(
                    st.sampled_from(["BucketName", "Tags", "Name"]),
                    st.one_of(
                        st.text(max_size=3), st.integers(0, 3), st.booleans(), st.lists(st.integers(0, 2), max_size=2)
                    ),
                    max_size=2,
                )
            )
        )
        lines = draw(st.lists(drawn_lines(), max_size=3))
        resources.append(resource(*lines, path=path, type=kind, properties=properties))
    return side(*resources)
