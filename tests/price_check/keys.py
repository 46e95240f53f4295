"""A package's model key in the price book's terms: model, scope, region; or why it is not compared.

A key that no rule reads is never guessed: it is counted, by reason.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from planner.model_id import base_model_id, scope_of

__all__ = ["Place", "Skipped", "litellm_place"]


class Place(NamedTuple):
    """What a key prices: the id that Bedrock's API takes, without profile; the profile; a region where it names one."""

    model: str
    scope: str
    region: str | None


class Skipped(NamedTuple):
    """Why a key is not compared."""

    reason: str


_PROVIDERS: Final = {
    "amazon_nova": Skipped("another service: Amazon's own Nova API"),
    "bedrock_mantle": Skipped("Bedrock's second endpoint, bedrock-mantle"),
}
_BEDROCK: Final = ("bedrock", "bedrock_converse")
_TOKEN_MODES: Final = ("chat", "completion", "embedding", "responses")
_REGION: Final = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d", re.ASCII)
_COMMITMENT: Final = re.compile(r"\d-month-commitment", re.ASCII)
_MODEL: Final = re.compile(r"[a-z0-9-]+\.[a-z0-9][a-zA-Z0-9.:-]*", re.ASCII)
# Profiles that the price book's format has no scope for.
_OTHER_PROFILES: Final = ("in.",)


# litellm spells these two ways; the book has the one that Bedrock's API takes.
_OTHER_SPELLINGS: Final = {"moonshotai.kimi-k2-thinking": "moonshot.kimi-k2-thinking"}


def litellm_place(key: str, *, provider: str, mode: str) -> Place | Skipped:
    """Return what a litellm key prices.

    `us.anthropic.…` is a profile; `bedrock/us-west-2/meta.…` names a region; `bedrock/invoke/…` is another way to call.
    """
    if provider in _PROVIDERS:
        return _PROVIDERS[provider]
    if provider not in _BEDROCK:
        return Skipped(f"provider {provider}")
    if mode not in _TOKEN_MODES:
        return Skipped(f"not priced by text tokens: {mode}")
    return _place(key)


def _place(key: str) -> Place | Skipped:
    *folders, model = key.split("/")
    if folders[:1] == ["bedrock"]:
        folders = folders[1:]
    if any(_COMMITMENT.fullmatch(folder) for folder in folders):
        return Skipped("provisioned throughput, not on demand")
    if folders == ["claude_platform"]:
        return Skipped("another product: Claude Platform on AWS")
    region = folders.pop() if len(folders) == 1 and _REGION.fullmatch(folders[0]) else None
    if folders not in ([], ["invoke"]) or not _MODEL.fullmatch(model):
        return Skipped("a key that no rule reads")
    if model.startswith(_OTHER_PROFILES):
        return Skipped("a profile that the price book has no scope for")
    base = base_model_id(model)
    return Place(_OTHER_SPELLINGS.get(base, base), scope_of(model), region)
