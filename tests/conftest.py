"""What all tests share: their options, an environment that asks nothing of the machine, the checkout's path."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from planner.bundled import node_binary

CHECKOUT = Path(__file__).resolve().parent.parent

# CDK's own validation takes seconds a process: the tests of the strict gate turn it on again.
os.environ["CDK_VALIDATION"] = "false"
# Read when aws_cdk is imported, so it is set before any test module is.
if node := node_binary():
    os.environ["JSII_NODE"] = node
# No test may find, let alone use, somebody's real account.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_SESSION_TOKEN="testing",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
)
for variable in ("AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL"):
    os.environ.pop(variable, None)

# The time of one example says nothing on a busy machine. In CI hypothesis draws the same examples each time, so that a
# failure there belongs to the change.
settings.register_profile("fmplan", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("fmplan")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the expected files anew from what the code gives; look at the difference before you commit it",
    )


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The checkout's root."""
    return CHECKOUT


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))
