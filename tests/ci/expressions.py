"""The part of GitHub's expressions that our workflow and action use, so that their steps can be run here.

What is not known raises: a new expression needs a line here before its step can be tested.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["evaluate", "expand"]

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<sign>&&|\|\||==|!=|[!()])|(?P<name>[A-Za-z_][\w.-]*))")
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


def expand(text: str, context: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> str:
    """Return a text with each `${{ }}` in it replaced by its value."""
    return _EXPRESSION.sub(lambda found: _as_text(evaluate(found[1], context, functions)), text)


def evaluate(expression: str, context: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> Any:  # noqa: ANN401
    """Return the value of an expression, with or without `${{ }}` around it."""
    whole = _EXPRESSION.fullmatch(expression.strip())
    parser = _Parser(whole[1] if whole else expression, context, functions)
    value = parser.either()
    assert parser.tokens == [], f"{expression}: {parser.tokens}"
    return value


def _as_text(value: Any) -> str:  # noqa: ANN401
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Parser:
    def __init__(self, text: str, context: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]]) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.context, self.functions = context, functions
        place = 0
        text = text.strip()
        while place < len(text):
            found = _TOKEN.match(text, place)
            assert found, text[place:]
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind]))
            place = found.end()

    def _next_is(self, *signs: str) -> bool:
        return bool(self.tokens) and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs

    def _take(self, sign: str) -> None:
        assert self._next_is(sign), self.tokens
        self.tokens.pop(0)

    def either(self) -> Any:  # noqa: ANN401
        value = self._both()
        while self._next_is("||"):
            self._take("||")
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:  # noqa: ANN401
        value = self._compared()
        while self._next_is("&&"):
            self._take("&&")
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:  # noqa: ANN401
        value = self._one()
        if self._next_is("==", "!="):
            _, sign = self.tokens.pop(0)
            other = self._one()
            # GitHub compares texts without regard to case, and what is missing is the empty text.
            same = _as_text(value).casefold() == _as_text(other).casefold()
            return same if sign == "==" else not same
        return value

    def _one(self) -> Any:  # noqa: ANN401
        if self._next_is("!"):
            self._take("!")
            return not self._one()
        if self._next_is("("):
            self._take("(")
            value = self.either()
            self._take(")")
            return value
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        assert kind == "name", text
        if not self._next_is("("):
            return self._looked_up(text)
        self._take("(")
        arguments = []
        while not self._next_is(")"):
            arguments.append(self.either())
        self._take(")")
        return self.functions[text](*arguments)

    def _looked_up(self, name: str) -> Any:  # noqa: ANN401
        first, *rest = name.split(".")
        value: Any = self.context[first]
        for part in rest:
            value = value.get(part) if isinstance(value, dict) else None
        return value
