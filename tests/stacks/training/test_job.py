"""The training job on a tiny random model, run in this process."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stacks.training.training_job import job as job_module
from stacks.training.training_job.checkpoints import latest_complete
from stacks.training.training_job.datasets import Collator
from tests.stacks.training.conftest import arguments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.stacks.training.conftest import RunJob

# The libraries' own deprecations are not this project's.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(autouse=True)
def _channels(base_model: Path, job_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SM_CHANNEL_MODEL", str(base_model))


def record_of(folders: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((folders / "model" / "fmplan_training.json").read_text())
    return value


def empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def weights_of(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file  # type: ignore[import-not-found,unused-ignore]

    return dict(load_file(folder / "model.safetensors"))


def test_lora_writes_adapters_and_finite_losses(
    run_job: RunJob, job_folders: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_job("lora", epochs=2, validation_fraction=0.3, base_model_id="tiny") == 0

    assert {path.name for path in (job_folders / "model").iterdir()} >= {
        "adapter_config.json",
        "adapter_model.safetensors",
        "tokenizer.json",
        "fmplan_training.json",
    }
    record = record_of(job_folders)
    assert record["served_as"] == "adapters"
    assert record["base_model_id"] == "tiny"
    assert math.isfinite(record["final_train_loss"])
    assert math.isfinite(record["final_eval_loss"])
    assert record["data"]["train_examples"] + record["data"]["validation_examples"] == 12
    printed = capsys.readouterr().out
    found = re.findall(r"final_eval_loss=([0-9.]+)", printed)
    assert [float(value) for value in found] == [pytest.approx(record["final_eval_loss"], abs=1e-6)]
    assert re.search(r"(?m)^step=1 train_loss=[0-9.]+ learning_rate=[0-9.]+$", printed)


def test_merged_adapters_are_a_model_of_their_own(
    run_job: RunJob, job_folders: Path, base_model: Path, examples: Path
) -> None:
    assert run_job("lora", epochs=2, learning_rate=0.05, merge_adapters=True) == 0

    folder = job_folders / "model"
    assert not (folder / "adapter_config.json").exists()
    assert (folder / "tokenizer.json").is_file()
    assert record_of(job_folders)["served_as"] == "model"
    before, after = weights_of(base_model), weights_of(folder)
    assert before.keys() == after.keys()
    projection = "model.layers.0.self_attn.q_proj.weight"
    assert not before[projection].equal(after[projection])
    assert before["model.embed_tokens.weight"].equal(after["model.embed_tokens.weight"])


def test_qlora_trains_on_four_bits(run_job: RunJob, job_folders: Path, examples: Path) -> None:
    pytest.importorskip("bitsandbytes")

    assert run_job("qlora", epochs=1, merge_adapters=True) == 0

    assert math.isfinite(record_of(job_folders)["final_train_loss"])
    # Merged into the base model's own weights, not into the four bits.
    assert weights_of(job_folders / "model")["model.layers.0.self_attn.q_proj.weight"].shape == (32, 32)


def test_full_fine_tuning_learns_the_examples(
    run_job: RunJob, job_folders: Path, base_model: Path, examples: Path
) -> None:
    assert run_job("full_ft", epochs=30, learning_rate=0.01, validation_fraction=0) == 0

    record = record_of(job_folders)
    # A random model says each of 32 tokens with the same probability: ln 32 = 3.5.
    assert record["final_train_loss"] < 1
    assert "final_eval_loss" not in record
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(job_folders / "model")
    model = AutoModelForCausalLM.from_pretrained(job_folders / "model")
    asked = tokenizer("what is the colour of the grass ?", return_tensors="pt", return_token_type_ids=False)
    answer = model.generate(**asked, max_new_tokens=4, do_sample=False)[0][asked["input_ids"].shape[1] :]
    assert tokenizer.decode(answer).split()[0] == "green"


@pytest.mark.parametrize("method", ["continued_pretraining", "from_scratch"])
def test_documents_are_packed_into_blocks(run_job: RunJob, job_folders: Path, documents: Path, method: str) -> None:
    assert run_job(method, epochs=1, max_sequence_length=16, learning_rate=0.003) == 0

    record = record_of(job_folders)
    assert record["data"]["train_tokens"] == record["data"]["train_blocks"] * 16
    assert math.isfinite(record["final_train_loss"])
    assert (job_folders / "model" / "model.safetensors").is_file()


def test_from_scratch_starts_from_random_weights(
    run_job: RunJob, job_folders: Path, base_model: Path, documents: Path
) -> None:
    assert run_job("from_scratch", max_steps=1, max_sequence_length=16, learning_rate=1e-6) == 0

    before, after = weights_of(base_model), weights_of(job_folders / "model")
    name = "model.embed_tokens.weight"
    assert (before[name] - after[name]).abs().max() > 0.001


def test_an_interrupted_run_continues_as_if_nothing_had_happened(
    run_job: RunJob,
    job_folders: Path,
    examples: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = {"epochs": 3, "validation_fraction": 0, "learning_rate": 0.01}  # 12 examples, 2 a step: 18 steps
    assert run_job("full_ft", **settings) == 0
    expected = record_of(job_folders)
    expected_weights = weights_of(job_folders / "model")
    empty(job_folders / "model")
    empty(job_folders / "checkpoints")

    class Interrupted(Collator):
        batches = 0

        def __call__(self, sequences: Sequence[dict[str, list[int]]]) -> dict[str, Any]:
            Interrupted.batches += 1
            if Interrupted.batches == 8:
                os.kill(os.getpid(), signal.SIGTERM)
            return super().__call__(sequences)

    with monkeypatch.context() as patch:
        patch.setattr(job_module, "Collator", Interrupted)
        assert run_job("full_ft", **settings) == 0
    step = int(re.findall(r"interrupted_at_step=(\d+)", capsys.readouterr().out)[0])
    assert 0 < step < 18
    checkpoint = latest_complete(job_folders / "checkpoints")
    assert checkpoint is not None
    assert checkpoint.name == f"checkpoint-{step}"
    assert not list((job_folders / "model").iterdir())

    assert run_job("full_ft", **settings) == 0
    printed = capsys.readouterr().out
    assert f"resumed_from=checkpoint-{step}" in printed
    assert f"step={step} train_loss" not in printed
    assert record_of(job_folders)["final_train_loss"] == pytest.approx(expected["final_train_loss"], rel=1e-5)
    for name, tensor in weights_of(job_folders / "model").items():
        assert (tensor - expected_weights[name]).abs().max() < 1e-5, name


def test_checkpoints_come_by_the_clock_and_the_oldest_go(run_job: RunJob, job_folders: Path, examples: Path) -> None:
    # One millisecond: each of the 6 steps is due.
    assert run_job("lora", epochs=1, validation_fraction=0, checkpoint_minutes=0.000001) == 0

    kept = sorted(path.name for path in (job_folders / "checkpoints").glob("checkpoint-*"))
    assert kept == ["checkpoint-5", "checkpoint-6"]
    newest = latest_complete(job_folders / "checkpoints")
    assert newest is not None
    assert newest.name == "checkpoint-6"


def test_checkpoints_of_another_run_are_not_continued(
    run_job: RunJob, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_job("lora", max_steps=1) == 0

    assert run_job("lora", max_steps=1, lora_rank=8) == 2

    assert "are of another run (lora_rank was 16 and is 8)" in capsys.readouterr().err


@pytest.mark.parametrize("method", ["lora", "from_scratch"])
def test_two_processes_train_together_as_under_torchrun(
    job_folders: Path, request: pytest.FixtureRequest, method: str
) -> None:
    request.getfixturevalue("examples" if method == "lora" else "documents")
    train = Path(job_module.__file__).parents[1] / "train.py"
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    # Relative names, as the toolkit starts it in the folder of the code.
    given = arguments(job_folders, method, epochs=1, max_sequence_length=16, checkpoint_minutes=0.000001)

    done = subprocess.run(
        [*command, train.name, *given], cwd=train.parent, capture_output=True, text=True, check=False, timeout=200
    )

    assert done.returncode == 0, done.stderr[-3000:]
    record = record_of(job_folders)
    assert record["processes"] == 2
    assert math.isfinite(record["final_train_loss"])
    assert done.stdout.count("finished_at_step=") == 1


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("config.json", "the channel 'model' has no config.json"),
        ("model.safetensors", "the channel 'model' has no weights that can be read"),
        ("tokenizer.json", "the channel 'model' has no tokenizer that can be read"),
    ],
)
def test_a_base_model_that_is_not_whole_is_named(
    run_job: RunJob,
    tmp_path: Path,
    base_model: Path,
    examples: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    broken: str,
    message: str,
) -> None:
    copy = shutil.copytree(base_model, tmp_path / "base")
    (copy / broken).unlink()
    monkeypatch.setenv("SM_CHANNEL_MODEL", str(copy))

    assert run_job("full_ft") == 2

    assert message in capsys.readouterr().err


def test_bad_data_is_one_message_for_the_log_and_for_the_jobs_failure_reason(
    run_job: RunJob, job_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (job_folders / "train").mkdir()
    (job_folders / "train" / "a.jsonl").write_text('{"prompt": "a", "completion": "b"}\n{"prompt": "a"}\n')

    assert run_job("lora") == 2

    message = "a.jsonl, line 2: no key 'completion' (it has 'prompt')"
    assert capsys.readouterr().err.startswith(f"error: {message}")
    assert (job_folders / "output" / "failure").read_text().startswith(message)


def test_a_corpus_of_less_than_one_block_is_refused(
    run_job: RunJob, job_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (job_folders / "train").mkdir()
    (job_folders / "train" / "a.txt").write_text("the sky is blue")

    assert run_job("continued_pretraining", validation_fraction=0) == 2

    # Four words and the end of the text.
    assert "the documents for training have 5 tokens, less than a block of 32" in capsys.readouterr().err


def test_examples_that_would_be_cut_are_left_out_and_counted(
    run_job: RunJob, job_folders: Path, examples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_job("lora", validation_fraction=0, max_sequence_length=13) == 0
    counted = record_of(job_folders)["data"]
    assert counted["left_out_too_long"] > 0
    assert counted["train_examples"] + counted["left_out_too_long"] == 12

    empty(job_folders / "checkpoints")
    assert run_job("lora", max_sequence_length=8) == 2
    assert "no example is left to train on; 12 are longer than max_sequence_length, 8 tokens" in capsys.readouterr().err
