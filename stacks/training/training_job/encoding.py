"""Prompt and completion as token ids, with labels on the completion only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from .records import Example  # noqa: TID252  (the package has another name on the training machine)

__all__ = ["IGNORED_LABEL", "Encoded", "Tokenizer", "encode_example"]

# What torch's cross entropy leaves out of the loss.
IGNORED_LABEL = -100


class Tokenizer(Protocol):
    """The part of a Hugging Face tokenizer that encoding needs."""

    chat_template: Any
    eos_token_id: int | None

    def __call__(self, text: Any, *, add_special_tokens: bool = True) -> Any:  # noqa: ANN401  (one text or a list)
        """Return a mapping with `input_ids`."""

    def apply_chat_template(self, conversation: Any, *, tokenize: bool, add_generation_prompt: bool) -> Any:  # noqa: ANN401
        """Return the conversation as one text, as the model was taught to read it."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One sequence: its tokens, and the label of each (`IGNORED_LABEL` on the prompt)."""

    input_ids: list[int]
    labels: list[int]


def encode_example(tokenizer: Tokenizer, example: Example) -> Encoded:
    """Return the example as the model will see it when it is served, with labels on the completion and its end.

    With a chat template the prompt is a user's turn and the completion the assistant's; without one they are plain
    text. Prompt and completion are tokenized apart: a prompt is alone when the model is asked, so that no token may
    straddle the two.
    """
    if tokenizer.chat_template:
        prompt_ids, completion_ids = _in_chat(tokenizer, example)
    else:
        prompt_ids = list(tokenizer(example.prompt)["input_ids"])
        if prompt_ids and prompt_ids[-1] == tokenizer.eos_token_id:
            prompt_ids.pop()  # some tokenizers end each text; here it goes on
        completion_ids = _ended(tokenizer, example.completion)
    return Encoded(
        input_ids=prompt_ids + completion_ids,
        labels=[IGNORED_LABEL] * len(prompt_ids) + completion_ids,
    )


def _in_chat(tokenizer: Tokenizer, example: Example) -> tuple[list[int], list[int]]:
    asked = [{"role": "user", "content": example.prompt}]
    answered = [*asked, {"role": "assistant", "content": example.completion}]
    prompt = tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True)
    whole = tokenizer.apply_chat_template(answered, tokenize=False, add_generation_prompt=False)
    # The template writes the special tokens itself.
    prompt_ids = list(tokenizer(prompt, add_special_tokens=False)["input_ids"])
    if whole.startswith(prompt):
        return prompt_ids, list(tokenizer(whole[len(prompt) :], add_special_tokens=False)["input_ids"])
    # Templates that open the assistant's turn otherwise than they close it (an empty chain of thought, say).
    return prompt_ids, _ended(tokenizer, example.completion)


def _ended(tokenizer: Tokenizer, completion: str) -> list[int]:
    ids = list(tokenizer(completion, add_special_tokens=False)["input_ids"])
    if tokenizer.eos_token_id is not None and (not ids or ids[-1] != tokenizer.eos_token_id):
        ids.append(tokenizer.eos_token_id)
    return ids
