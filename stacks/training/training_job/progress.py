"""Metrics as lines, checkpoints by the clock and on SIGTERM."""

# mypy: disallow-subclassing-any=False

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .checkpoints import mark_complete  # noqa: TID252  (the package has another name on the training machine)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .machine import Machine  # noqa: TID252

__all__ = ["StopRequest", "metric_line", "progress_callback", "say"]


class StopRequest:
    """Whether the machine is to be taken away: SIGTERM has arrived."""

    def __init__(self) -> None:
        self.received = False

    def listen(self) -> None:
        """Take SIGTERM as a request to stop after the step at hand, instead of an end in the middle of it."""
        signal.signal(signal.SIGTERM, self._receive)

    def _receive(self, _number: int, _frame: object) -> None:
        self.received = True


def metric_line(values: Mapping[str, object]) -> str:
    """Return `name=value` pairs, numbers in plain notation, for SageMaker's metric definitions to find."""
    return " ".join(
        f"{name}={value:.8f}" if isinstance(value, float) else f"{name}={value}" for name, value in values.items()
    )


def progress_callback(machine: Machine, stop: StopRequest, *, checkpoint_minutes: float) -> Any:  # noqa: ANN401
    """Return the trainer's callback: all processes agree at each step on whether to save and whether to stop."""
    from transformers import TrainerCallback

    class Progress(TrainerCallback):
        """Called by the trainer; `control` is how it is told what to do next."""

        def __init__(self) -> None:
            self._saved_at = time.monotonic()

        def on_train_begin(self, _args: Any, _state: Any, _control: Any, **_: Any) -> None:  # noqa: ANN401
            """Count the minutes from here."""
            self._saved_at = time.monotonic()

        def on_step_end(self, args: Any, _state: Any, control: Any, **_: Any) -> None:  # noqa: ANN401
            """Save when it is time or when the machine goes; in the latter case stop as well."""
            is_due = time.monotonic() - self._saved_at >= checkpoint_minutes * 60
            must_stop, must_save = _any_process(args.device, machine, stop.received, stop.received or is_due)
            if must_save:
                control.should_save = True
            if must_stop:
                control.should_training_stop = True
                control.should_evaluate = False  # the machine's last minutes are for the checkpoint

        def on_save(self, args: Any, state: Any, _control: Any, **_: Any) -> None:  # noqa: ANN401
            """Mark the checkpoint as whole, once all processes have written their part."""
            machine.wait()
            checkpoint = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            if machine.is_first_here and checkpoint.is_dir():
                mark_complete(checkpoint, node=machine.node, nodes=machine.nodes)
            machine.wait()
            self._saved_at = time.monotonic()
            say(machine, {"checkpoint_step": state.global_step})

        def on_log(self, _args: Any, state: Any, _control: Any, logs: Any = None, **_: Any) -> None:  # noqa: ANN401
            """Print losses as lines."""
            names = {"loss": "train_loss", "learning_rate": "learning_rate", "eval_loss": "eval_loss"}
            values = {names[name]: float(value) for name, value in (logs or {}).items() if name in names}
            if values:
                say(machine, {"step": state.global_step, **values})

    return Progress()


def say(machine: Machine, values: Mapping[str, object]) -> None:
    """Print one line for the whole run."""
    if machine.is_first:
        print(metric_line(values), flush=True)  # noqa: T201  (the log is where SageMaker reads metrics)


def _any_process(device: Any, machine: Machine, *flags: bool) -> list[bool]:  # noqa: ANN401
    # A process that stopped alone would leave the others waiting for its gradients.
    if machine.processes == 1:
        return list(flags)
    import torch

    together = torch.tensor([int(flag) for flag in flags], device=device)
    torch.distributed.all_reduce(together, op=torch.distributed.ReduceOp.MAX)
    return [bool(flag) for flag in together.tolist()]
