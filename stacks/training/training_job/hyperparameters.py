"""Hyperparameters of the job, from the command line that SageMaker's training toolkit builds out of its map."""

from __future__ import annotations

import dataclasses
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .errors import TrainingInputError  # noqa: TID252  (the package has another name on the training machine)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["METHODS", "SHARDING", "Hyperparameters", "parse_hyperparameters"]

METHODS = ("lora", "qlora", "full_ft", "continued_pretraining", "from_scratch")
SHARDING = ("auto", "none", "full_shard")

# Where the learning rate is not given. Adapters start at zero and stand a rate ten times that of whole weights;
# weights that already hold a language are moved gently; fresh ones are not.
_LEARNING_RATES = {
    "lora": 2e-4,
    "qlora": 2e-4,
    "full_ft": 1e-5,
    "continued_pretraining": 1e-5,
    "from_scratch": 3e-4,
}
_TRUE = {"true", "1", "yes"}
_FALSE = {"false", "0", "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperparameters:
    """What to train and how; lengths in tokens, batch size per GPU, times in minutes.

    The optimizer sees batch_size × gradient_accumulation_steps × number of GPUs sequences a step.
    """

    method: str
    base_model_id: str = ""
    epochs: float = 1.0
    max_steps: int = 0  # at most; 0: as many as the epochs take
    learning_rate: float = 0.0  # 0: the method's own
    batch_size: int = 1
    gradient_accumulation_steps: int = 8
    max_sequence_length: int = 2048
    warmup_ratio: float = 0.03
    weight_decay: float = 0.0
    lora_rank: int = 16
    lora_alpha: int = 32
    lora_dropout: float = 0.05
    lora_target_modules: str = "all-linear"
    validation_fraction: float = 0.05  # where there is no validation channel
    checkpoint_dir: str = "/opt/ml/checkpoints"  # LocalPath of the job's CheckpointConfig
    checkpoint_minutes: float = 15.0
    gradient_checkpointing: bool = True
    sharding: str = "auto"
    merge_adapters: bool = False
    seed: int = 42
    logging_steps: int = 10

    @property
    def trains_adapters(self) -> bool:
        """Whether a small adapter is trained beside frozen weights."""
        return self.method in {"lora", "qlora"}

    @property
    def reads_documents(self) -> bool:
        """Whether the data is plain text without prompts and completions."""
        return self.method in {"continued_pretraining", "from_scratch"}

    def shards(self, processes: int) -> bool:
        """Return whether weights and optimizer are spread over the processes (FSDP) instead of copied to each."""
        if self.sharding == "auto":
            return processes > 1 and not self.trains_adapters
        return processes > 1 and self.sharding == "full_shard"


def parse_hyperparameters(arguments: Sequence[str]) -> Hyperparameters:
    """Return the hyperparameters of `--name value` or `--name=value` arguments; `-` and `_` in names are the same.

    Raises:
        TrainingInputError: for an unknown or repeated name, a missing value, or a value that is out of range.
    """
    given = _pairs(arguments)
    fields = {field.name: str(field.type) for field in dataclasses.fields(Hyperparameters)}
    for name in given:
        if name not in fields:
            near = difflib.get_close_matches(name, fields, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(fields)}"
            raise TrainingInputError(f"unknown hyperparameter '{name}'{hint}")
    if "method" not in given:
        raise TrainingInputError(f"the hyperparameter 'method' is missing; it is one of {', '.join(METHODS)}")
    values = {name: _value(name, fields[name], text) for name, text in given.items()}
    hyperparameters = Hyperparameters(**values)  # type: ignore[arg-type]  # each was converted to its field's type
    _check(hyperparameters)
    if not hyperparameters.learning_rate:
        rate = _LEARNING_RATES[hyperparameters.method]
        hyperparameters = dataclasses.replace(hyperparameters, learning_rate=rate)
    return hyperparameters


def _pairs(arguments: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise TrainingInputError(f"'{word}' is no hyperparameter: expected --name value")
        name, equals, text = word[2:].partition("=")
        name = name.replace("-", "_")
        if not equals:
            if not rest:
                raise TrainingInputError(f"the hyperparameter '{name}' has no value")
            text = rest.pop(0)
        if name in found:
            raise TrainingInputError(f"the hyperparameter '{name}' is given twice")
        found[name] = text
    return found


def _value(name: str, kind: str, text: str) -> str | int | float | bool:
    try:
        if kind == "bool":
            return _truth(text)
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:
        wanted = {"bool": "true or false", "int": "a whole number", "float": "a number"}[kind]
        raise TrainingInputError(f"the hyperparameter '{name}' is '{text}'; it must be {wanted}") from None
    return text


def _truth(text: str) -> bool:
    folded = text.casefold()
    if folded not in _TRUE | _FALSE:
        raise ValueError
    return folded in _TRUE


def _check(given: Hyperparameters) -> None:
    _one_of("method", given.method, METHODS)
    _one_of("sharding", given.sharding, SHARDING)
    _in_range("epochs", given.epochs, above=0, most=1000)
    _in_range("learning_rate", given.learning_rate, least=0, most=1)
    _in_range("warmup_ratio", given.warmup_ratio, least=0, most=1)
    _in_range("weight_decay", given.weight_decay, least=0, most=1)
    _in_range("lora_dropout", given.lora_dropout, least=0, most=0.99)
    _in_range("validation_fraction", given.validation_fraction, least=0, most=0.5)
    _in_range("checkpoint_minutes", given.checkpoint_minutes, above=0, most=24 * 60)
    _in_range("max_steps", given.max_steps, least=0)
    _in_range("seed", given.seed, least=0, most=2**32 - 1)
    _in_range("max_sequence_length", given.max_sequence_length, least=8)
    for name in ("batch_size", "gradient_accumulation_steps", "lora_rank", "lora_alpha", "logging_steps"):
        _in_range(name, getattr(given, name), least=1)
    if given.merge_adapters and not given.trains_adapters:
        raise TrainingInputError(
            f"the hyperparameter 'merge_adapters' needs adapters: method is '{given.method}', not 'lora' or 'qlora'"
        )
    if given.method == "qlora" and given.sharding == "full_shard":
        raise TrainingInputError(
            "the hyperparameter 'sharding' is 'full_shard': weights of 4 bits are copied to each GPU, not spread; "
            "choose a GPU that holds them, or method 'lora'"
        )


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise TrainingInputError(f"the hyperparameter '{name}' is '{value}'; it is one of {', '.join(known)}")


def _in_range(
    name: str, value: float, *, least: float | None = None, above: float | None = None, most: float = float("inf")
) -> None:
    low_enough = value <= most and value != float("inf")
    high_enough = (least is None or value >= least) and (above is None or value > above)
    # A comparison with NaN is false, so that NaN is refused too.
    if not (low_enough and high_enough):
        bottom = f"at least {least:g}" if least is not None else f"more than {above:g}"
        top = "" if most == float("inf") else f" and at most {most:g}"
        raise TrainingInputError(f"the hyperparameter '{name}' is {value:g}; it must be {bottom}{top}")
