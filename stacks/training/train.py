"""Entry point of the SageMaker training job (`sagemaker_program`): trains as the hyperparameters say."""

from __future__ import annotations

import importlib
import sys

if __name__ == "__main__":
    # By name, because this folder is the top of the import path on the training machine and is not anywhere else.
    sys.exit(importlib.import_module("training_job.job").main(sys.argv[1:]))
