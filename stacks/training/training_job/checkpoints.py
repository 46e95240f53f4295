"""Which checkpoint a restarted job may continue from: the newest that is whole and belongs to the same run.

SageMaker copies the folder to S3 while it is written to, and a spot interruption can cut either short. Each node
therefore marks a checkpoint with the sizes of its files when it has written them; one whose files don't have these
sizes is passed over.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from .errors import TrainingInputError  # noqa: TID252  (the package has another name on the training machine)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["check_same_run", "latest_complete", "mark_complete"]

_NAME = re.compile(r"checkpoint-(\d+)")
_MARKER = "fmplan_complete_{node}.json"
_RUN = "fmplan_run.json"


def mark_complete(checkpoint: Path, *, node: int, nodes: int) -> None:
    """Note the files that this node has written into the checkpoint, with their sizes in bytes."""
    marker = checkpoint / _MARKER.format(node=node)
    sizes = {
        path.relative_to(checkpoint).as_posix(): path.stat().st_size
        for path in sorted(checkpoint.rglob("*"))
        if path.is_file() and not path.name.startswith("fmplan_complete_")
    }
    marker.write_text(json.dumps({"nodes": nodes, "files": sizes}, indent=1) + "\n", encoding="utf-8")


def latest_complete(folder: Path) -> Path | None:
    """Return the checkpoint with the most steps whose files are all there in full, or None."""
    if not folder.is_dir():
        return None
    steps = {int(match[1]): path for path in folder.iterdir() if (match := _NAME.fullmatch(path.name))}
    return next((steps[step] for step in sorted(steps, reverse=True) if _is_complete(steps[step])), None)


def check_same_run(folder: Path, identity: dict[str, object]) -> None:
    """Write down what decides a run's course, or compare it with what the folder's checkpoints were written under.

    Raises:
        TrainingInputError: where the checkpoints belong to a run with other hyperparameters.
    """
    path = folder / _RUN
    try:
        earlier = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # none, or cut short with the job that wrote it
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(identity, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        return
    differing = [name for name in identity if earlier.get(name) != identity[name]]
    if differing:
        changes = ", ".join(f"{name} was {earlier.get(name)!r} and is {identity[name]!r}" for name in differing)
        raise TrainingInputError(
            f"the checkpoints in {folder} are of another run ({changes}); give this job a checkpoint path of its own"
        )


def _is_complete(checkpoint: Path) -> bool:
    first = _marker(checkpoint, 0)
    nodes = first.get("nodes") if first else None
    if not isinstance(nodes, int):
        return False
    for node in range(nodes):
        marker = _marker(checkpoint, node)
        files = marker.get("files") if marker else None
        if not isinstance(files, dict):
            return False
        for name, size in files.items():
            path = checkpoint / name
            if not path.is_file() or path.stat().st_size != size:
                return False
    return True


def _marker(checkpoint: Path, node: int) -> dict[str, object] | None:
    try:
        value = json.loads((checkpoint / _MARKER.format(node=node)).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
