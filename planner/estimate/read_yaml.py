"""CloudFormation's YAML: the input files' safe reader, with !Ref, !Sub and the other short intrinsics written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.errors import InputError
from planner.yaml12 import LARGEST_YAML, _Builder, _place, _problem

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["load_template_yaml"]

_WITHOUT_PREFIX = frozenset({"Ref", "Condition"})


class _Tagged:
    """An event without its tag: what the safe reader takes."""

    __slots__ = ("anchor", "implicit", "start_mark", "tag", "value")

    def __init__(self, event: Any) -> None:  # noqa: ANN401  (ruamel's events have no common typed fields)
        self.tag = None
        self.anchor = event.anchor
        self.start_mark = event.start_mark
        self.value = getattr(event, "value", None)
        self.implicit = getattr(event, "implicit", None)


class ScalarEvent(_Tagged):
    """A tagged scalar; the reader goes by the class's name."""

    __slots__ = ()


class MappingStartEvent(_Tagged):
    """A tagged mapping."""

    __slots__ = ()


class SequenceStartEvent(_Tagged):
    """A tagged list."""

    __slots__ = ()


_WITHOUT_TAG: dict[str, type[_Tagged]] = {
    each.__name__: each for each in (ScalarEvent, MappingStartEvent, SequenceStartEvent)
}


class _TemplateBuilder(_Builder):
    """Builds values from events, a tagged one as the long form of its intrinsic."""

    def _value(self, event: Any, levels: int) -> object:  # noqa: ANN401
        tag = getattr(event, "tag", None)
        if tag is None:
            return super()._value(event, levels)
        name = str(tag)
        if not name.startswith("!") or name.startswith("!!") or not name[1:].replace("::", "").isalnum():
            self._refuse(event, f"the tag {name!r} is not read; CloudFormation has !Ref, !Sub, !GetAtt and others")
        value = super()._value(_WITHOUT_TAG[type(event).__name__](event), levels)
        name = name[1:]
        if name == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name if name in _WITHOUT_PREFIX else f"Fn::{name}": value}


def load_template_yaml(text: str, *, source: str) -> object:
    """Return a YAML template's values.

    Raises:
        InputError: `source:line:column: what is wrong`.
    """
    if len(text) > LARGEST_YAML:
        raise InputError(f"{source}: has {len(text):,} characters of YAML; at most {LARGEST_YAML:,} are read")
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    try:
        events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
        return _TemplateBuilder(events, source).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{source}:{mark.line + 1}:{mark.column + 1}" if mark else source
        raise InputError(f"{place}: {_problem(error.problem or error.context)}") from None
    except ReaderError as error:
        line, column = _place(text, error.position)
        raise InputError(f"{source}:{line}:{column}: a control character is not read") from None
    except (YAMLError, OverflowError, ValueError) as error:
        raise InputError(f"{source}: {_problem(str(error))}") from None
