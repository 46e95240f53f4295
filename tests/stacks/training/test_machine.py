from __future__ import annotations

from pathlib import Path

import pytest

from stacks.training.training_job.errors import TrainingInputError
from stacks.training.training_job.job import main
from stacks.training.training_job.machine import Folders, folders_from
from stacks.training.training_job.progress import StopRequest, metric_line


def test_folders_are_those_of_the_training_toolkit() -> None:
    environment = {
        "SM_CHANNEL_TRAIN": "/opt/ml/input/data/train",
        "SM_CHANNEL_MODEL": "/opt/ml/input/data/model",
        "SM_MODEL_DIR": "/opt/ml/model",
    }

    folders = folders_from(environment, checkpoint_dir="/opt/ml/checkpoints")

    assert folders == Folders(
        train=Path("/opt/ml/input/data/train"),
        validation=None,
        base_model=Path("/opt/ml/input/data/model"),
        output=Path("/opt/ml/model"),
        checkpoints=Path("/opt/ml/checkpoints"),
    )


def test_a_missing_channel_is_named() -> None:
    with pytest.raises(TrainingInputError, match="no channel 'model'; add it to InputDataConfig"):
        folders_from({"SM_CHANNEL_TRAIN": "/data"}, checkpoint_dir="/checkpoints")


@pytest.mark.usefixtures("job_folders")
def test_a_wrong_hyperparameter_ends_the_job_before_anything_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--method", "magic"]) == 2

    assert capsys.readouterr().err.startswith("error: the hyperparameter 'method' is 'magic'")
    assert "'magic'" in (tmp_path / "output" / "failure").read_text()


def test_metrics_are_in_plain_notation() -> None:
    # 0.00001 as Python writes it, 1e-05, is not what a metric definition's regular expression finds.
    assert metric_line({"step": 3, "learning_rate": 0.00001}) == "step=3 learning_rate=0.00001000"


def test_nobody_has_asked_to_stop_at_first() -> None:
    assert not StopRequest().received
