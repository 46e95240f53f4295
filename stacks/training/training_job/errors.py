"""The one kind of error that whoever started the training job can cause."""

from __future__ import annotations

__all__ = ["TrainingInputError"]


class TrainingInputError(Exception):
    """Data, a model or a hyperparameter that cannot be used: one clear message with file, line, key and fix."""
