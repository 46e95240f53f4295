"""Where the job runs: its folders, and its place among the processes of the run."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import TrainingInputError  # noqa: TID252  (the package has another name on the training machine)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Folders", "Machine", "folders_from", "scratch_folder"]


@dataclass(frozen=True, slots=True)
class Folders:
    """The channels that the job reads and the folders that SageMaker copies to S3."""

    train: Path
    validation: Path | None
    base_model: Path
    output: Path
    checkpoints: Path


@dataclass(frozen=True, slots=True)
class Machine:
    """This process among those of the run; `wait` returns when all processes have called it."""

    is_first: bool
    is_first_here: bool
    node: int
    nodes: int
    processes: int
    scratch: Path
    wait: Callable[[], None]


def folders_from(environment: Mapping[str, str], *, checkpoint_dir: str) -> Folders:
    """Return the folders that SageMaker's training toolkit names in the environment.

    Raises:
        TrainingInputError: where the channel `train` or `model` is missing.
    """
    channels = {}
    for name, content in (("train", "the data"), ("model", "the base model's files")):
        path = environment.get(f"SM_CHANNEL_{name.upper()}")
        if not path:
            raise TrainingInputError(f"the job has no channel '{name}'; add it to InputDataConfig with {content}")
        channels[name] = Path(path)
    validation = environment.get("SM_CHANNEL_VALIDATION")
    return Folders(
        train=channels["train"],
        validation=Path(validation) if validation else None,
        base_model=channels["model"],
        output=Path(environment.get("SM_MODEL_DIR", "/opt/ml/model")),
        checkpoints=Path(checkpoint_dir),
    )


def scratch_folder() -> Path:
    """Return a folder for what can be made again, the same for all processes of the run on this machine."""
    port = os.environ.get("MASTER_PORT")
    if not port:
        return Path(tempfile.mkdtemp(prefix="training-tokens-"))
    # torchrun gives all processes of a run the same port and no two runs on one machine share it.
    folder = Path(tempfile.gettempdir()) / f"training-tokens-{port}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
