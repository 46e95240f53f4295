"""The CDK app in its own process: the same bytes, whole or not at all, one message for what fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from planner.bundled import cdk_context
from planner.errors import InputError
from planner.plan_document import PlanDocument
from planner.synth import Synthesis, refuse_without_stack, synthesize
from tests.stacks.workloads import plan_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A template as `fmplan synth` writes it."""
    return synthesize(plan_of("rag-s3-vectors"), output=tmp_path_factory.mktemp("synth") / "new" / "cdk.out")


def test_the_template_is_where_it_says(written: Path) -> None:
    assert written.name == "rag-s3-vectors.template.json"
    assert json.loads(written.read_text())["Resources"]
    assert not [path for path in written.parents[2].iterdir() if path.name.startswith(".fmplan-")]


def test_an_app_that_the_cdk_command_runs_writes_the_same_bytes(written: Path, tmp_path: Path, checkout: Path) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps(plan_of("rag-s3-vectors").document))
    run_app({"plan": str(plan)}, tmp_path / "cdk.out", checkout)

    for name in ("rag-s3-vectors.template.json", "rag-s3-vectors.assets.json"):
        assert (tmp_path / "cdk.out" / name).read_bytes() == (written.parent / name).read_bytes()


def run_app(
    context: dict[str, str], output: Path, checkout: Path, *, code: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run the app as cdk.json has the CDK command run it."""
    environment = os.environ | {
        "CDK_CONTEXT_JSON": json.dumps({**cdk_context(), **context}),
        "CDK_OUTDIR": str(output),
        "PYTHONPATH": "",
    }
    done = subprocess.run(
        [sys.executable, "-m", "stacks.app"], env=environment, cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    return done


def test_the_app_plans_a_workload(tmp_path: Path, checkout: Path) -> None:
    workload = tmp_path / "workload.yaml"
    workload.write_text("name: small\n")
    run_app({"workload": str(workload), "as_of": "2026-11-20"}, tmp_path / "cdk.out", checkout)
    assert (tmp_path / "cdk.out" / "small.template.json").is_file()


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({}, "say what to synthesize: cdk synth -c workload=FILE, or -c plan=plan.json\n"),
        ({"plan": "nowhere/plan.json"}, "nowhere/plan.json: no such file; there is no folder nowhere\n"),
        ({"workload": "cdk.json", "as_of": "soon"}, "as_of: 'soon' is no day; write it as 2026-11-20\n"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    tmp_path: Path, checkout: Path, context: dict[str, str], message: str
) -> None:
    done = run_app(context, tmp_path / "cdk.out", checkout, code=2)
    assert (done.stdout, done.stderr) == ("", message)
    assert not (tmp_path / "cdk.out" / "manifest.json").exists()


def test_an_earlier_assembly_is_replaced_whole(tmp_path: Path) -> None:
    output = tmp_path / "cdk.out"
    output.mkdir()
    (output / "manifest.json").write_text("{}")
    (output / "old.template.json").write_text("{}")

    synthesize(plan_of("prompting-bare"), output=output)

    assert (output / "bare.template.json").is_file()
    assert not (output / "old.template.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["cdk.out"]


def test_what_existed_stays_where_the_synthesis_fails(tmp_path: Path) -> None:
    output = tmp_path / "cdk.out"
    output.mkdir()
    (output / "manifest.json").write_text("{}")
    document = json.loads(json.dumps(plan_of("prompting-bare").document))
    document["parts"][0]["resource"] = "Elsewhere"

    with pytest.raises(
        InputError, match=r"^bare: the plan prices AWS::Bedrock::ApplicationInferenceProfile at Elsewhere"
    ):
        synthesize(PlanDocument(document), output=output)

    assert [path.name for path in output.iterdir()] == ["manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["cdk.out"]


def test_a_crash_of_the_app_is_one_message(tmp_path: Path) -> None:
    document = json.loads(json.dumps(plan_of("prompting-bare").document))
    del document["settings"]["alert_emails"]

    with pytest.raises(InputError, match=r"^bare: the synthesis failed: KeyError: 'alert_emails'$"):
        synthesize(PlanDocument(document), output=tmp_path / "cdk.out")

    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_is_never_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="bad workload"), Synthesis(output=tmp_path / "cdk.out"):
        raise InputError("bad workload")

    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_else_in_it_is_the_users(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")

    with pytest.raises(InputError, match="holds something that is no cloud assembly"):
        synthesize(plan_of("prompting-bare"), output=tmp_path)

    assert (tmp_path / "letter.txt").read_text() == "dear"


def test_a_file_is_no_output(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file; name a folder"):
        synthesize(plan_of("prompting-bare"), output=tmp_path / "file")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written: Permission denied"):
        synthesize(plan_of("prompting-bare"), output=tmp_path / "cdk.out")


def test_an_output_below_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        synthesize(plan_of("prompting-bare"), output=tmp_path / "file" / "cdk.out")


def test_without_cdk_the_message_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(InputError, match=r"pip install 'fmplan\[cdk\]'"):
        synthesize(plan_of("prompting-bare"), output=tmp_path / "cdk.out")


@pytest.mark.parametrize(
    ("design", "reason"),
    [
        ({"vector_store": "kendra"}, "no stack for vector_store kendra yet"),
        ({"inference": "custom_model_import"}, "no stack for inference custom_model_import yet"),
        ({"training": {"service": "sagemaker_hyperpod"}}, "no stack for training service sagemaker_hyperpod yet"),
        ({"approach": "rag", "vector_store": None}, "no stack for structured retrieval yet"),
        ({"inference": "sagemaker_endpoint"}, "no stack for prompt_engineering with inference sagemaker_endpoint yet"),
    ],
)
def test_a_design_without_a_stack_is_refused_with_its_reason(design: dict[str, object], reason: str) -> None:
    plan = plan_of("prompting-bare").document
    without = PlanDocument({**plan, "stack": None, "design": {**plan["design"], **design}})
    with pytest.raises(InputError, match=reason):
        refuse_without_stack(without)
