"""The training job: reads data, trains, keeps checkpoints and saves what an endpoint serves.

The folder above is shipped to the training machine as it is, where this package is called `training_job`; here it is
`stacks.training.training_job`. Relative imports are what makes it work under both names. Modules that need torch import
it inside functions, so that everything that reads or checks data runs without it.
"""

from __future__ import annotations
