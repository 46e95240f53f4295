from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk.assertions import Match

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk.assertions import Template


def test_the_prompt_runs_with_the_inference_profile(template_of: Callable[[str], Template]) -> None:
    template = template_of("prompting")
    template.has_resource_properties(
        "AWS::Bedrock::Prompt",
        {
            "DefaultVariant": "default",
            "Variants": [
                {
                    "Name": "default",
                    "TemplateType": "TEXT",
                    "ModelId": {"Fn::GetAtt": ["InferenceProfile", "InferenceProfileArn"]},
                    "TemplateConfiguration": {
                        "Text": {"InputVariables": [{"Name": "input"}], "Text": Match.any_value()}
                    },
                }
            ],
        },
    )
    template.has_resource_properties(
        "AWS::Bedrock::PromptVersion",
        {"PromptArn": {"Fn::GetAtt": ["Prompt", "Arn"]}, "Description": Match.any_value()},
    )


def test_the_profile_copies_a_system_profile_where_the_model_has_a_prefix(
    template_of: Callable[[str], Template],
) -> None:
    source = {
        "Fn::Join": [
            "",
            [
                "arn:aws:bedrock:us-east-1:",
                {"Ref": "AWS::AccountId"},
                ":inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
            ],
        ]
    }
    template_of("prompting").has_resource_properties(
        "AWS::Bedrock::ApplicationInferenceProfile", {"ModelSource": {"CopyFrom": source}}
    )


def test_the_profile_copies_the_model_where_it_has_none(template_of: Callable[[str], Template]) -> None:
    template_of("prompting-in-region").has_resource_properties(
        "AWS::Bedrock::ApplicationInferenceProfile",
        {"ModelSource": {"CopyFrom": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"}},
    )


def test_the_guardrail_filters_content_of_prompts_and_answers(template_of: Callable[[str], Template]) -> None:
    template = template_of("prompting")
    template.has_resource_properties(
        "AWS::Bedrock::Guardrail",
        {
            "ContentPolicyConfig": {
                "FiltersConfig": Match.array_with(
                    [{"Type": "PROMPT_ATTACK", "InputStrength": "HIGH", "OutputStrength": "NONE"}]
                )
            },
            "TopicPolicyConfig": Match.absent(),
        },
    )
    template.resource_count_is("AWS::Bedrock::GuardrailVersion", 1)


def test_there_is_no_guardrail_where_the_plan_has_none(template_of: Callable[[str], Template]) -> None:
    template_of("prompting-bare").resource_count_is("AWS::Bedrock::Guardrail", 0)


def test_batch_has_buckets_and_a_state_machine_in_place_of_a_profile(template_of: Callable[[str], Template]) -> None:
    template = template_of("batch")
    template.resource_count_is("AWS::S3::Bucket", 3)
    template.resource_count_is("AWS::Bedrock::ApplicationInferenceProfile", 0)
    template.has_resource_properties(
        "AWS::StepFunctions::StateMachine",
        {"DefinitionSubstitutions": Match.object_like({"ModelId": "openai.gpt-oss-120b-1:0", "TimeoutHours": "24"})},
    )
    template.has_resource_properties(
        "AWS::IAM::Role",
        {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    Match.object_like(
                        {
                            "Principal": {"Service": "bedrock.amazonaws.com"},
                            "Condition": {
                                "ArnLike": {"aws:SourceArn": Match.any_value()},
                                "StringEquals": Match.any_value(),
                            },
                        }
                    )
                ]
            }
        },
    )


def test_provisioned_throughput_of_a_base_model_is_named_as_not_the_stacks(
    template_of: Callable[[str], Template],
) -> None:
    template = template_of("provisioned")
    template.has_output("ProvisionedThroughput", {"Value": "1 model units of amazon.nova-lite-v1:0, term 6_months"})
    template.has_resource_properties(
        "AWS::Bedrock::Prompt", {"Variants": [Match.object_like({"ModelId": "amazon.nova-lite-v1:0"})]}
    )
