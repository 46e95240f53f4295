from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

import pytest

from planner.catalog import Catalog, load_catalog
from planner.catalog.compile import FOLDER, compile_catalog, main
from planner.errors import InputError
from planner.price_book import Price, PriceBook, PriceKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from planner.catalog.entries import EmbeddingModel, TextModel

DAY = date(2026, 11, 20)
STORES = {"opensearch_serverless", "opensearch", "s3_vectors", "aurora_pgvector", "kendra", "neptune_analytics"}
# Where a model can be called, but no source gives its price there.
NO_PRICE_READ = {("amazon.titan-embed-image-v1", "us-west-2")}
CATALOG = load_catalog()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return CATALOG


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook()


def source_file(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    source_file(tmp_path, "sources.yaml", "kind: sources\nentries:\n  page: {name: A page, observed: 2026-11-20}\n")
    return tmp_path


def test_compiled_files_are_up_to_date() -> None:
    present = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "compiled").glob("*.json")}
    assert present == compile_catalog(), "run python -m planner.catalog.compile"


def test_check_says_nothing_when_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_enough_models_are_known(catalog: Catalog) -> None:
    usable = [model for model in catalog.text_models if model.takes_new_customers and model.available_on(DAY)]
    assert len(usable) >= 40
    assert len(catalog.embedding_models) >= 3
    assert len(catalog.open_weight_models) >= 20
    assert {model.model_class for model in usable} == {"small", "standard", "large"}


def test_ids_and_aliases_are_unique(catalog: Catalog) -> None:
    groups = (catalog.text_models, catalog.embedding_models, catalog.open_weight_models)
    names = [name for group in groups for model in group for name in {model.id, *model.aliases}]
    folded = [name.casefold() for name in names]
    assert len(folded) == len(set(folded))
    assert len(catalog.model_ids()) == sum(map(len, groups))


class Sourced(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def sources(self) -> Mapping[str, str]: ...


def test_each_fact_has_a_source(catalog: Catalog) -> None:
    groups: tuple[Iterable[Sourced], ...] = (
        catalog.text_models,
        catalog.embedding_models,
        catalog.open_weight_models,
        catalog.accelerators.values(),
        catalog.instances.values(),
        catalog.vector_stores.values(),
        catalog.limits.values(),
    )
    for group in groups:
        for entry in group:
            assert entry.sources, entry.id
            assert all(source in catalog.sources for source in entry.sources.values()), entry.id


def test_every_source_is_used(catalog: Catalog) -> None:
    compiled = "".join(compile_catalog().values())
    assert [key for key in catalog.sources if compiled.count(f'"{key}"') < 2] == []


@pytest.mark.parametrize(
    "name",
    [
        "amazon.nova-lite-v1:0",
        "us.amazon.nova-lite-v1:0",
        "Nova Lite",
        "amazon nova lite",
    ],
)
def test_a_model_is_found_by_id_profile_and_name(catalog: Catalog, name: str) -> None:
    model = catalog.text_model(name)
    assert model is not None
    assert model.id == "amazon.nova-lite-v1:0"


def test_kinds_of_models_are_not_mixed_up(catalog: Catalog) -> None:
    assert catalog.model("no.such-model") is None
    assert catalog.text_model("amazon.titan-embed-text-v2:0") is None
    assert catalog.embedding_model("amazon.titan-embed-text-v2:0") is not None
    assert catalog.open_weight_model("meta-llama/Llama-3.1-8B-Instruct") is not None
    assert catalog.embedding_model("amazon.nova-lite-v1:0") is None
    assert catalog.open_weight_model("amazon.nova-lite-v1:0") is None


@pytest.mark.parametrize("model", [m for m in CATALOG.text_models if m.available_on(DAY)], ids=lambda m: m.id)
def test_a_text_model_is_priced_wherever_it_can_be_called(book: PriceBook, model: TextModel) -> None:
    for region, scopes in model.regions.items():
        for scope in scopes:
            for item in ("on_demand.input_mtok", "on_demand.output_mtok"):
                price = book.price(PriceKey("bedrock", item, model.id, scope), region=region, as_of=DAY)
                assert isinstance(price, Price), f"{item} {region} {scope}: {price}"


@pytest.mark.parametrize("model", CATALOG.embedding_models, ids=lambda m: m.id)
def test_an_embedding_model_is_priced_wherever_it_can_be_called(book: PriceBook, model: EmbeddingModel) -> None:
    for region, scopes in model.regions.items():
        for scope in scopes:
            price = book.price(PriceKey("bedrock", "embedding.input_mtok", model.id, scope), region=region, as_of=DAY)
            known = (model.id, region) not in NO_PRICE_READ
            assert isinstance(price, Price) == known, f"{region} {scope}: {price}"


# What the user guide says of each: where it can be trained, how a customized one is served.
@pytest.mark.parametrize(
    ("model_id", "method", "region", "served_by"),
    [
        ("amazon.nova-micro-v1:0", "fine_tuning", "us-east-1", ("custom_on_demand", "provisioned_throughput")),
        ("amazon.nova-pro-v1:0", "distillation", "us-east-1", ("custom_on_demand", "provisioned_throughput")),
        ("amazon.nova-2-lite-v1:0", "reinforcement_fine_tuning", "us-east-1", ("custom_on_demand",)),
        ("amazon.titan-text-express-v1", "continued_pretraining", "us-west-2", ("provisioned_throughput",)),
        ("anthropic.claude-3-haiku-20240307-v1:0", "fine_tuning", "us-west-2", ("provisioned_throughput",)),
        ("meta.llama3-1-8b-instruct-v1:0", "fine_tuning", "us-west-2", ("provisioned_throughput",)),
        ("meta.llama3-3-70b-instruct-v1:0", "fine_tuning", "us-west-2", ("custom_on_demand",)),
    ],
)
def test_customization(catalog: Catalog, model_id: str, method: str, region: str, served_by: tuple[str, ...]) -> None:
    model = catalog.text_model(model_id)
    assert model is not None
    assert model.can_be_trained(method, region)
    assert model.custom_serving(region) == served_by


@pytest.mark.parametrize(
    ("model_id", "method", "region"),
    [
        ("amazon.nova-lite-v1:0", "fine_tuning", "us-west-2"),
        ("amazon.nova-lite-v1:0", "continued_pretraining", "us-east-1"),
        ("amazon.nova-premier-v1:0", "fine_tuning", "us-east-1"),
        ("meta.llama3-1-8b-instruct-v1:0", "fine_tuning", "us-east-1"),
        ("anthropic.claude-haiku-4-5-20251001-v1:0", "fine_tuning", "us-east-1"),
    ],
)
def test_no_customization(catalog: Catalog, model_id: str, method: str, region: str) -> None:
    model = catalog.text_model(model_id)
    assert model is not None
    assert not model.can_be_trained(method, region)


def test_teachers_and_base_models_are_known(catalog: Catalog) -> None:
    for model in catalog.text_models:
        if model.customization is None:
            continue
        assert model.customization.base_model_identifier.startswith(model.id.removesuffix("-v1")), model.id
        if model.customization.distillation:
            assert all(catalog.text_model(teacher) for teacher in model.customization.distillation.teachers), model.id


def test_epochs_stand_in_order(catalog: Catalog) -> None:
    for model in catalog.text_models:
        for method in ("fine_tuning", "continued_pretraining"):
            training = getattr(model.customization, method, None)
            if training and training.epochs_default:
                assert training.epochs_min <= training.epochs_default <= training.epochs_max, model.id


def test_lifecycle(catalog: Catalog) -> None:
    legacy = catalog.text_model("anthropic.claude-opus-4-1-20250805-v1:0")
    assert legacy is not None
    assert not legacy.takes_new_customers
    # Its last day is the one before 2027-01-08.
    assert legacy.available_on(date(2027, 1, 7))
    assert not legacy.available_on(date(2027, 1, 8))
    for model in catalog.text_models:
        if model.end_of_life:
            assert model.lifecycle == "legacy", model.id


def test_open_weight_models_point_to_bedrock(catalog: Catalog) -> None:
    for model in catalog.open_weight_models:
        assert model.active_params_b <= model.params_b, model.id
        if model.bedrock_id:
            assert catalog.text_model(model.bedrock_id) is not None, model.id


def test_parameters_follow_from_the_shape(catalog: Catalog) -> None:
    model = catalog.open_weight_model("meta-llama/Llama-3.1-8B-Instruct")
    assert model is not None
    # Embeddings twice 128,256 × 4,096 and the last norm; a layer has 2 × 4,096 × 4,096 for queries and output,
    # 2 × 4,096 × 1,024 for keys and values, 3 × 4,096 × 14,336 for the MLP and two norms: 8,030,261,248.
    layer = 2 * 4096 * 4096 + 2 * 4096 * 8 * 128 + 3 * 4096 * 14336 + 2 * 4096
    assert model.params_b == Decimal("8.030")
    assert 2 * 128256 * 4096 + 4096 + 32 * layer == 8_030_261_248


def test_instances(catalog: Catalog) -> None:
    assert len(catalog.instances) >= 50
    small = catalog.instances["ml.g5.2xlarge"]
    assert (small.accelerator, small.gpus, small.vcpus, small.memory_gib) == ("a10g", 1, 8, Decimal(32))
    large = catalog.instances["ml.p5.48xlarge"]
    assert (large.gpus, large.gpu_memory_gib, large.efa_interfaces, large.network_gbps) == (
        8,
        Decimal(80),
        32,
        Decimal(3200),
    )
    for instance in catalog.instances.values():
        assert (instance.accelerator in catalog.accelerators) == (instance.gpus > 0), instance.id


@pytest.mark.parametrize("use", ["training", "hosting"])
def test_instances_are_priced_where_they_have_a_rate(catalog: Catalog, book: PriceBook, use: str) -> None:
    for instance in catalog.instances.values():
        for region in instance.regions(use):
            key = PriceKey("sagemaker", f"{use}.instance_hour", instance.id, "in_region")
            assert isinstance(book.price(key, region=region, as_of=DAY), Price), f"{instance.id} {use} {region}"


def test_vector_stores(catalog: Catalog) -> None:
    assert set(catalog.vector_stores) == STORES
    assert [store.id for store in catalog.vector_stores.values() if store.relations] == ["neptune_analytics"]
    assert catalog.vector_stores["kendra"].lifecycle == "closed_to_new_customers"
    assert {s.id for s in catalog.vector_stores.values() if s.scales_to_zero} == {"s3_vectors", "aurora_pgvector"}


def test_limits(catalog: Catalog) -> None:
    assert catalog.limit("knowledge_base.chunk_tokens").value == 300
    assert catalog.limit("knowledge_base.results").value == 5
    assert catalog.limit("opensearch.hnsw_overhead").value == Decimal("1.1")
    for limit in catalog.limits.values():
        assert (limit.value is None) == bool(limit.values), limit.id


def test_a_source_can_be_looked_up(catalog: Catalog) -> None:
    model = catalog.text_model("amazon.nova-lite-v1:0")
    assert model is not None
    assert catalog.source(model, "context_tokens").name.startswith("PyPI litellm")


def test_loading_needs_neither_yaml_nor_pydantic() -> None:
    program = (
        "import sys; from planner.catalog import load_catalog; load_catalog();"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'ruamel', 'pydantic', 'yaml', 'difflib'}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.replace("'", '"')) == []


ENTRIES = "kind: limits\nentries:\n"
LIMIT = "  - {id: a.b, what: a thing, unit: things, value: 1.50, sources: {value: page}}\n"


def test_decimals_keep_their_digits(folder: Path) -> None:
    source_file(folder, "limits.yaml", f"{ENTRIES}{LIMIT}")
    assert '"value":1.50' in compile_catalog(folder)["limits.json"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: limts\nentries: []\n", "kind: 'limts' is none of .*did you mean 'limits'"),
        ("kind: limits\nentry: []\n", "unknown key 'entry'; did you mean 'entries'"),
        ("kind: limits\nentries: []\n", "entries: none"),
        ("- a list\n", "not a mapping"),
        ("kind: limits\nentries: [1]\n", "1 is not a mapping"),
        ("kind: [\n", "line 2"),
        ("kind: limits\nkind: limits\n", "duplicate key"),
        (f"{ENTRIES}{LIMIT.replace('what:', 'waht:')}", "a.b: unknown key 'waht'; did you mean 'what'"),
        (f"{ENTRIES}{LIMIT.replace('unit: things, ', '')}", "a.b: key 'unit' is missing"),
        (f"{ENTRIES}{LIMIT.replace('1.50', 'many')}", "a.b.value: 'many' is not a number"),
        (f"{ENTRIES}{LIMIT.replace('1.50', '-1')}", "a.b.value: -1 is not a number of at least 0"),
        (f"{ENTRIES}{LIMIT.replace('a.b', 'ab')}", "'ab' does not look like"),
        (f"{ENTRIES}{LIMIT.replace('a thing', '3')}", "a.b.what: 3 is not text"),
        (f"{ENTRIES}{LIMIT.replace('value: page', 'x: page')}", "sources: unknown fact 'x'"),
        (f"{ENTRIES}{LIMIT.replace('value: page', 'unit: page')}", "value has no source"),
        (
            f"{ENTRIES}{LIMIT.replace('page', 'pag')}",
            "'pag' is not in sources.yaml; did you mean 'page'",
        ),
        (f"{ENTRIES}{LIMIT}{LIMIT}", "the name 'a.b' is taken by limits.yaml: a.b"),
        (
            ENTRIES + LIMIT.replace("value: 1.50", "values: [1, 1]").replace("value:", "values:"),
            r"a.b.values\[1\]: 1 is there twice",
        ),
        (
            ENTRIES + LIMIT.replace("value: 1.50", "values: 1").replace("value:", "values:"),
            "a.b.values: 1 is not a list",
        ),
        (
            f"{ENTRIES}{LIMIT.replace('value: 1.50', 'value: 1, adjustable: 1')}",
            "1 is not true or false",
        ),
    ],
)
def test_a_broken_file_is_named_with_its_key_and_value(folder: Path, text: str, message: str) -> None:
    source_file(folder, "limits.yaml", text)
    with pytest.raises(InputError, match=f"(?s)^limits.yaml.*{message}"):
        compile_catalog(folder)


def test_a_broken_instance_is_named(folder: Path) -> None:
    entry = "{id: ml.g5.xlarge, family: g5, vcpus: 0, memory_gib: 1, uses: {train: [us-east-1]}}"
    text = f"kind: instances\nentries:\n  - {entry}\n"
    source_file(folder, "instances.yaml", text)
    with pytest.raises(InputError, match=r"ml.g5.xlarge.vcpus: 0 is not a whole number of at least 1"):
        compile_catalog(folder)
    source_file(folder, "instances.yaml", text.replace("vcpus: 0", "vcpus: 4"))
    with pytest.raises(InputError, match=r"uses: 'train' is none of training.*did you mean 'training'"):
        compile_catalog(folder)
    source_file(folder, "instances.yaml", text.replace("vcpus: 0", "vcpus: 4").replace("{train: [us-east-1]}", "[]"))
    with pytest.raises(InputError, match=r"uses: \[\] is not a mapping with at least one key"):
        compile_catalog(folder)
