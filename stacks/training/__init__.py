"""What a SageMaker training job runs: `train.py` with its package, and which container images run and serve it."""

from __future__ import annotations
