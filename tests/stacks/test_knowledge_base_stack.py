from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk.assertions import Match

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk.assertions import Template

Json = dict[str, Any]


def only(template: Json, kind: str) -> Json:
    found: Json
    (found,) = (each for each in template["Resources"].values() if each["Type"] == kind)
    return found


def test_the_collection_waits_for_its_policies(templates: dict[str, Json]) -> None:
    template = templates["rag-opensearch"]
    collection = only(template, "AWS::OpenSearchServerless::Collection")
    waited = {template["Resources"][name]["Type"] for name in collection["DependsOn"]}
    assert waited == {"AWS::OpenSearchServerless::SecurityPolicy"}
    assert collection["Properties"]["Type"] == "VECTORSEARCH"
    index = only(template, "AWS::OpenSearchServerless::Index")
    (access,) = index["DependsOn"]
    assert template["Resources"][access]["Type"] == "AWS::OpenSearchServerless::AccessPolicy"
    base = only(template, "AWS::Bedrock::KnowledgeBase")
    (index_name,) = base["DependsOn"]
    assert template["Resources"][index_name] == index


@pytest.mark.parametrize(("name", "standby"), [("rag-opensearch", "ENABLED"), ("rag-opensearch-single", "DISABLED")])
def test_standby_replicas_follow_redundancy(template_of: Callable[[str], Template], name: str, standby: str) -> None:
    template = template_of(name)
    template.has_resource_properties("AWS::OpenSearchServerless::Collection", {"StandbyReplicas": standby})
    template.resource_count_is("AWS::OpenSearchServerless::CollectionGroup", 0)


def test_the_generation_that_scales_to_zero_is_chosen_by_a_group(templates: dict[str, Json]) -> None:
    template = templates["rag-opensearch-nextgen"]
    group = only(template, "AWS::OpenSearchServerless::CollectionGroup")["Properties"]
    assert group["Generation"] == "NEXTGEN"
    assert group["CapacityLimits"] == {"MinIndexingCapacityInOcu": 0, "MinSearchCapacityInOcu": 0}
    collection = only(template, "AWS::OpenSearchServerless::Collection")
    assert collection["Properties"]["CollectionGroupName"] == group["Name"]
    assert "StandbyReplicas" not in collection["Properties"]
    waited = {template["Resources"][name]["Type"] for name in collection["DependsOn"]}
    assert "AWS::OpenSearchServerless::CollectionGroup" in waited


def test_the_collection_is_open_to_bedrock_alone_unless_its_index_must_be_made(templates: dict[str, Json]) -> None:
    template = templates["rag-opensearch"]
    assert template["Parameters"]["OpenCollectionEndpoint"]["Default"] == "false"
    (policy,) = (
        each["Properties"]["Policy"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::OpenSearchServerless::SecurityPolicy" and each["Properties"]["Type"] == "network"
    )
    condition, if_open, otherwise = policy["Fn::If"]
    assert template["Conditions"][condition] == {"Fn::Equals": [{"Ref": "OpenCollectionEndpoint"}, "true"]}
    assert [rule["AllowFromPublic"] for rule in json.loads(if_open)] == [True]
    (rule,) = json.loads(otherwise)
    assert (rule["AllowFromPublic"], rule["SourceServices"]) == (False, ["bedrock.amazonaws.com"])


def test_policies_of_a_collection_have_no_whitespace_and_names_of_at_most_32(templates: dict[str, Json]) -> None:
    for resource in templates["rag-opensearch"]["Resources"].values():
        if resource["Type"] in {"AWS::OpenSearchServerless::SecurityPolicy", "AWS::OpenSearchServerless::AccessPolicy"}:
            assert 3 <= len(resource["Properties"]["Name"]) <= 32
            assert ": " not in json.dumps(resource["Properties"]["Policy"], separators=(",", ":"))


def test_the_index_fits_the_embedding_model(template_of: Callable[[str], Template]) -> None:
    method = {"Name": "hnsw", "Engine": "faiss", "SpaceType": "l2"}
    template_of("rag-opensearch").has_resource_properties(
        "AWS::OpenSearchServerless::Index",
        {
            "Settings": {"Index": {"Knn": True}},
            "Mappings": {
                "Properties": Match.object_like({"vector": {"Type": "knn_vector", "Dimension": 1024, "Method": method}})
            },
        },
    )
    template_of("rag-s3-vectors").has_resource_properties(
        "AWS::S3Vectors::Index",
        {
            "DataType": "float32",
            "Dimension": 1024,
            "DistanceMetric": "cosine",
            "EncryptionConfiguration": Match.absent(),
        },
    )


def test_the_vector_bucket_is_encrypted_with_the_key_and_the_service_may_use_it(
    template_of: Callable[[str], Template],
) -> None:
    template = template_of("rag-s3-vectors")
    template.has_resource_properties(
        "AWS::S3Vectors::VectorBucket",
        {"EncryptionConfiguration": {"SseType": "aws:kms", "KmsKeyArn": Match.any_value()}},
    )
    template.has_resource_properties(
        "AWS::KMS::Key",
        {
            "KeyPolicy": {
                "Statement": Match.array_with(
                    [Match.object_like({"Principal": {"Service": "indexing.s3vectors.amazonaws.com"}})]
                )
            }
        },
    )


def test_the_knowledge_base_embeds_with_the_plans_model_and_cuts_as_the_plan_says(
    template_of: Callable[[str], Template],
) -> None:
    template = template_of("rag-s3-vectors")
    arn = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
    template.has_resource_properties(
        "AWS::Bedrock::KnowledgeBase",
        {
            "KnowledgeBaseConfiguration": {
                "Type": "VECTOR",
                "VectorKnowledgeBaseConfiguration": {"EmbeddingModelArn": arn},
            },
            "StorageConfiguration": {"Type": "S3_VECTORS", "S3VectorsConfiguration": {"IndexArn": Match.any_value()}},
        },
    )
    template.has_resource_properties(
        "AWS::Bedrock::DataSource",
        {
            "DataDeletionPolicy": "RETAIN",
            "VectorIngestionConfiguration": {
                "ChunkingConfiguration": {
                    "ChunkingStrategy": "FIXED_SIZE",
                    "FixedSizeChunkingConfiguration": {"MaxTokens": 300, "OverlapPercentage": 20},
                }
            },
        },
    )


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("rag-s3-vectors", "cron(0 3 1 * ? *)"),
        ("rag-opensearch", "cron(0 3 ? * SUN *)"),
        ("rag-opensearch-nextgen", "cron(0 3 * * ? *)"),
        ("rag-opensearch-single", "rate(1 hour)"),
    ],
)
def test_ingestion_runs_as_often_as_documents_change(
    template_of: Callable[[str], Template], name: str, expression: str
) -> None:
    template_of(name).has_resource_properties(
        "AWS::Scheduler::Schedule",
        {
            "ScheduleExpression": expression,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "Target": Match.object_like({"Arn": "arn:aws:scheduler:::aws-sdk:bedrockagent:startIngestionJob"}),
        },
    )


def test_static_documents_have_no_schedule(template_of: Callable[[str], Template]) -> None:
    template_of("rag-static").resource_count_is("AWS::Scheduler::Schedule", 0)


def test_the_prompt_takes_passages_and_question(template_of: Callable[[str], Template]) -> None:
    configuration = {"Text": Match.object_like({"InputVariables": [{"Name": "passages"}, {"Name": "question"}]})}
    template_of("rag-static").has_resource_properties(
        "AWS::Bedrock::Prompt", {"Variants": [Match.object_like({"TemplateConfiguration": configuration})]}
    )
