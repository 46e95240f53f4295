"""Bedrock's model ids: what a profile's prefix says of where a request may be processed."""

from __future__ import annotations

from functools import lru_cache

__all__ = ["IN_REGION", "PROFILE_PREFIXES", "base_model_id", "scope_of", "with_scope"]

IN_REGION = "in_region"

# Inference profiles of Amazon Bedrock: the prefix of a model id → the price book's scope.
PROFILE_PREFIXES = {
    "us.": "geo:us",
    "eu.": "geo:eu",
    "apac.": "geo:apac",
    "au.": "geo:au",
    "jp.": "geo:jp",
    "ca.": "geo:ca",
    "us-gov.": "geo:us-gov",
    "global.": "global",
}
_PREFIX_OF_SCOPE = {scope: prefix for prefix, scope in PROFILE_PREFIXES.items()}


@lru_cache(maxsize=4096)
def scope_of(model_id: str) -> str:
    """Return the price scope that a model id asks for: its profile's, or `in_region` for a bare id."""
    for prefix, scope in PROFILE_PREFIXES.items():
        if model_id.startswith(prefix):
            return scope
    return IN_REGION


@lru_cache(maxsize=4096)
def base_model_id(model_id: str) -> str:
    """Return the model id without the prefix of an inference profile."""
    for prefix in PROFILE_PREFIXES:
        if model_id.startswith(prefix):
            return model_id[len(prefix) :]
    return model_id


def with_scope(model_id: str, scope: str) -> str:
    """Return the id that asks for a model in a scope: `us.` in front for `geo:us`, bare for `in_region`.

    Raises:
        KeyError: for a scope that has no inference profile.
    """
    return model_id if scope == IN_REGION else _PREFIX_OF_SCOPE[scope] + model_id
