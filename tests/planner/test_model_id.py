from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.catalog import load_catalog
from planner.model_id import IN_REGION, PROFILE_PREFIXES, base_model_id, scope_of, with_scope


@pytest.mark.parametrize(
    ("model", "scope", "base"),
    [
        ("amazon.nova-lite-v1:0", "in_region", "amazon.nova-lite-v1:0"),
        ("us.amazon.nova-lite-v1:0", "geo:us", "amazon.nova-lite-v1:0"),
        ("us-gov.anthropic.claude-sonnet-5", "geo:us-gov", "anthropic.claude-sonnet-5"),
        ("eu.anthropic.claude-sonnet-5", "geo:eu", "anthropic.claude-sonnet-5"),
        ("global.anthropic.claude-sonnet-5", "global", "anthropic.claude-sonnet-5"),
        # Only one prefix is a profile's; what looks like one inside a name is the name's.
        ("us.global.model", "geo:us", "global.model"),
        ("usual.model", "in_region", "usual.model"),
        ("meta-llama/Llama-3.1-8B-Instruct", "in_region", "meta-llama/Llama-3.1-8B-Instruct"),
        ("", "in_region", ""),
    ],
)
def test_a_prefix_says_where_a_request_may_be_processed(model: str, scope: str, base: str) -> None:
    assert (scope_of(model), base_model_id(model)) == (scope, base)


@given(
    model=st.sampled_from(sorted(entry.id for entry in load_catalog().text_models)),
    scope=st.sampled_from([IN_REGION, *PROFILE_PREFIXES.values()]),
)
def test_an_id_made_for_a_scope_is_read_back_as_that_scope(model: str, scope: str) -> None:
    called = with_scope(model, scope)
    assert (scope_of(called), base_model_id(called)) == (scope, model)


def test_a_scope_without_a_profile_is_an_error() -> None:
    with pytest.raises(KeyError, match="geo:mars"):
        with_scope("amazon.nova-lite-v1:0", "geo:mars")


def test_no_providers_name_is_mistaken_for_a_profile() -> None:
    catalog = load_catalog()
    names = [entry.id for entry in catalog.text_models]
    names += [entry.id for entry in catalog.embedding_models]
    names += [entry.id for entry in catalog.open_weight_models]
    assert {name: scope_of(name) for name in names} == dict.fromkeys(names, IN_REGION)
