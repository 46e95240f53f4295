"""Usage types of tokens: model, direction, then what changes the price; any other word makes the product unknown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from planner.refresh.models import models
from planner.refresh.outcome import EXPLICIT_GEO, GLOBAL, IN_REGION, REGIONAL, Outcome, Skip, Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.refresh.product import Product

__all__ = ["target_of", "tokens"]

_TOKENS: Final = re.compile(
    r"(?P<name>.+?)-(?:text-)?(?P<what>cache-read-input|cache-write-1h-input|cache-write-input|input|output)"
    r"(?P<medium>-image|-video|-audio|-speech)?(?:-tokens?-count|-tokens?)(?P<rest>(?:-[a-z0-9]+)*)",
    re.ASCII,
)
_SPEECH: Final = re.compile(r"(?i).*(?:speech|audio|image|video).*", re.ASCII)
_DIMENSIONS: Final = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cache-read-input": "cache_read_mtok",
    "cache-write-input": "cache_write_mtok",
    "cache-write-1h-input": "cache_write_1h_mtok",
}
_TIERS: Final = ("batch", "flex", "priority")
_PHRASES: Final = (
    "cross-region-global",
    "cross-region-geo",
    "latency-optimized",
    "long-context",
    "custom-model",
    "standard",
    *_TIERS,
)
_LATENCY: Final = re.compile(r"(?i)[ -]*latency[ -]?optimized$", re.ASCII)


def tokens(product: Product) -> Outcome:
    """Return the row of a usage type such as NovaPro-input-tokens-batch; None where a part of it is not known."""
    found = _TOKENS.fullmatch(product.usage)
    if found is None:
        return None
    words = _words(found["rest"])
    if words is None:
        return None
    stated, name = product.attribute("model"), found["name"]
    if _LATENCY.search(stated) or _LATENCY.search(name):
        stated, name = _LATENCY.sub("", stated), _LATENCY.sub("", name)
        words |= {"latency-optimized"}
    known = models()
    reason = known.reason_of(stated or name)
    if reason is not None:
        return Skip(reason)
    if found["medium"] or _SPEECH.fullmatch(product.attribute("inferenceType")):
        return Skip("tokens of images, video or speech: the meters count text tokens")
    by_name = known.id_of(stated) if stated else None
    by_usage = known.id_of(name)
    if by_name and by_usage and by_name != by_usage:
        return None  # the two disagree about the model
    if stated and by_name is None:
        return None  # a name that is not known, whatever the usage type resembles
    model = by_name or by_usage
    return None if model is None else target_of(model, _DIMENSIONS[found["what"]], words)


def target_of(model: str, dimension: str, words: Iterable[str]) -> Outcome:
    """Return the row of a model's tokens by what the usage type says of them; None for words that never meet."""
    said = set(words) - {"standard"}
    scope = GLOBAL if "cross-region-global" in said else EXPLICIT_GEO if "cross-region-geo" in said else REGIONAL
    said -= {"cross-region-global", "cross-region-geo"}
    above = 0
    known = models()
    if "long-context" in said:
        said.discard("long-context")
        bound = known.long_prompt_tokens.get(model)
        if bound is None:
            return None  # a step at a bound that no source states
        above = bound
    if "custom-model" in said:
        # Before anything else that the words say: these share all of them with the base model's.
        if said != {"custom-model"} or scope != REGIONAL or above:
            return None
        return Target("bedrock", f"custom_on_demand.{dimension}", model, "1M tokens", IN_REGION, 0, whole=False)
    if len(said) > 1:
        return None
    mode = said.pop().replace("-", "_") if said else "on_demand"
    if model in known.embeddings:
        if dimension != "input_mtok" or mode not in {"on_demand", "batch"}:
            return None
        mode = "embedding" if mode == "on_demand" else "embedding_batch"
    return Target("bedrock", f"{mode}.{dimension}", model, "1M tokens", scope, above, whole=False)


def _words(rest: str) -> set[str] | None:
    """Return the phrases that a usage type ends in, or None where it has another word."""
    words: set[str] = set()
    while rest:
        for phrase in _PHRASES:
            if re.match(rf"-{phrase}(?=-|$)", rest):
                words.add(phrase)
                rest = rest[len(phrase) + 1 :]
                break
        else:
            return None
    return words
