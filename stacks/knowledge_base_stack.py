"""The stack of retrieval: documents, a vector store, a knowledge base over them, and the model that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.constructs.guardrail import add_guardrail
from stacks.constructs.knowledge_base import add_ingestion_schedule, add_knowledge_base
from stacks.constructs.managed_prompt import add_prompt
from stacks.constructs.serving import SERVING
from stacks.constructs.vector_stores import VECTOR_STORES
from stacks.planned_stack import PlannedStack

if TYPE_CHECKING:
    from constructs import Construct

    from planner.plan_document import PlanDocument

__all__ = ["KnowledgeBaseStack"]


class KnowledgeBaseStack(PlannedStack):
    """Documents are cut, embedded and stored as they change; a prompt answers from the passages found."""

    def __init__(self, scope: Construct, construct_id: str, *, plan: PlanDocument) -> None:
        super().__init__(scope, construct_id, plan=plan)
        documents = self.data_bucket("Documents")
        store = VECTOR_STORES[plan.design["vector_store"]](self)
        ingestion = add_knowledge_base(self, documents=documents, store=store)
        add_ingestion_schedule(self, ingestion)
        model = SERVING[plan.design["inference"]](self)
        add_prompt(self, template="answer_from_passages", model=model)
        add_guardrail(self)
