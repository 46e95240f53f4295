"""Which instances a training and an endpoint take: the cheapest that hold them, as trying every one of them shows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.blueprint.endpoint import endpoint_instances
from planner.catalog import load_catalog
from planner.instances import cheapest_endpoint, cheapest_training, hosted_gib
from planner.money import CONTEXT
from planner.price_book import PriceKey, PriceNotFound
from planner.training.hours import hours_on, instances_needed, training_memory_gb
from tests.planner.builders import SHIPPED_BOOK, MadeUpBook, both_of, context_of

if TYPE_CHECKING:
    from planner.catalog import Instance
    from planner.context import Context
    from planner.signals import Signals

CATALOG = load_catalog()
LLAMA_8B = (Decimal("8.03"), Decimal("8.03"))
MIXTRAL = (Decimal("12.88"), Decimal("46.703"))


def usd_per_hour(use: str, instance: str, context: Context) -> Decimal | None:
    key = PriceKey("sagemaker", f"{use}.instance_hour", instance, "in_region")
    price = context.book.price(key, region=context.region, as_of=context.as_of)
    return None if isinstance(price, PriceNotFound) else price.tiers[0].usd


def on_cuda(instance: Instance) -> bool:
    accelerator = CATALOG.accelerators.get(instance.accelerator or "")
    return accelerator is not None and accelerator.maker == "NVIDIA"


# --- Endpoints -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params_b", "gib"),
    # 16 bits a parameter × 1.3, in GiB: 2^30 parameters take 2.6.
    [("1.073741824", "2.6"), ("10.73741824", "26"), ("8.03", "19.4442")],
)
def test_serving_takes_the_weights_and_room_for_caches(params_b: str, gib: str) -> None:
    assert round(hosted_gib(Decimal(params_b), context_of()), 4) == Decimal(gib)


def served(per_minute: int, *, tokens: int = 850) -> tuple[Context, Signals]:
    traffic = {
        "requests_per_month": 1,
        "peak_requests_per_minute": per_minute,
        "input_tokens_per_request": tokens - 100,
        "output_tokens_per_request": 100,
    }
    # 2,000 tokens a second of a 7-billion-parameter model on one A10G, of which half may be used.
    assumptions = {"serving_tokens_per_second_7b_a10g": 2000, "serving_utilization": Decimal("0.5")}
    return both_of({"traffic": traffic, "assumptions": assumptions})


@pytest.mark.parametrize(
    ("instance", "params_b", "per_minute", "count"),
    [
        # A request of 1,000 tokens a second each is what one A10G serves: 60 a minute.
        ("ml.g5.xlarge", "7", 60, 1),
        ("ml.g5.xlarge", "7", 61, 2),
        ("ml.g5.xlarge", "7", 0, 1),
        # Twice the parameters, half the tokens; four accelerators, four times as many.
        ("ml.g5.xlarge", "14", 61, 3),
        ("ml.g5.12xlarge", "7", 240, 1),
        ("ml.g5.12xlarge", "7", 241, 2),
        # An L4 reads its memory at 300 GB/s, half of what an A10G does; an H100 at 3,350, eight of them in a p5.
        ("ml.g6.xlarge", "7", 30, 1),
        ("ml.g6.xlarge", "7", 31, 2),
        ("ml.p5.48xlarge", "7", 2680, 1),
        ("ml.p5.48xlarge", "7", 2681, 2),
    ],
)
def test_so_many_instances_serve_the_busiest_minute(instance: str, params_b: str, per_minute: int, count: int) -> None:
    context, signals = served(per_minute, tokens=1000)
    found = endpoint_instances(CATALOG.instances[instance], Decimal(params_b), Decimal(1000), context, signals)
    assert found == count


def test_without_a_known_bandwidth_nothing_is_said_of_what_an_endpoint_serves() -> None:
    context, signals = served(60)
    with pytest.raises(ValueError, match=r"the memory bandwidth of ml\.g4dn\.12xlarge is not known"):
        endpoint_instances(CATALOG.instances["ml.g4dn.12xlarge"], Decimal(7), Decimal(1), context, signals)
    # A T4's bandwidth is in no source: it is not offered, however cheap it is.
    book = MadeUpBook({"sagemaker.hosting.instance_hour ml.g4dn.12xlarge": "0.01"})
    cheap = replace(context, book=book, tables={})
    assert cheapest_endpoint("fine_tuning", LLAMA_8B, cheap, signals) is None


@given(
    per_minute=st.integers(0, 20_000),
    params=st.sampled_from([LLAMA_8B, MIXTRAL, (Decimal("0.6"), Decimal("0.6")), (Decimal(70), Decimal(70))]),
)
def test_the_cheapest_endpoint_is_the_cheapest_of_all_that_hold_the_model(
    per_minute: int, params: tuple[Decimal, Decimal]
) -> None:
    with localcontext(CONTEXT):
        context, signals = served(per_minute)
        tried = []
        for instance in CATALOG.instances.values():
            usd = usd_per_hour("hosting", instance.id, context)
            bandwidth = CATALOG.accelerators[instance.accelerator].bandwidth_gb_s if instance.accelerator else None
            if usd is None or not on_cuda(instance) or not bandwidth or instance.gpu_memory_gib is None:
                continue
            if instance.gpus * instance.gpu_memory_gib >= hosted_gib(params[1], context):
                count = endpoint_instances(instance, params[0], Decimal(850), context, signals)
                tried.append((usd * count, instance.id, count))
        assert len(tried) > 3
        assert cheapest_endpoint("fine_tuning", params, context, signals) == min(tried)[1:]


def test_no_endpoint_where_nothing_holds_the_model_or_nothing_has_a_price() -> None:
    context, signals = served(60)
    assert cheapest_endpoint("fine_tuning", (Decimal(1), Decimal(100_000)), context, signals) is None
    no_prices = replace(context, book=MadeUpBook(), tables={})
    assert cheapest_endpoint("fine_tuning", LLAMA_8B, no_prices, signals) is None


# --- Training --------------------------------------------------------------------------------------------------------


@given(
    job=st.sampled_from(
        [
            ("fine_tuning", "lora", LLAMA_8B),
            ("fine_tuning", "qlora", LLAMA_8B),
            ("fine_tuning", "lora", MIXTRAL),
            ("fine_tuning", "full_ft", LLAMA_8B),
            ("train_from_scratch", "from_scratch", (Decimal(1), Decimal(1))),
        ]
    ),
    tokens=st.integers(0, 10**11),
    use=st.sampled_from(["training", "hyperpod"]),
)
def test_the_cheapest_training_is_the_cheapest_of_all_that_hold_it(
    job: tuple[str, str, tuple[Decimal, Decimal]], tokens: int, use: str
) -> None:
    approach, method, params = job
    with localcontext(CONTEXT):
        context = context_of()
        memory = training_memory_gb(method, params[1], context)
        tried = []
        for instance in CATALOG.instances.values():
            usd = usd_per_hour(use, instance.id, context)
            if usd is None or not on_cuda(instance):
                continue
            count = instances_needed(approach, method, Decimal(tokens), params[0], memory, instance, context)
            if count is not None:
                hours = hours_on(Decimal(tokens), params[0], instance, count, context)
                assert hours is not None
                tried.append((usd * count * hours, instance.id, count))
        found = cheapest_training(approach, method, Decimal(tokens), params, context, use=use)
        assert found == (min(tried)[1:] if tried else None)


def test_only_cuda_instances_are_offered() -> None:
    # Trainium has a price for training here and would hold an adapter's training.
    context = context_of(book=MadeUpBook({"sagemaker.training.instance_hour ml.trn1.32xlarge": "0.01"}))
    assert cheapest_training("fine_tuning", "lora", Decimal(1), LLAMA_8B, context, use="training") is None


@pytest.mark.parametrize(
    ("pinned", "found"),
    [
        # Taken as it is, though a cheaper one holds the job; as many as hold it.
        ({"instance": "ml.p4d.24xlarge"}, ("ml.p4d.24xlarge", 1)),
        ({"instance": "ml.g5.12xlarge"}, ("ml.g5.12xlarge", 2)),
        ({"instance": "ml.g5.12xlarge", "instances": 5}, ("ml.g5.12xlarge", 5)),
        # One where nothing can be said of how many.
        ({"instance": "ml.g4dn.xlarge"}, ("ml.g4dn.xlarge", 1)),
        # A pinned number goes with the cheapest type.
        ({"instances": 3}, ("ml.g5.12xlarge", 3)),
    ],
)
def test_a_pinned_instance_is_taken_as_it_is(pinned: dict[str, str | int], found: tuple[str, int]) -> None:
    # Full training of 8.03 billion parameters takes 187.9 GB: two ml.g5.12xlarge of 96 GB each.
    book = MadeUpBook(
        {
            "sagemaker.training.instance_hour ml.g5.12xlarge": "1",
            "sagemaker.training.instance_hour ml.p4d.24xlarge": "9",
        }
    )
    context = context_of({"design": {"training": {"service": "sagemaker", **pinned}}}, book=book)
    assert cheapest_training("fine_tuning", "full_ft", Decimal(10**6), LLAMA_8B, context, use="training") == found


def test_offers_are_looked_up_once_for_a_region_and_day() -> None:
    class CountingBook(MadeUpBook):
        asked = 0

        def price(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]
            self.asked += 1
            return SHIPPED_BOOK.price(*args, **kwargs)  # type: ignore[arg-type]

    book = CountingBook()
    context, signals = both_of(book=book)
    first = cheapest_endpoint("fine_tuning", LLAMA_8B, context, signals)
    after_one = book.asked
    assert after_one > 0
    assert cheapest_endpoint("fine_tuning", LLAMA_8B, context.unrecorded(), signals) == first
    assert book.asked == after_one
