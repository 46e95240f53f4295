"""The recipes as they are written: goldens, the systems' own schemas, least permissions, pins, quoting."""

from __future__ import annotations

import importlib.resources
import importlib.util
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema.validators import validator_for

from planner import __version__
from planner.bundled import bundled_root
from planner.ci_recipes import ACTIONS, SYSTEMS, RecipeSettings, _plain, render_recipe, write_recipe
from planner.errors import InputError
from tests.ci.scratch import environment_of, load_yaml, scripts

VERSION = "1.2.3"
DEFAULTS = RecipeSettings(version=VERSION)
# Each choice the other way, and names that need quotes.
OTHERS = RecipeSettings(
    version=VERSION,
    workload="infra/the workload (v2), final.yaml",
    base="release/2026.x",
    policy="infra/policy=strict.yml",
    python="3.13",
    synth=False,
    sarif=False,
    strict=True,
)
APP = RecipeSettings(version=VERSION, app="the infra (v2)", usage="the infra (v2)/fmplan-usage.yml")
VARIANTS = {"defaults": DEFAULTS, "others": OTHERS, "app": APP}
SCHEMAS = {
    "github": "github-workflows",
    "gitlab": "gitlab-ci",
    "azure": "azure-pipelines",
    "bitbucket": "bitbucket-pipelines",
}
# Installed beside the Python that runs the tests, or anywhere.
SHELLCHECK = shutil.which("shellcheck", path=str(Path(sys.executable).parent)) or shutil.which("shellcheck")
EACH = pytest.mark.parametrize("system", SYSTEMS)
EACH_VARIANT = pytest.mark.parametrize("variant", VARIANTS)


def only(system: str, settings: RecipeSettings = DEFAULTS) -> str:
    (text,) = render_recipe(system, settings).values()
    return text


def loaded(system: str, settings: RecipeSettings = DEFAULTS) -> dict[Any, Any]:
    data = load_yaml(only(system, settings))
    assert isinstance(data, dict)
    return data


@EACH
@EACH_VARIANT
def test_recipes_are_as_expected(system: str, variant: str, checkout: Path, *, update_golden: bool) -> None:
    folder = checkout / "tests" / "golden" / "ci" / variant / system
    files = render_recipe(system, VARIANTS[variant])
    if update_golden:
        shutil.rmtree(folder, ignore_errors=True)
        write_recipe({f"{path}.golden": text for path, text in files.items()}, folder, force=True)
    expected = {
        path.relative_to(folder).as_posix().removesuffix(".golden"): path.read_text(encoding="utf-8")
        for path in folder.rglob("*.golden")
    }
    assert files == expected


@pytest.mark.skipif(importlib.util.find_spec("check_jsonschema") is None, reason="needs check-jsonschema's schemas")
@EACH_VARIANT
@pytest.mark.parametrize("system", SCHEMAS)
def test_recipes_follow_the_systems_own_schemas(system: str, variant: str) -> None:
    folder = importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((folder / f"{SCHEMAS[system]}.json").read_text(encoding="utf-8"))
    # Azure's schema knows each scalar as a text.
    data = load_yaml(only(system, VARIANTS[variant]), only_texts=system == "azure")
    assert [error.message for error in validator_for(schema)(schema).iter_errors(data)] == []


def test_what_stands_without_quotes_needs_none() -> None:
    assert _plain("actions/checkout@3d3c42e # v7.0.1") == "actions/checkout@3d3c42e # v7.0.1"
    for text in ("a: b", "a\nb", "$a", "`a`", '"'):
        with pytest.raises(ValueError, match="must be quoted"):
            _plain(text)


def test_the_workflow_may_do_the_least() -> None:
    workflow = loaded("github")
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["cost"]["permissions"] == {
        "contents": "read",
        "pull-requests": "write",
        "security-events": "write",
    }
    # Not pull_request_target, which would give a fork's change a token that writes.
    assert workflow["on"] == {"pull_request": {"branches": ["main"]}}
    without = loaded("github", OTHERS)["jobs"]["cost"]
    assert without["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "upload-sarif" not in only("github", OTHERS)


def test_the_token_is_in_the_environment_of_the_comment_alone() -> None:
    workflow = loaded("github")
    assert "GITHUB_TOKEN" not in str([workflow.get("env"), workflow["jobs"]["cost"]["env"]])
    having = [step["name"] for step in workflow["jobs"]["cost"]["steps"] if "token" in str(step.get("env", {})).lower()]
    assert having == ["Comment"]


@EACH_VARIANT
def test_actions_are_pinned_by_commit(variant: str) -> None:
    uses = re.findall(r"uses: (.*)", only("github", VARIANTS[variant]))
    assert len(uses) == (3 if variant == "others" else 4)
    for line in uses:
        assert re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
        name, _, rest = line.partition("@")
        assert tuple(rest.split(" # ")) == ACTIONS[name]


@EACH_VARIANT
def test_no_expression_stands_in_a_script(variant: str) -> None:
    settings = VARIANTS[variant]
    for system in SYSTEMS:
        for script in scripts(system, render_recipe(system, settings)):
            assert "${{" not in script, system
            assert "$(FMPLAN" not in script, system
            # What differs from one rendering to the next comes from the environment, never as text of the script.
            for value in set(settings.environment.values()) - set(DEFAULTS.environment.values()):
                assert value not in script.partition("set -eu")[2], system


@EACH
@EACH_VARIANT
def test_scripts_are_good_shell(system: str, variant: str, tmp_path: Path) -> None:
    found = scripts(system, render_recipe(system, VARIANTS[variant]))
    assert found
    for number, script in enumerate(found):
        file = tmp_path / f"{number}.sh"
        # GitHub's shell has -e from its command line.
        file.write_text(f"set -e\n{script}" if system == "github" else script, encoding="utf-8")
        # Whatever runs them: a container's /bin/sh too.
        for shell in ("bash", "sh"):
            done = subprocess.run([shell, "-n", file], capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), script
        if SHELLCHECK:
            done = subprocess.run(
                [SHELLCHECK, "--shell=sh", "--severity=style", file], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stdout


@EACH
@EACH_VARIANT
def test_each_recipe_compares_and_checks(system: str, variant: str) -> None:
    text = "\n".join(scripts(system, render_recipe(system, VARIANTS[variant])))
    assert ("fmplan synth " in text) == (variant == "defaults")
    assert ("cdk synth " in text) == (variant == "app")
    assert re.search(
        r'^ *(?:step )?fmplan diff "\$(?:before|FMPLAN_BEFORE)" "\$(?:after|FMPLAN_AFTER)"', text, re.MULTILINE
    )
    assert re.search(
        r'^ *(?:step )?fmplan check .*"\$(?:after|FMPLAN_AFTER)" --policy "\$FMPLAN_POLICY"', text, re.MULTILINE
    )
    assert ("--strict" in text) == (variant == "others")
    assert text.count('--usage "$FMPLAN_USAGE"') == (2 if variant == "app" else 0)
    assert ("fmplan comment" in text) == (system in {"github", "gitlab"})


@EACH
def test_the_version_is_pinned(system: str) -> None:
    text = "\n".join(render_recipe(system, RecipeSettings(version=__version__)).values())
    assert f"fmplan[cdk]=={__version__}" in text
    assert not re.search(r"pip install (?!.*\"\$FMPLAN_PACKAGE\").*fmplan", text)


def test_a_template_needs_no_synthesis() -> None:
    settings = RecipeSettings(version=VERSION, workload="infra/template.json")
    assert settings.package == "fmplan==1.2.3"
    assert "fmplan synth" not in only("github", settings)


def test_each_value_in_a_template_goes_through_the_filter_of_its_language() -> None:
    used = set()
    for template in (bundled_root() / "templates" / "ci").rglob("*.j2"):
        for expression in re.findall(r"<@(.*?)@>", template.read_text(encoding="utf-8")):
            name = expression.rpartition("|")[2].strip()
            assert name in {"quoted", "single", "plain", "groovy"}, (template, expression)
            used.add(name)
    assert used == {"quoted", "single", "plain", "groovy"}


def test_an_app_is_synthesized_with_the_cdk_command_that_package_json_locks(checkout: Path) -> None:
    locked = json.loads((checkout / "package.json").read_text(encoding="utf-8"))["devDependencies"]["aws-cdk"]
    assert APP.environment["FMPLAN_CDK"] == f"aws-cdk@{locked}"
    # Its own version of the CDK library, not the one that the extra would bring.
    assert APP.package == "fmplan==1.2.3"


def test_the_code_of_an_app_sees_no_token() -> None:
    (script,) = scripts("gitlab", render_recipe("gitlab", APP))
    assert "synthesize() (\n  unset GITLAB_TOKEN\n" in script


@EACH
@EACH_VARIANT
def test_values_arrive_as_they_were_given(system: str, variant: str) -> None:
    settings = VARIANTS[variant]
    expected = {
        "FMPLAN_PACKAGE": settings.package,
        "FMPLAN_BASE": settings.base,
        "FMPLAN_POLICY": settings.policy,
    }
    if settings.app:
        expected |= {"FMPLAN_APP": settings.app, "FMPLAN_USAGE": str(settings.usage), "FMPLAN_CDK": "aws-cdk@2.1148.1"}
    else:
        expected |= {"FMPLAN_WORKLOAD": settings.workload}
    assert environment_of(system, render_recipe(system, settings)) == expected


HOSTILE = [
    "",
    " ",
    "-x",
    "--upload-pack=touch x",
    "a;touch x",
    "a|b",
    "a&b",
    "$(touch x)",
    "`touch x`",
    "${IFS}",
    "${{ github.token }}",
    "$(Build.SourceBranch)",
    "a'b",
    'a"b',
    "a\\b",
    "a\nb",
    "a\tb",
    "a\rb",
    "a\0b",
    "a\u202eb",
    "a\u2028b",
    "*",
    "a?b",
    "[a]",
    "{a}",
    "!a",
    "a#b",
    "a: b",
    "a:b",
    "a^b",
    "a%b",
    "a<b",
    "/a",
    "a/",
    "a//b",
    "..",
    "../a",
    "a/../b",
    "a" * 201,
]


@pytest.mark.parametrize("name", [*HOSTILE, "a b", "a..b", ".a", "a/.b", "a.lock", "a.lock/b", "a.", "@", "a~b", "a+b"])
def test_branches_that_could_break_out_are_refused(name: str) -> None:
    with pytest.raises(InputError, match=r"--base: "):
        RecipeSettings(version=VERSION, base=name)


@pytest.mark.parametrize("name", [*HOSTILE, "~/../x", "a/.", "a/./b", " a", "a "])
@pytest.mark.parametrize("option", ["workload", "policy", "app", "usage"])
def test_files_that_could_break_out_are_refused(name: str, option: str) -> None:
    with pytest.raises(InputError, match=rf"--{option}: "):
        RecipeSettings(**{"version": VERSION, option: name})  # type: ignore[arg-type]


@pytest.mark.parametrize("version", ["3", "3.10", "2.7", "3.12.1", "3.x", "latest", "3.12\n", "3.1\uff12"])
def test_versions_that_fmplan_does_not_run_on_are_refused(version: str) -> None:
    with pytest.raises(InputError, match=r"--python: "):
        RecipeSettings(version=VERSION, python=version)


@given(
    base=st.one_of(st.text(min_size=1, max_size=20), st.from_regex(r"[\w][\w./@-]{0,20}", fullmatch=True)),
    workload=st.one_of(
        st.text(min_size=1, max_size=20),
        st.from_regex(r"[\w.][\w ./@,=~()+-]{0,20}\.yaml", fullmatch=True),
    ),
)
def test_any_name_is_refused_or_arrives_as_it_is(base: str, workload: str) -> None:
    try:
        settings = RecipeSettings(version=VERSION, base=base, workload=workload)
    except InputError:
        return
    for system in SYSTEMS:
        seen = environment_of(system, render_recipe(system, settings))
        assert (seen["FMPLAN_BASE"], seen["FMPLAN_WORKLOAD"]) == (base, workload), system


@EACH_VARIANT
def test_the_jenkinsfile_is_balanced(variant: str) -> None:
    settings = VARIANTS[variant]
    text = only("jenkins", settings)
    # Groovy's strings and comments first: what is in them is no structure. A shell script has no backslash, which
    # Groovy would read before the shell does.
    (script,) = re.findall(r"'''(.*?)'''", text, re.DOTALL)
    assert "\\" not in script
    rest = re.sub(r"'''.*?'''|'(?:[^'\\\n]|\\.)*'|//[^\n]*", "''", text, flags=re.DOTALL)
    assert '"' not in rest, "a string with interpolation"
    stack = []
    for sign in re.findall(r"[(){}\[\]]", rest):
        if sign in "({[":
            stack.append(sign)
        else:
            assert stack, rest
            assert stack.pop() + sign in {"()", "{}", "[]"}
    assert stack == []
    for part in ("pipeline {", "agent none", "stages {", "stage(", "when {", "agent {", "steps {", "post {"):
        assert part in rest, part
    assert f"changeRequest target: '{settings.base}'" in text
