"""CloudFormation resources as they are written in a template.

CDK has classes for these types too, but loading the classes of one service, in Python and in Node, takes longer than
synthesizing a stack. What a class would check, cfn-lint and CDK's own validation check in the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk

from stacks.names import TAG_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

__all__ = ["attribute", "plain_resource", "tag_list", "tag_map"]


def plain_resource(scope: Construct, construct_id: str, kind: str, properties: Mapping[str, Any]) -> cdk.CfnResource:
    """Add a resource of a CloudFormation type with its properties."""
    return cdk.CfnResource(scope, construct_id, type=kind, properties=properties)


def attribute(resource: cdk.CfnResource, name: str) -> str:
    """Return a reference to an attribute that CloudFormation knows when the resource is made."""
    return resource.get_att(name).to_string()


def tag_list(workload: str) -> list[dict[str, str]]:
    """Return the cost-allocation tag as most types take it."""
    return [{"Key": TAG_KEY, "Value": workload}]


def tag_map(workload: str) -> dict[str, str]:
    """Return the cost-allocation tag as some types of Bedrock take it."""
    return {TAG_KEY: workload}
