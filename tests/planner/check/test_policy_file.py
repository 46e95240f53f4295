"""The policy file: what it states, everything that can be wrong with it, its JSON Schema."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from planner.check.policy_file import load_policy_file, parse_policies
from planner.check.schema import FILE, schema_text
from planner.errors import InputError
from planner.policies import BY_ID, POLICIES
from planner.policies.parameters import Amount
from planner.yaml12 import load_yaml

DAY = date(2026, 11, 20)
CHECKOUT = Path(__file__).resolve().parents[3]
EXAMPLE = CHECKOUT / "examples" / "policies" / "fmplan-policy.yml"
SCHEMA = Draft202012Validator(json.loads(FILE.read_text("utf-8")))

WRONG = """\
version: 2
polices: {}
policies:
  monthly_limt: {usd: 500}
  monthly_limit: {usd: -5, usdd: 3, severity: eror}
  one_time_limit: {usd: 1e3, policy: idle_limit}
  Bad Id: {}
  gpu: {policy: resource_limit}
  idle_limit: 5
  total_limit:
  allowed_models: {}
  allowed_regions: {regions: [1, ""]}
  commitments: {allow: [one_month]}
  required_tags: {tags: {env: prod}}
  replacement: {maybe: yes}
  price_age: {days: 1.5}
  coverage: {percent: 200}
  uncertainty: {of: month, above_percent: many}
  unpriced: {most: true}
waivers:
  - {policy: monthly_limit, owner: x, expires: 2027-02-30}
  - {policy: monthlylimit, reason: x, owner: x, expires: tomorrow, extra: 1}
  - 5
  - {policy: gpu, resource: 7, reason: "", owner: [x], expires: 2027-1-1}
"""
TOLD = """\
p.yml:1: version: 2 is newer than this fmplan, which reads version 1; update it
p.yml:2: polices: is not known; did you mean 'policies'?
p.yml:4: policies.monthly_limt: is no policy; did you mean 'monthly_limit'?
p.yml:5: policies.monthly_limit.usd: -5 is not possible; it can't be negative
p.yml:5: policies.monthly_limit.usdd: is not known; did you mean 'usd'?
p.yml:5: policies.monthly_limit.severity: 'eror' is not one of error, warning, note; did you mean 'error'?
p.yml:6: policies.one_time_limit: is a policy's own name, which can't stand for idle_limit; give this one another id
p.yml:7: policies.Bad Id: is no id; ids are small letters, digits, - and _, and begin with a letter
p.yml:8: policies.gpu.policy: 'resource_limit' is no policy; did you mean 'resource_delta' or 'resource_monthly_limit'?
p.yml:9: policies.idle_limit: 5 is not a mapping of parameters, such as {severity: warning}
p.yml:10: policies.total_limit.usd: is missing; total_limit needs it: the most that the horizon's months and what is \
spent once may come to, in US dollars
p.yml:11: policies.allowed_models: state allow or deny; allowed_models needs one of them
p.yml:12: policies.allowed_regions.regions[0]: 1 is not a text of at most 200 characters
p.yml:13: policies.commitments.allow[0]: 'one_month' is not one of no_commitment, 1_month, 6_months, savings_plan; \
did you mean '1_month' or '6_months'?
p.yml:14: policies.required_tags.tags.env: 'prod' is not a list of patterns, such as [one, two*]
p.yml:15: policies.replacement.maybe: 'yes' is not true or false
p.yml:16: policies.price_age.days: 1.5 is not a whole number
p.yml:17: policies.coverage.percent: 200 is not possible; at most 100
p.yml:18: policies.uncertainty.of: 'month' is not one of monthly, total, one_time; did you mean 'monthly'?
p.yml:18: policies.uncertainty.above_percent: 'many' is not a number
p.yml:19: policies.unpriced.most: true is not a number
p.yml:21: waivers[0].reason: is missing; a waiver needs policy, reason, owner and expires
p.yml:21: waivers[0].expires: '2027-02-30' is not a day of the calendar
p.yml:22: waivers[1].policy: 'monthlylimit' is no id under policies; did you mean 'monthly_limit' or 'monthly_limt'?
p.yml:22: waivers[1].expires: 'tomorrow' is not a day; write it as 2027-01-31
p.yml:22: waivers[1].extra: is not known; did you mean 'expires'?
p.yml:23: waivers[2]: is not a mapping with policy, reason, owner and expires
p.yml:24: waivers[3].resource: 7 is not a text
p.yml:24: waivers[3].reason: '' is not a text
p.yml:24: waivers[3].owner: ['x'] is not a text
p.yml:24: waivers[3].expires: '2027-1-1' is not a day; write it as 2027-01-31"""


def refused(text: str, source: str = "p.yml") -> str:
    with pytest.raises(InputError) as caught:
        parse_policies(text, source=source, day=DAY)
    return str(caught.value)


def test_every_fault_is_told_at_once_with_its_line() -> None:
    assert refused(WRONG) == TOLD


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 1", "p.yml:1: policies: is missing; state at least one, such as"),
        ("version: 1\npolicies: {}", "p.yml:2: policies: holds no policies; state at least one"),
        ("version: 1\npolicies: [monthly_limit]", "p.yml:2: policies: is not a mapping"),
        ("policies: {unpriced: }", "p.yml:1: version: is missing; state version: 1"),
        ("version: one\npolicies: {unpriced: }", "p.yml:1: version: 'one' is not known; state version: 1"),
        ("version: true\npolicies: {unpriced: }", "p.yml:1: version: True is not known"),
        ("version: 1\npolicies: {unpriced: }\nwaivers: {a: 1}", "p.yml:3: waivers: is not a list"),
        ("[1]", "p.yml: a policy file is a mapping"),
        ("version: 1\npolicies: {a: {}}", "p.yml:2: policies.a: is no policy; name the policy that it is one of"),
        ("version: 1\npolicies: {a: {policy: 5}}", "p.yml:2: policies.a.policy: 5 is no policy"),
        ("version: 1\nversion: 1", "p.yml:2:1: the key 'version' is there twice; keep one"),
        ("version: [1", "p.yml:1:"),
    ],
)
def test_what_is_no_policy_file_is_refused(text: str, said: str) -> None:
    assert refused(text).startswith(said)


def test_of_many_faults_the_first_hundred_are_told() -> None:
    lines = refused("version: 1\npolicies:\n" + "".join(f"  a{n}: 5\n" for n in range(120))).splitlines()
    assert len(lines) == 101
    assert lines[-1] == "p.yml: and 20 more"


def test_one_policy_stands_several_times_under_ids_of_its_own() -> None:
    policies = parse_policies(
        "version: 1\npolicies:\n  a: {policy: resource_monthly_limit, usd: 1, types: [x]}\n"
        "  b: {policy: resource_monthly_limit, usd: 0.30, severity: note}\n  unpriced:\n",
        source="p.yml",
        day=DAY,
    )
    assert [(each.id, each.policy.id, each.severity) for each in policies.settings] == [
        ("a", "resource_monthly_limit", "error"),
        ("b", "resource_monthly_limit", "note"),
        ("unpriced", "unpriced", "warning"),
    ]
    assert [each.values.get("usd") for each in policies.settings] == [1, Decimal("0.30"), None]
    assert policies.settings[0].globs("types") == ("x",)
    assert policies.settings[1].globs("types") == ()
    assert policies.place("b") == (4, 3)


def test_a_json_file_is_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text('{"version": 1,\n "policies": {"monthly_limit": {"usd": 0.1}}}', "utf-8")
    (setting,) = load_policy_file(path, day=DAY).settings
    assert setting.number("usd") == Decimal("0.1")


def test_the_schema_that_ships_is_what_the_policies_write() -> None:
    assert FILE.read_text("utf-8") == schema_text(), "write it anew with python -m planner.check.schema"
    Draft202012Validator.check_schema(json.loads(schema_text()))


def test_the_example_is_what_reader_and_schema_take() -> None:
    policies = load_policy_file(EXAMPLE, day=DAY)
    assert len(policies.settings) > 15
    assert SCHEMA.is_valid(load_yaml(EXAMPLE.read_text("utf-8"), source="x"))


# Each of WRONG's faults alone; the schema can't know which ids there are and which days the calendar has.
FAULTS = [
    "version: 2\npolicies: {unpriced: }",
    *(
        f"version: 1\npolicies: {{{text}}}"
        for text in (
            "monthly_limt: {usd: 500}",
            "monthly_limit: {usd: -5}",
            "monthly_limit: {usd: 1, usdd: 3}",
            "monthly_limit: {usd: 1, severity: eror}",
            "one_time_limit: {usd: 1e3, policy: idle_limit}",
            "Bad: {policy: unpriced}",
            "gpu: {policy: nope}",
            "idle_limit: 5",
            "total_limit: {}",
            "a: {policy: total_limit}",
            "allowed_models: {}",
            "allowed_regions: {regions: [1]}",
            "commitments: {allow: [one_month]}",
            "required_tags: {tags: {env: prod}}",
            "replacement: {maybe: yes}",
            "price_age: {days: 1.5}",
            "coverage: {percent: 200}",
            "uncertainty: {of: month, above_percent: 5}",
        )
    ),
    "version: 1\npolicies: {unpriced: }\nwaivers: [{policy: unpriced, owner: x, expires: 2027-02-01}]",
    "version: 1\npolicies: {unpriced: }\nwaivers: [{policy: unpriced, reason: x, owner: x, expires: tomorrow}]",
]


@pytest.mark.parametrize("text", FAULTS)
def test_reader_and_schema_refuse_the_same(text: str) -> None:
    assert refused(text)
    assert not SCHEMA.is_valid(json.loads(json.dumps(load_yaml(text, source="x"), default=float)))


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "usd": st.integers(-1, 5) | st.text(max_size=2) | st.none(),
        "percent": st.integers(-1, 200),
        "types": st.lists(st.text(max_size=2), max_size=2),
        "severity": st.sampled_from(["error", "note", "x"]),
        "policy": st.sampled_from([*BY_ID, "x"]),
        "most": st.booleans() | st.integers(0, 3),
    },
)


@given(st.dictionaries(st.sampled_from([*BY_ID, "a", "B"]), VALUES | st.none() | st.integers(), max_size=3))
def test_what_the_reader_takes_the_schema_takes(stated: dict[str, object]) -> None:
    text = json.dumps({"version": 1, "policies": stated})
    try:
        parse_policies(text, source="p.json", day=DAY)
    except InputError:
        return
    # A number may be a text, and null is a key left out, for the reader alone.
    plain = json.loads(text, object_pairs_hook=lambda pairs: {k: v for k, v in pairs if v is not None or k in BY_ID})
    if not any(isinstance(v, dict) and isinstance(v.get("usd"), str) for v in plain["policies"].values()):
        assert SCHEMA.is_valid(plain)


def test_every_amount_says_its_unit() -> None:
    words = {"usd": "US dollars", "percent": "percent", "days": "days"}
    for policy in POLICIES:
        for parameter in policy.parameters:
            if isinstance(parameter, Amount) and parameter.name in words:
                assert words[parameter.name] in parameter.meaning, (policy.id, parameter.name)
