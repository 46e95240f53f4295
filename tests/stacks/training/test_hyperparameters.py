from __future__ import annotations

import pytest

from stacks.training.training_job.errors import TrainingInputError
from stacks.training.training_job.hyperparameters import METHODS, Hyperparameters, parse_hyperparameters
from stacks.training.training_job.order import steps_of


def test_the_toolkits_command_line_is_read() -> None:
    # The toolkit writes booleans as Python does and names as they are in the map.
    given = parse_hyperparameters(
        ["--epochs", "2.5", "--lora-rank", "8", "--merge_adapters", "True", "--method", "lora", "--learning_rate=1e-4"]
    )

    assert given == Hyperparameters(method="lora", epochs=2.5, lora_rank=8, merge_adapters=True, learning_rate=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_each_method_has_a_learning_rate(method: str) -> None:
    assert parse_hyperparameters(["--method", method]).learning_rate > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "'method' is missing; it is one of lora, qlora"),
        (["--method", "dora"], "'method' is 'dora'; it is one of lora"),
        (["--method", "lora", "--epoch", "1"], "unknown hyperparameter 'epoch'; did you mean 'epochs'?"),
        (["--method", "lora", "--zzz", "1"], "unknown hyperparameter 'zzz'; known are method"),
        (["--method", "lora", "--method", "lora"], "'method' is given twice"),
        (["--method"], "'method' has no value"),
        (["method", "lora"], "'method' is no hyperparameter: expected --name value"),
        (["--method", "lora", "--epochs", "many"], "'epochs' is 'many'; it must be a number"),
        (["--method", "lora", "--epochs", "0"], "'epochs' is 0; it must be more than 0 and at most 1000"),
        (["--method", "lora", "--epochs", "nan"], "'epochs' is nan; it must be more than 0"),
        (["--method", "lora", "--learning_rate", "-1"], "'learning_rate' is -1; it must be at least 0"),
        (["--method", "lora", "--batch_size", "1.5"], "'batch_size' is '1.5'; it must be a whole number"),
        (["--method", "lora", "--batch_size", "0"], "'batch_size' is 0; it must be at least 1"),
        (["--method", "lora", "--merge_adapters", "maybe"], "'merge_adapters' is 'maybe'; it must be true or false"),
        (["--method", "full_ft", "--merge_adapters", "true"], "'merge_adapters' needs adapters"),
        (["--method", "lora", "--sharding", "half"], "'sharding' is 'half'; it is one of auto, none, full_shard"),
        (["--method", "qlora", "--sharding", "full_shard"], "weights of 4 bits are copied to each GPU"),
        (["--method", "lora", "--validation_fraction", "0.9"], "at least 0 and at most 0.5"),
    ],
)
def test_a_wrong_hyperparameter_is_named(arguments: list[str], message: str) -> None:
    with pytest.raises(TrainingInputError) as caught:
        parse_hyperparameters(arguments)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("method", "sharding", "processes", "expected"),
    [
        ("lora", "auto", 8, False),
        ("lora", "full_shard", 8, True),
        ("full_ft", "auto", 8, True),
        ("full_ft", "auto", 1, False),
        ("from_scratch", "none", 8, False),
        ("full_ft", "full_shard", 1, False),
    ],
)
def test_whole_weights_are_spread_over_several_gpus(method: str, sharding: str, processes: int, expected: bool) -> None:
    assert Hyperparameters(method=method, sharding=sharding).shards(processes) is expected


def test_the_length_of_a_run() -> None:
    given = Hyperparameters(method="lora", epochs=2.5, batch_size=2, gradient_accumulation_steps=4, warmup_ratio=0.1)

    steps = steps_of(given, sequences=1000, processes=8)

    # 1000 x 2.5 = 2500 sequences; 2 x 4 x 8 = 64 a step; 2500 / 64 = 39.06; 1000 / 64 = 15.6
    assert (steps.sequences, steps.steps, steps.an_epoch, steps.warmup) == (2500, 40, 16, 4)


def test_max_steps_is_a_limit_not_a_wish() -> None:
    given = Hyperparameters(method="lora", max_steps=10, batch_size=1, gradient_accumulation_steps=1)

    assert steps_of(given, sequences=1000, processes=1).steps == 10
    assert steps_of(given, sequences=4, processes=1).steps == 4
