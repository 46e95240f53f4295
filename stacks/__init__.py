"""The CDK app that synthesizes a plan: composition only, no price, no choice."""
