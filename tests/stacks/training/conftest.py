"""A model and a tokenizer small enough to train in seconds, and a job around them."""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

import pytest

from stacks.training.training_job import job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    RunJob = Callable[..., int]


@pytest.fixture(scope="session")
def base_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random two-layer Llama and a tokenizer of one token a word."""
    pytest.importorskip("torch")
    pytest.importorskip("peft")
    transformers = pytest.importorskip("transformers")
    from tokenizers import Tokenizer, models, pre_tokenizers  # type: ignore[import-not-found,unused-ignore]

    folder = tmp_path_factory.mktemp("base") / "model"
    words = ["<unk>", "<s>", "</s>", "colour", "of", "the", "sky", "sea", "grass", "is", "blue", "green", "what", "?"]
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    ).save_pretrained(folder)
    transformers.set_seed(1)
    config = transformers.LlamaConfig(
        vocab_size=32,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        tie_word_embeddings=False,
    )
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    """Twelve labelled examples."""
    folder = tmp_path / "train"
    folder.mkdir()
    things = {"sky": "blue", "sea": "blue", "grass": "green"}
    lines = [
        {"prompt": f"what is the colour of {'the ' * times}{thing} ?", "completion": f"{colour} is the colour"}
        for times in range(4)
        for thing, colour in things.items()
    ]
    (folder / "examples.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """Enough text for some thirty blocks of 16 tokens."""
    folder = tmp_path / "train"
    folder.mkdir()
    texts = [f"the sky is blue {'the grass is green ' * (1 + number % 7)}" for number in range(40)]
    (folder / "texts.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts[:30]))
    (folder / "more.txt").write_text(" ".join(texts[30:]))
    return folder


@pytest.fixture
def job_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folders of a training job, named in the environment as SageMaker's toolkit does."""
    for name in ("model", "output", "checkpoints"):
        (tmp_path / name).mkdir()
    before = dict(os.environ)
    handler = signal.getsignal(signal.SIGTERM)
    monkeypatch.setenv("SM_MODEL_DIR", str(tmp_path / "model"))
    monkeypatch.setenv("SM_OUTPUT_DIR", str(tmp_path / "output"))
    monkeypatch.setenv("SM_CHANNEL_TRAIN", str(tmp_path / "train"))
    yield tmp_path
    signal.signal(signal.SIGTERM, handler)
    for name in set(os.environ) - set(before):
        del os.environ[name]


@pytest.fixture
def run_job(job_folders: Path) -> RunJob:
    """Run the job with small settings; its exit code."""

    def run(method: str, **hyperparameters: object) -> int:
        return job.main(arguments(job_folders, method, **hyperparameters))

    return run


def arguments(folders: Path, method: str, **hyperparameters: object) -> list[str]:
    """The command line that SageMaker's toolkit makes of hyperparameters."""
    given = {
        "method": method,
        "checkpoint_dir": folders / "checkpoints",
        "max_sequence_length": 32,
        "gradient_accumulation_steps": 1,
        "batch_size": 2,
        "logging_steps": 1,
        **hyperparameters,
    }
    return [word for name, value in given.items() for word in (f"--{name}", str(value))]
