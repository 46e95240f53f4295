"""Where the ladder's rules were read."""

from __future__ import annotations

__all__ = ["AWS_DOCS", "DEVELOPER_GUIDE", "STUDY_GUIDE", "WORKLOAD"]

STUDY_GUIDE = "Model Customization Cost Tradeoffs, AWS AI Practitioner (AIF-C01) study guide"
DEVELOPER_GUIDE = "Fine-Tuning vs RAG: Model Customization, AWS GenAI Developer guide, step 3"
AWS_DOCS = "Amazon Bedrock user guide, custom models"
WORKLOAD = "stated in the workload"
