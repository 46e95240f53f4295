from __future__ import annotations

import pytest

from tests.stacks.state_machines.definitions import PLACEHOLDERS, PREFIX, impatient, substitute
from tests.stacks.state_machines.fake_aws import FakeAws, Fault
from tests.stacks.state_machines.interpreter import Execution, run

NAME = "customization_provisioned"
UNCOMMITTED = {"CommitmentDuration": "none", "ModelUnits": "1"}


def execute(aws: FakeAws, /, **placeholders: str) -> Execution:
    return run(impatient(substitute(NAME, PLACEHOLDERS[NAME] | placeholders)), aws)


@pytest.mark.parametrize("term", ["OneMonth", "SixMonths"])
def test_the_commitment_is_bought_last_after_the_temporary_unit_is_gone(term: str) -> None:
    aws = FakeAws()
    done = execute(aws, CommitmentDuration=term, ModelUnits="3")
    assert done.output["modelUnits"] == 3
    temporary, bought = aws.called("createProvisionedModelThroughput")
    assert (temporary["ModelUnits"], "CommitmentDuration" in temporary) == (1, False)
    assert (bought["ModelUnits"], bought["CommitmentDuration"]) == (3, term)
    assert temporary["ClientRequestToken"] != bought["ClientRequestToken"]
    operations = [operation for operation, _ in aws.calls]
    purchase = max(place for place, operation in enumerate(operations) if operation.startswith("create"))
    assert "deleteProvisionedModelThroughput" in operations[:purchase]
    assert set(operations[purchase + 1 :]) == {"getProvisionedModelThroughput"}


def test_without_commitment_the_unit_that_passed_stays() -> None:
    aws = FakeAws()
    done = execute(aws, **UNCOMMITTED)
    assert done.status == "SUCCEEDED"
    assert aws.hourly == [PREFIX]
    assert done.output["provisionedModelArn"] == aws.units[PREFIX].arn
    assert len(aws.called("createProvisionedModelThroughput")) == 1
    assert not aws.called("deleteProvisionedModelThroughput")


@pytest.mark.parametrize("state", ["CreateTemporaryHosting", "GetTemporaryHosting", "AskModel", "Score"])
@pytest.mark.parametrize("after", [False, True])
def test_without_commitment_a_fault_leaves_no_unit(state: str, after: bool) -> None:
    aws = FakeAws(faults={state: Fault(after=after)})
    assert execute(aws, **UNCOMMITTED).status == "FAILED"
    assert aws.hourly == []


def test_a_second_run_without_commitment_leaves_one_unit() -> None:
    aws = FakeAws()
    execute(aws, **UNCOMMITTED)
    definition = substitute(NAME, PLACEHOLDERS[NAME] | UNCOMMITTED)
    done = run(definition, aws, name="again")
    assert aws.hourly == [PREFIX]
    assert aws.units[PREFIX].model == done.output["modelArn"]


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"EvaluationTarget": "none"}, "CommitmentWithoutTarget"),
        ({"EvaluationTarget": ""}, "CommitmentWithoutTarget"),
        ({"CommitmentDuration": "none", "ModelUnits": "2"}, "UnitsWithoutCommitment"),
        ({"CommitmentDuration": "", "ModelUnits": "2"}, "UnitsWithoutCommitment"),
    ],
)
def test_terms_that_can_not_be_are_refused_before_the_first_call(changed: dict[str, str], error: str) -> None:
    aws = FakeAws()
    assert execute(aws, **changed).error == error
    assert not aws.calls


def test_without_commitment_a_model_without_a_target_is_measured_and_hosted() -> None:
    aws = FakeAws(answer="no")
    done = execute(aws, EvaluationTarget="none", **UNCOMMITTED)
    assert done.output["evaluation"]["score"] == 0.0
    assert aws.hourly == [PREFIX]


def test_a_refused_purchase_leaves_no_unit_and_keeps_the_model() -> None:
    aws = FakeAws(
        faults={"BuyCommitment": Fault(error="Bedrock.ServiceQuotaExceededException", cause="no units granted")}
    )
    done = execute(aws)
    assert done.error == "CommitmentNotConfirmed"
    assert "no units granted" in done.cause
    assert aws.hourly == []
    assert len(aws.models) == 1


@pytest.mark.parametrize(
    ("state", "after", "error"),
    [
        ("BuyCommitment", True, "CommitmentNotConfirmed"),
        ("GetFinalHosting", False, "FinalHostingNotSeen"),
    ],
)
def test_after_a_purchase_nothing_is_deleted_whatever_happens(state: str, after: bool, error: str) -> None:
    aws = FakeAws(faults={state: Fault(after=after)})
    done = execute(aws)
    assert done.error == error
    assert aws.hourly == [PREFIX]
    assert aws.units[PREFIX].commitment == "OneMonth"
    assert all(given["ProvisionedModelId"] != PREFIX for given in aws.called("deleteProvisionedModelThroughput"))


def test_a_purchase_whose_answer_was_lost_is_not_repeated_under_another_token() -> None:
    aws = FakeAws(faults={"BuyCommitment": Fault(error="Bedrock.InternalServerException", times=2)})
    assert execute(aws).status == "SUCCEEDED"
    _, *purchases = aws.called("createProvisionedModelThroughput")
    assert len(purchases) == 3
    assert len({purchase["ClientRequestToken"] for purchase in purchases}) == 1


def test_no_commitment_is_bought_while_a_temporary_unit_can_not_be_deleted() -> None:
    aws = FakeAws(faults={"DeleteTemporaryHosting": Fault()})
    done = execute(aws)
    assert done.error == "StillHosted"
    assert "bills by the hour" in done.cause
    assert "BuyCommitment" not in done.states
