"""Any plan within the contract can be reported, whatever its texts and numbers are."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from planner.plan_document import PlanDocument
from planner.report import render_json, render_json_line, render_markdown, render_text

texts = st.text(max_size=25)
maybe_texts = st.none() | texts
# As the contract writes them: decimals as text.
decimals = st.decimals(allow_nan=False, allow_infinity=False).map(lambda number: format(number, "f")[:60].rstrip("."))
amounts = decimals.map(lambda text: "0" if text == "-" else text)
maybe_amounts = st.none() | amounts
approaches = st.sampled_from(
    ["prompt_engineering", "rag", "fine_tuning", "continued_pretraining", "train_from_scratch", "of_tomorrow"]
)
dates = st.dates().map(str)


def objects(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(keys)


def short(items: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[list[Any]]:
    return st.lists(items, max_size=most)


trainings = objects(
    service=st.sampled_from(["bedrock", "sagemaker"]),
    method=maybe_texts,
    epochs=st.integers(1, 9),
    instance=maybe_texts,
    instances=st.none() | st.integers(1, 9),
    spot=st.booleans(),
    teacher=maybe_texts,
)
designs = objects(
    approach=approaches,
    model=texts,
    inference=st.sampled_from(["on_demand", "provisioned_throughput", "sagemaker_endpoint"]),
    opensearch_generation=st.none() | st.sampled_from(["classic", "nextgen"]),
    vector_store=st.none() | st.sampled_from(["opensearch_serverless", "of_tomorrow"]),
    embedding_model=maybe_texts,
    training=st.none() | trainings,
    model_units=st.none() | st.integers(1, 99),
    term=st.none() | st.sampled_from(["no_commitment", "1_month"]),
    endpoint_instance=maybe_texts,
    endpoint_instances=st.none() | st.integers(1, 9),
    retraining_per_year=maybe_amounts,
)
conflicts = short(objects(usd=maybe_amounts, source=texts, confidence=st.sampled_from(["A", "conflict"])))
prices = st.fixed_dictionaries(
    {"sku": texts, "effective": dates, "source": st.sampled_from(["one", "two", "discount"]) | texts},
    optional={"own": st.booleans(), "conflicts": conflicts, "confidence": st.sampled_from(["A", "derived"])},
)
reasons = objects(id=texts, text=texts, reads=short(texts), source=maybe_texts)
rejected = objects(
    approach=approaches,
    reasons=short(reasons),
    monthly_usd=maybe_amounts,
    one_time_usd=maybe_amounts,
    total_usd=maybe_amounts,
)
bounds = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
targets = objects(choice=texts, value=texts)
flips = objects(key=texts, above=bounds, to=targets, text=texts) | objects(key=texts, below=bounds, to=targets)
misses = objects(constraint=texts, limit=texts | amounts, value=amounts) | objects(constraint=texts, text=texts)
resources = st.none() | st.sampled_from(["plan/Documents/Resource", "plan/Key"]) | texts
lines = objects(
    component=texts,
    variant=texts,
    resource=resources,
    resource_type=texts,
    meter=texts,
    dimension=st.sampled_from(["input_mtok", "put_k", "of_tomorrow_million", "discount"]) | texts,
    rule=texts | st.just("EDP: 9 % off put_k"),
    quantity=amounts,
    unit=texts,
    unit_price_usd=amounts,
    usd=amounts,
    charge=st.sampled_from(["monthly", "one_time"]),
    idle_usd=amounts,
    price=st.just("given") | prices,
)
unpriced = objects(
    component=texts,
    variant=texts,
    resource=resources,
    resource_type=texts,
    meter=texts,
    dimension=texts,
    quantity=amounts,
    unit=texts,
    charge=st.sampled_from(["monthly", "one_time"]),
    reason=texts,
)
five = dict.fromkeys(("monthly_usd", "idle_monthly_usd", "one_time_usd", "total_usd"), amounts)
bands = objects(**five, usd_per_1000_requests=maybe_amounts)
people = objects(days=amounts, usd=maybe_amounts)
worth = objects(value_usd=amounts, net_usd=amounts, return_share=maybe_amounts)
costs = st.fixed_dictionaries(
    {**five, "usd_per_1000_requests": maybe_amounts, "low": bands, "high": bands, "complete": st.booleans()},
    optional={"people": st.none() | people, "value": st.none() | worth},
)
values = st.none() | st.booleans() | texts | amounts | short(texts)
assumptions = st.fixed_dictionaries(
    {"key": texts, "value": values, "why": texts, "moves_total_by_usd": maybe_amounts},
    optional={"unit": texts, "source": texts, "stated": st.booleans()},
)
documents = st.fixed_dictionaries(
    {
        "schema": st.just(1),
        "name": st.just("plan"),
        "region": st.just("us-east-1"),
        "priced_on": dates,
        "prices_as_of": dates,
        "stack": st.none() | st.just("prompting"),
        "decision": st.fixed_dictionaries(
            {
                "approach": approaches,
                "admissible": st.booleans(),
                "then": short(approaches),
                "reasons": short(reasons),
                "rejected": short(rejected),
                "would_change_if": short(flips),
            },
            optional={"text": texts, "misses": short(misses)},
        ),
        "design": designs,
        "cost": costs,
        "bill": short(lines, most=3),
        "alternatives": short(
            objects(design=designs, monthly_usd=amounts, one_time_usd=amounts, total_usd=maybe_amounts, why_not=texts)
        ),
        "unpriced": short(unpriced),
        "assumptions": short(assumptions),
        "warnings": short(objects(id=texts, text=texts)),
        "sources": st.just({"one": "The first source", "two": {"title": "The second", "url": "https://example.com"}}),
    },
    optional={
        "currency": st.none() | objects(code=texts, rate=amounts, monthly=amounts, total=maybe_amounts),
        "workload": st.fixed_dictionaries({}, optional={"horizon_months": st.integers(1, 60), "description": texts}),
    },
)


# A plan is large, and drawing one takes longer than reporting it.
few = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@few
@given(documents, st.integers(-3, 160), st.booleans(), st.booleans())
def test_any_plan_can_be_reported(document: dict[str, Any], width: int, color: bool, unicode: bool) -> None:
    plan = PlanDocument(document)
    check_text(render_text(plan, width=width, color=color, unicode=unicode), width=width, color=color, unicode=unicode)
    check_markdown(render_markdown(plan))
    assert json.loads(render_json(document)) == document
    line = render_json_line(document)
    assert json.loads(line) == document
    assert len(line.splitlines()) == 1


def check_text(report: str, *, width: int, color: bool, unicode: bool) -> None:
    assert "Estimate," in report
    assert report.isascii() or unicode
    if not color:
        assert all(cell_len(line) <= max(width, 20) for line in report.split("\n"))


def check_markdown(report: str) -> None:
    """Nothing that a plan holds adds a cell to a row, or a row to a table."""
    report.encode("utf-8")
    for block in report.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("|"):
            assert len({line.count("|") for line in lines}) == 1
            assert all(line.startswith("| ") and line.endswith(" |") for line in lines)
