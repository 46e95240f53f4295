from __future__ import annotations

from dataclasses import dataclass

import pytest

from stacks.training.training_job.encoding import IGNORED_LABEL, encode_example
from stacks.training.training_job.records import Example

BEGIN, END = 1, 2


@dataclass
class Letters:
    """A tokenizer of one token a character, and of one each for `^` (begin) and `$` (end)."""

    chat_template: str | None = None
    eos_token_id: int | None = END
    ends_each_text: bool = False

    def __call__(self, text: str, *, add_special_tokens: bool = True) -> dict[str, list[int]]:
        ids = [{"^": BEGIN, "$": END}.get(letter, ord(letter)) for letter in text]
        if add_special_tokens:
            ids = [BEGIN, *ids, *([END] if self.ends_each_text else [])]
        return {"input_ids": ids}

    def apply_chat_template(
        self, conversation: list[dict[str, str]], *, tokenize: bool, add_generation_prompt: bool
    ) -> str:
        assert not tokenize
        turns = "".join(f"{'U' if turn['role'] == 'user' else 'A'}:{turn['content']}$" for turn in conversation)
        opened = {"plain": "A:", "thinking": "A:(thought)"}[str(self.chat_template)]
        return "^" + turns + (opened if add_generation_prompt else "")


def ids(text: str) -> list[int]:
    return [{"^": BEGIN, "$": END}.get(letter, ord(letter)) for letter in text]


@pytest.mark.parametrize(
    ("tokenizer", "prompt", "completion"),
    [
        (Letters(), "^ask", "answer$"),
        (Letters(ends_each_text=True), "^ask", "answer$"),
        (Letters(eos_token_id=None), "^ask", "answer"),
        (Letters(chat_template="plain"), "^U:ask$A:", "answer$"),
        (Letters(chat_template="thinking"), "^U:ask$A:(thought)", "answer$"),
    ],
)
def test_the_loss_is_on_the_completion_and_its_end_only(tokenizer: Letters, prompt: str, completion: str) -> None:
    encoded = encode_example(tokenizer, Example("ask", "answer"))

    assert encoded.input_ids == ids(prompt + completion)
    assert encoded.labels == [IGNORED_LABEL] * len(prompt) + ids(completion)


def test_an_end_that_is_there_is_not_doubled() -> None:
    assert encode_example(Letters(), Example("ask", "answer$")).input_ids == ids("^askanswer$")
