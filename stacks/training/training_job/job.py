"""The job from start to end: check, load, train or continue, validate, save."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

# ruff: noqa: TID252  (the package has another name on the training machine)
from .checkpoints import check_same_run, latest_complete
from .datasets import Collator, load_documents, load_examples
from .errors import TrainingInputError
from .hyperparameters import parse_hyperparameters
from .machine import Machine, folders_from, scratch_folder
from .models import load_model, load_tokenizer, precision
from .order import InOrder, steps_of
from .progress import StopRequest, progress_callback, say
from .saving import merge_adapters, save_adapters, save_whole_model, write_record
from .settings import trainer_class, trainer_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .datasets import Data
    from .hyperparameters import Hyperparameters
    from .machine import Folders

__all__ = ["main"]

_BAD_INPUT = 2
# What may differ between a run and its continuation.
_FREE = {"base_model_id", "checkpoint_dir", "checkpoint_minutes", "logging_steps", "merge_adapters"}
_LIBRARIES = ("torch", "transformers", "peft", "accelerate", "bitsandbytes")


def main(arguments: Sequence[str]) -> int:
    """Run the job; 0 when it is done or has stopped on SIGTERM with a checkpoint, 2 for input that can't be used."""
    stop = StopRequest()
    stop.listen()
    os.environ["HF_HUB_OFFLINE"] = "1"  # what is read is in the channels
    try:
        hyperparameters = parse_hyperparameters(arguments)
        _run(hyperparameters, folders_from(os.environ, checkpoint_dir=hyperparameters.checkpoint_dir), stop)
    except TrainingInputError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)  # noqa: T201  (the job's log)
        _report_failure(str(error))
        return _BAD_INPUT
    return 0


def _report_failure(message: str) -> None:
    # SageMaker shows the start of this file as the job's FailureReason.
    folder = Path(os.environ.get("SM_OUTPUT_DIR", "/opt/ml/output"))
    if folder.is_dir():
        (folder / "failure").write_text(message, encoding="utf-8")


def _run(hyperparameters: Hyperparameters, folders: Folders, stop: StopRequest) -> None:
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    sharded = hyperparameters.shards(processes) and precision() != "float32"  # FSDP is for GPUs
    settings = trainer_settings(hyperparameters, folders.checkpoints, sharded=sharded)
    machine = _machine(settings)
    try:
        if machine.is_first_here:
            check_same_run(folders.checkpoints, _identity(hyperparameters, processes))
        trainer, data = _prepared(hyperparameters, folders, machine, stop, settings)
        _train(trainer, data, hyperparameters, folders, machine, sharded=sharded)
    finally:
        if machine.is_first_here:
            shutil.rmtree(machine.scratch, ignore_errors=True)
    _leave_together(machine)


def _train(
    trainer: Any,  # noqa: ANN401
    data: Data,
    hyperparameters: Hyperparameters,
    folders: Folders,
    machine: Machine,
    *,
    sharded: bool,
) -> None:
    checkpoint = latest_complete(folders.checkpoints)
    say(machine, {"resumed_from": checkpoint.name if checkpoint else "start"})
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    if trainer.state.global_step < trainer.state.max_steps:
        say(machine, {"interrupted_at_step": trainer.state.global_step})
        return
    losses = _losses(trainer, data)
    say(machine, losses)
    _save(trainer, hyperparameters, folders, machine, sharded=sharded)
    if machine.is_first:
        record = {"data": data.counts, "steps": trainer.state.global_step, **losses}
        write_record(folders.output, record | _circumstances(hyperparameters, machine))
    say(machine, {"finished_at_step": trainer.state.global_step})


def _leave_together(machine: Machine) -> None:
    # torchrun ends all processes when one fails, and one that exits with open connections may: nobody leaves before the
    # model is saved, nor with connections.
    if machine.processes > 1:
        import torch

        machine.wait()
        torch.distributed.destroy_process_group()


def _prepared(
    hyperparameters: Hyperparameters,
    folders: Folders,
    machine: Machine,
    stop: StopRequest,
    settings: Any,  # noqa: ANN401
) -> tuple[Any, Data]:
    from transformers import PrinterCallback, set_seed

    set_seed(hyperparameters.seed)
    tokenizer = load_tokenizer(folders.base_model)
    data = _load(hyperparameters, folders, tokenizer, machine)
    say(machine, data.counts)
    steps = steps_of(hyperparameters, sequences=len(data.train), processes=machine.processes)
    settings.warmup_steps = steps.warmup
    if data.validation is not None:
        settings.eval_strategy, settings.eval_steps = "steps", steps.an_epoch
    trainer = trainer_class()(
        model=load_model(folders.base_model, hyperparameters, vocabulary=len(tokenizer)),
        args=settings,
        train_dataset=InOrder(data.train, length=steps.sequences, seed=hyperparameters.seed),
        eval_dataset=data.validation,
        data_collator=Collator(tokenizer.pad_token_id),
        processing_class=tokenizer,
        callbacks=[progress_callback(machine, stop, checkpoint_minutes=hyperparameters.checkpoint_minutes)],
    )
    trainer.remove_callback(PrinterCallback)  # its lines are no metrics
    return trainer, data


def _machine(settings: Any) -> Machine:  # noqa: ANN401
    from accelerate import PartialState

    processes = int(settings.world_size)
    here = int(os.environ.get("LOCAL_WORLD_SIZE", "1"))
    return Machine(
        is_first=settings.process_index == 0,
        is_first_here=settings.local_process_index == 0,
        node=settings.process_index // here,
        nodes=processes // here,
        processes=processes,
        scratch=scratch_folder(),
        wait=PartialState().wait_for_everyone,
    )


def _identity(hyperparameters: Hyperparameters, processes: int) -> dict[str, object]:
    decisive = {name: value for name, value in asdict(hyperparameters).items() if name not in _FREE}
    return {**decisive, "processes": processes}


def _load(hyperparameters: Hyperparameters, folders: Folders, tokenizer: Any, machine: Machine) -> Data:  # noqa: ANN401
    if hyperparameters.reads_documents:
        return load_documents(folders.train, folders.validation, tokenizer, hyperparameters, machine)
    return load_examples(folders.train, folders.validation, tokenizer, hyperparameters)


def _losses(trainer: Any, data: Data) -> dict[str, float]:  # noqa: ANN401
    """Return the last losses; all processes validate together."""
    history = trainer.state.log_history
    losses = {}
    train = [entry["loss"] for entry in history if "loss" in entry]
    if train:
        losses["final_train_loss"] = float(train[-1])
    if data.validation is not None:
        last: dict[str, float] = next((entry for entry in reversed(history) if "eval_loss" in entry), {})
        if last.get("step") != trainer.state.global_step:
            last = trainer.evaluate()
        losses["final_eval_loss"] = float(last["eval_loss"])
    return losses


def _save(
    trainer: Any,  # noqa: ANN401
    hyperparameters: Hyperparameters,
    folders: Folders,
    machine: Machine,
    *,
    sharded: bool,
) -> None:
    kind = precision()
    if not hyperparameters.trains_adapters:
        save_whole_model(trainer, folders.output, machine, kind=kind, sharded=sharded)
    elif not hyperparameters.merge_adapters:
        save_adapters(trainer, folders.output, machine, sharded=sharded)
    else:
        adapters = machine.scratch / "adapters"
        save_adapters(trainer, adapters, machine, sharded=sharded)
        if machine.is_first:
            merge_adapters(adapters, folders.base_model, folders.output, kind=kind)
            trainer.processing_class.save_pretrained(folders.output)


def _circumstances(hyperparameters: Hyperparameters, machine: Machine) -> dict[str, Any]:
    libraries = {}
    for name in _LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "base_model_id": hyperparameters.base_model_id,
        "method": hyperparameters.method,
        "hyperparameters": asdict(hyperparameters),
        "served_as": "adapters" if hyperparameters.trains_adapters and not hyperparameters.merge_adapters else "model",
        "precision": precision(),
        "processes": machine.processes,
        "nodes": machine.nodes,
        "libraries": libraries,
    }
