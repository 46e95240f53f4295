"""CloudFormation's intrinsic functions: what can be known from the template becomes a value, the rest stays as it is.

A value that stays a mapping with the one key Ref, Condition or Fn::… is not known; who needs it says so by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from planner.errors import InputError
from planner.estimate.secrets import SECRET, is_secret_name, names_a_secret, shown_text
from planner.near import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Resolver", "described", "is_unknown"]

_NOTHING: Final = object()  # AWS::NoValue
_PSEUDO: Final = frozenset(
    f"AWS::{name}"
    for name in ("AccountId", "NotificationARNs", "NoValue", "Partition", "Region", "StackId", "StackName", "URLSuffix")
)
# Known, but what they give is only known after deployment, or from other stacks.
_LATER: Final = frozenset({"Fn::GetAtt", "Fn::ImportValue", "Fn::GetAZs", "Fn::Cidr", "Fn::Transform", "Condition"})
_OF_PARTITION: Final = ("AWS::Partition", "AWS::URLSuffix")
# By the beginning of a region's name: its partition, and the end of its hosts' names. Isolated ones are left out.
_PARTITIONS: Final = (
    ("cn-", ("aws-cn", "amazonaws.com.cn")),
    ("us-gov-", ("aws-us-gov", "amazonaws.com")),
    *((f"{area}-", ("aws", "amazonaws.com")) for area in ("af", "ap", "ca", "eu", "il", "me", "mx", "sa")),
    *((f"us-{side}-", ("aws", "amazonaws.com")) for side in ("east", "west")),
)
_VARIABLE: Final = re.compile(r"\$\{([^!}][^}]*)\}")
_VALUE_KEYS: Final = ("Value", "ParameterValue")
_TOKEN: Final = re.compile(r"\$\{Token\[")
_MOST_NOTES: Final = 50


def is_unknown(value: object) -> bool:
    """Whether a resolved value is an intrinsic that could not be resolved, or a text with an unresolved token."""
    if isinstance(value, str):
        return bool(_TOKEN.search(value))
    if not isinstance(value, Mapping) or len(value) != 1:
        return False
    key = next(iter(value))
    return isinstance(key, str) and (key in {"Ref", "Condition"} or key.startswith("Fn::"))


def described(value: object) -> str:
    """Return an unknown value for a sentence: Ref Size, Fn::GetAtt."""
    if isinstance(value, str):
        return "an unresolved token"
    if isinstance(value, Mapping) and value:
        key, inner = next(iter(value.items()))
        return f"Ref {inner}" if key == "Ref" and isinstance(inner, str) else str(key)
    return "no value"


class Resolver:
    """Resolves one template's intrinsics under its parameters; `decided` forces conditions to a side."""

    def __init__(
        self,
        template: Mapping[str, Any],
        *,
        source: str,
        region: str,
        parameters: Mapping[str, object],
        decided: Mapping[str, bool],
    ) -> None:
        self._source, self._region = source, region
        self._declared: Mapping[str, Any] = template.get("Parameters") or {}
        self._conditions: Mapping[str, Any] = template.get("Conditions") or {}
        self._mappings: Mapping[str, Any] = template.get("Mappings") or {}
        self._resources: Mapping[str, Any] = template["Resources"]
        self._given = parameters
        self._outcomes: dict[str, bool | None] = dict(decided)
        self._under_way: list[str] = []
        self._place = ""
        self.notes: dict[str, None] = {}
        self._functions: dict[str, Callable[[Any], object]] = {
            "Ref": self._ref,
            "Fn::Sub": self._sub,
            "Fn::Join": self._join,
            "Fn::Select": self._select,
            "Fn::Split": self._split,
            "Fn::If": self._if,
            "Fn::FindInMap": self._find_in_map,
            "Fn::Base64": self.resolve,
        }

    def properties(self, name: str, resource: Mapping[str, Any]) -> dict[str, Any]:
        """Return a resource's properties resolved, secrets masked."""
        self._place = name
        resolved = self.resolve(resource.get("Properties") or {})
        return resolved if isinstance(resolved, dict) else {}

    def condition(self, name: object) -> bool | None:
        """Return which way a condition goes; None where the template leaves it open.

        Raises:
            InputError: for a condition that isn't there, or that depends on itself.
        """
        if not isinstance(name, str) or name not in self._conditions:
            near = did_you_mean(str(name)[:100], self._conditions)
            raise InputError(f"{self._source}: {self._place}: the condition {name!r} is not defined{near}")
        if name in self._outcomes:
            return self._outcomes[name]
        if name in self._under_way:
            circle = " → ".join([*self._under_way[self._under_way.index(name) :], name])
            raise InputError(
                f"{self._source}: Conditions: {circle} depend on each other in a circle; take one link out"
            )
        self._under_way.append(name)
        outcome = self._outcomes[name] = self._decide(self._conditions[name])
        self._under_way.pop()
        return outcome

    def undecided(self) -> list[str]:
        """Return the conditions that are open by themselves: those that hang on no other open condition."""
        return [
            name
            for name in self._conditions
            if self.condition(name) is None and not self._hangs_on_open(self._conditions[name])
        ]

    def _hangs_on_open(self, body: object) -> bool:
        if isinstance(body, Mapping):
            named = body.get("Condition")
            if isinstance(named, str):
                return self.condition(named) is None
            return any(self._hangs_on_open(inner) for inner in body.values())
        return isinstance(body, list) and any(self._hangs_on_open(inner) for inner in body)

    def _decide(self, body: object) -> bool | None:
        if isinstance(body, bool):
            return body
        if not isinstance(body, Mapping) or len(body) != 1:
            return None
        key, inner = next(iter(body.items()))
        if key == "Condition":
            return self.condition(inner)
        if key == "Fn::Equals" and isinstance(inner, list) and len(inner) == 2:  # noqa: PLR2004  (both sides)
            left, right = (self._plain(each) for each in inner)
            return None if left is None or right is None else left == right
        sides = [self._decide(each) for each in inner] if isinstance(inner, list) else []
        if key == "Fn::Not" and len(sides) == 1:
            return None if sides[0] is None else not sides[0]
        if key == "Fn::And" and sides:
            return False if False in sides else None if None in sides else True
        if key == "Fn::Or" and sides:
            return True if True in sides else None if None in sides else False
        return None

    def _plain(self, value: object) -> str | None:
        """Return a value to compare, a secret parameter's too: whether it is empty is what conditions ask."""
        if isinstance(value, Mapping) and isinstance(name := value.get("Ref"), str) and self._is_secret(name):
            value = self._parameter(name)
        else:
            value = self.resolve(value)
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, str | int | Decimal) and value != SECRET else None

    def resolve(self, value: object, name: str = "") -> Any:  # noqa: ANN401  (what a template holds is of any kind)
        """Return a value with what can be known put in; `name` is the property's, which tells a secret."""
        if isinstance(value, str):
            if name and is_secret_name(name) and value:
                return SECRET
            if "${Token[" in value:
                self.note("has an unresolved token: synthesize the app again, and look for a lazy value in a string")
            return shown_text(value)
        if isinstance(value, Mapping):
            if len(value) == 1:
                key, inner = next(iter(value.items()))
                if key == "Ref" or (isinstance(key, str) and key.startswith("Fn::")):
                    return self._intrinsic(key, inner, name)
            hidden = next((key for key in value if key in _VALUE_KEYS and names_a_secret(value)), None)
            pairs = (
                (key, self.resolve(inner, "password" if key == hidden else str(key))) for key, inner in value.items()
            )
            return {key: inner for key, inner in pairs if inner is not _NOTHING}
        if isinstance(value, list | tuple):
            return [inner for each in value if (inner := self.resolve(each, name)) is not _NOTHING]
        return Decimal(str(value)) if isinstance(value, float) else value

    def note(self, what: str) -> None:
        """Keep what a reader should know of the resource that is being resolved."""
        if len(self.notes) < _MOST_NOTES:
            self.notes[f"{self._place}: {what}" if self._place else what] = None

    def _intrinsic(self, key: str, inner: object, name: str) -> object:
        if key in self._functions:
            result = self._functions[key](inner)
            secret = isinstance(result, str) and bool(result) and bool(name) and is_secret_name(name)
            return SECRET if secret else result
        if key == "Fn::GetAtt":
            owner = inner[0] if isinstance(inner, list) and inner else str(inner).split(".", 1)[0]
            if isinstance(owner, str) and owner not in self._resources:
                self.note(
                    f"Fn::GetAtt {owner[:100]}: the template has no such resource"
                    f"{did_you_mean(owner[:100], self._resources)}"
                )
        if key not in _LATER:
            self.note(f"{key} is no intrinsic that is known here{did_you_mean(key, [*self._functions, *_LATER])}")
        return {key: self.resolve(inner)}

    def _is_secret(self, name: str) -> bool:
        declared = self._declared.get(name)
        return isinstance(declared, Mapping) and str(declared.get("NoEcho", "")).lower() == "true"

    def _parameter(self, name: str) -> object:
        """Return a parameter's value: stated, or its default; None where it has none, or another system's."""
        declared = self._declared[name]
        stated: Mapping[str, Any] = declared if isinstance(declared, Mapping) else {}
        kind = str(stated.get("Type", "String"))
        if name not in self._given and ("Default" not in stated or kind.startswith("AWS::SSM::Parameter")):
            return None  # of the latter, the default is the name of a parameter, not its value
        value = self._given[name] if name in self._given else stated["Default"]
        if isinstance(value, str) and (kind.startswith("List<") or kind == "CommaDelimitedList"):
            return [piece.strip() for piece in value.split(",")]
        # An intrinsic, or a list, is no value there, but a mistake.
        return value if isinstance(value, str | int | float | Decimal) else None

    def _ref(self, name: object) -> object:
        if name == "AWS::NoValue":
            return _NOTHING
        if name == "AWS::Region":
            return self._region
        if name in _OF_PARTITION and isinstance(name, str):
            named = next((each for prefix, each in _PARTITIONS if self._region.startswith(prefix)), None)
            return named[_OF_PARTITION.index(name)] if named else {"Ref": name}
        if isinstance(name, str) and name in self._declared:
            if self._is_secret(name):
                return SECRET
            value = self._parameter(name)
            return {"Ref": name} if value is None else self.resolve(value, name)
        if isinstance(name, str) and name not in self._resources and name not in _PSEUDO:
            near = did_you_mean(name[:100], [*self._declared, *self._resources])
            self.note(f"Ref {name[:100]}: the template has no such parameter or resource{near}")
        return {"Ref": name if isinstance(name, str) else self.resolve(name)}

    def _sub(self, inner: object) -> object:
        text, variables = (inner[0], inner[1]) if isinstance(inner, list) and len(inner) == 2 else (inner, {})  # noqa: PLR2004
        if not isinstance(text, str) or not isinstance(variables, Mapping):
            return {"Fn::Sub": self.resolve(inner)}
        if "${Token[" in text:
            return self.resolve(text)
        whole = True

        def put(match: re.Match[str]) -> str:
            nonlocal whole
            name = match[1].strip()
            if name in variables:
                value = self.resolve(variables[name], name)
            elif "." in name:
                value = None
            else:
                value = self._ref(name)
            if isinstance(value, str | int | Decimal) and not isinstance(value, bool):
                return str(value)
            whole = False
            return match[0]

        result = shown_text(_VARIABLE.sub(put, text))
        if whole:
            return SECRET if SECRET in result else result.replace("${!", "${")
        return {"Fn::Sub": SECRET if SECRET in result else result}

    def _join(self, inner: object) -> object:
        resolved = self.resolve(inner)
        if isinstance(resolved, list) and len(resolved) == 2 and isinstance(resolved[1], list):  # noqa: PLR2004
            pieces = resolved[1]
            if SECRET in pieces:
                return SECRET
            if all(isinstance(piece, str | int | Decimal) for piece in pieces):
                return shown_text(str(resolved[0]).join(map(str, pieces)))
        return {"Fn::Join": resolved}

    def _select(self, inner: object) -> object:
        resolved = self.resolve(inner)
        if isinstance(resolved, list) and len(resolved) == 2 and isinstance(resolved[1], list):  # noqa: PLR2004
            at = str(resolved[0])
            if at.isdecimal() and int(at) < len(resolved[1]):
                return resolved[1][int(at)]
        return {"Fn::Select": resolved}

    def _split(self, inner: object) -> object:
        resolved = self.resolve(inner)
        if isinstance(resolved, list) and len(resolved) == 2 and all(isinstance(each, str) for each in resolved):  # noqa: PLR2004
            return SECRET if resolved[1] == SECRET else resolved[1].split(resolved[0] or None)
        return {"Fn::Split": resolved}

    def _if(self, inner: object) -> object:
        if not isinstance(inner, list) or len(inner) != 3:  # noqa: PLR2004
            return {"Fn::If": self.resolve(inner)}
        outcome = self.condition(inner[0])
        if outcome is None:
            sides = [self.resolve(each) for each in inner[1:]]
            return {"Fn::If": [inner[0], *({"Ref": "AWS::NoValue"} if each is _NOTHING else each for each in sides)]}
        return self.resolve(inner[1] if outcome else inner[2])

    def _find_in_map(self, inner: object) -> object:
        keys = self.resolve(inner)
        table: object = self._mappings
        path = keys[:3] if isinstance(keys, list) else []
        for key in path:
            table = table.get(str(key)) if isinstance(table, Mapping) and not is_unknown(key) else None
        if len(path) == 3 and isinstance(table, str | int | float | list):  # noqa: PLR2004  (a map has two levels)
            # A mapping holds plain values: what looks like an intrinsic in one is not resolved, and can't grow.
            plain = [each for each in table if isinstance(each, str | int)] if isinstance(table, list) else table
            return self.resolve(plain)
        if len(path) == 3 and not any(map(is_unknown, path)):  # noqa: PLR2004
            self.note("Fn::FindInMap asks for a key that the mapping doesn't have")
        return {"Fn::FindInMap": keys}
