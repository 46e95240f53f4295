"""AmazonBedrockFoundationModels: models that AWS sells as Marketplace software.

The unit is called "Units" whatever it is; the description says that a unit is a million tokens (or an hour), and a
product whose description does not is skipped.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from planner.refresh.models import models
from planner.refresh.outcome import GLOBAL, IN_REGION, Outcome, Rule, Skip, Target
from planner.refresh.rules.bedrock_tokens import target_of

if TYPE_CHECKING:
    from planner.refresh.product import Product

__all__ = ["RULE"]

_EDITION: Final = re.compile(r"(?P<name>.+?) \(Amazon Bedrock Edition\)", re.ASCII)
_USAGE: Final = re.compile(r"MP:(?:[A-Z0-9]+)_(?P<what>[A-Za-z0-9_]+)-Units", re.ASCII)
# Older products write InputTokenCount_Global_Batch, newer ones input_tokens_global_standard.
_OLD: Final = re.compile(
    r"(?P<what>CacheReadInput|CacheWrite1hInput|CacheWriteInput|Input|Output)TokenCount(?P<rest>(?:_(?:LCtx|Global|Geo|Batch))*)",
    re.ASCII,
)
_BATCH: Final = re.compile(r"MillionBatch(?P<what>Input|Output)Tokens", re.ASCII)
_NEW: Final = re.compile(
    r"(?P<what>cache_read|cache_write_1h|cache_write|input|output)_tokens(?P<hour>_1h)?"
    r"(?P<rest>(?:_(?:lctx|long_context|global|geo|regional|standard|batch|flex|priority))*)",
    re.ASCII,
)
_PROVISIONED: Final = re.compile(
    r"ProvisionedThroughput_(?P<term>NoCommit|1MonthCommit|6MonthsCommit)_ModelUnits(?:_Usage)?", re.ASCII
)
_RESERVED: Final = re.compile(
    r"Reserved_(?P<months>[13])Month_(?P<side>Input|Output)TPM(?:_(?P<scope>Geo|Global))?", re.ASCII
)
_MILLION: Final = re.compile(r"(?i)\bmillion\b|\b1M\b", re.ASCII)
_THOUSAND: Final = re.compile(r"(?i)\bthousand\b|\b1K\b|\b1,000\b", re.ASCII)
_HOURLY: Final = re.compile(r"(?i)\bhour(?:ly)?\b", re.ASCII)
_DIMENSIONS: Final = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cachereadinput": "cache_read_mtok",
    "cacheread": "cache_read_mtok",
    "cachewriteinput": "cache_write_mtok",
    "cachewrite": "cache_write_mtok",
    "cachewrite1hinput": "cache_write_1h_mtok",
    "cachewrite1h": "cache_write_1h_mtok",
}
_TERMS: Final = {"NoCommit": "no_commitment", "1MonthCommit": "1_month", "6MonthsCommit": "6_months"}
_PHRASES: Final = {"lctx": "long-context", "global": "cross-region-global", "geo": "cross-region-geo"}


def _rule(product: Product) -> Outcome:
    edition = _EDITION.fullmatch(product.attribute("servicename"))
    usage = _USAGE.fullmatch(product.usage)
    if edition is None or usage is None:
        return None
    reason = models().reason_of(edition["name"])
    if reason is not None:
        return Skip(reason)
    model = models().id_of(edition["name"])
    if model is None:
        return None
    what = usage["what"]
    if found := _PROVISIONED.fullmatch(what):
        item = f"provisioned_throughput.model_unit_hour_{_TERMS[found['term']]}"
        return _hourly(product, Target("bedrock", item, model, "model-unit hour", held=Fraction(1)))
    if found := _RESERVED.fullmatch(what):
        term = "1_month" if found["months"] == "1" else "3_months"
        item = f"reserved.{found['side'].lower()}_ktpm_hour_{term}"
        scope = GLOBAL if found["scope"] == "Global" else IN_REGION
        return _hourly(
            product, Target("bedrock", item, model, "hour per 1K tokens-per-minute", scope, held=Fraction(1))
        )
    return _tokens(product, model, what)


def _tokens(product: Product, model: str, what: str) -> Outcome:
    words: set[str] = set()
    if found := _BATCH.fullmatch(what):
        words.add("batch")
        dimension = _DIMENSIONS[found["what"].lower()]
    elif found := _OLD.fullmatch(what) or _NEW.fullmatch(what):
        hour = "1h" if found.groupdict().get("hour") else ""
        dimension = _DIMENSIONS[(found["what"].replace("_", "") + hour).lower()]
        rest = found["rest"].lower().replace("long_context", "lctx").split("_")
        words |= {_PHRASES.get(word, word) for word in rest if word not in {"", "regional"}}
    else:
        return None
    outcome = target_of(model, dimension, words)
    if not isinstance(outcome, Target) or not product.dimensions:
        return outcome  # without prices (a file's products come before its terms) there is no description yet
    held = _tokens_held(product)
    if held is None:
        return Skip("'Units' whose description does not say how many tokens one is")
    return Target("bedrock", outcome.item, model, "1M tokens", outcome.scope, outcome.above, whole=False, held=held)


def _tokens_held(product: Product) -> Fraction | None:
    """Return how many units make a million tokens, by the description; None where it does not say, or says both."""
    text = " ".join(dimension.description for dimension in product.dimensions)
    million, thousand = bool(_MILLION.search(text)), bool(_THOUSAND.search(text))
    if million == thousand:
        return None
    return Fraction(1) if million else Fraction(1000)


def _hourly(product: Product, target: Target) -> Outcome:
    if not all(_HOURLY.search(dimension.description) for dimension in product.dimensions):
        return Skip("'Units' whose description does not say that one is an hour")
    return target


RULE: Final[Rule] = _rule
