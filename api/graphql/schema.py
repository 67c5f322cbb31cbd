"""The schema, put together."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from api.graphql.documents import Documents, ReadDocument
from api.graphql.errors import Translate
from api.graphql.executor import Executor
from api.graphql.mutations.root import Mutation
from api.graphql.observed import Observed
from api.graphql.queries.root import Query
from api.graphql.subscriptions import Subscription
from api.graphql.types.asset import Asset
from api.graphql.types.job import Job
from api.graphql.types.output import Output
from api.graphql.types.scalars import SCALARS
from api.graphql.types.scan import Scan
from api.graphql.types.upload import Upload
from api.graphql.types.viewer import Project


class Schema(strawberry.Schema):
    """Errors are logged where they are translated, once."""

    documents: Documents

    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,
    ) -> None:
        """Say nothing here: `Translate` logs what is unexpected."""


def build(*, introspection: bool = True) -> Schema:
    """The schema that this process serves and that `schema/schema.graphql` shows."""
    documents = Documents(introspection=introspection)
    extensions: list[Any] = [
        Observed,
        lambda: ReadDocument(documents),
        lambda: Translate(introspection=introspection),
    ]
    schema = Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Asset, Job, Output, Scan, Upload, Project],
        extensions=extensions,
        execution_context_class=Executor,
        config=StrawberryConfig(
            scalar_map=SCALARS,
            sort_schema=True,
            relay_max_results=100,
        ),
    )
    schema.documents = documents
    documents.learn(schema._schema)  # noqa: SLF001 - the framework has no public name for it
    return schema
