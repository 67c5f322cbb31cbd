"""Of several operations one must be named: the framework would quietly run the first."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


class ChosenOperation(SchemaExtension):
    """Refuses a document with several operations and no `operationName`.

    https://spec.graphql.org/October2021/#GetOperation()
    """

    def on_validate(self) -> Iterator[None]:
        """Add to what validation has found: `ValidationCache` stands before us and has run it."""
        context = self.execution_context
        document = context.graphql_document
        named = context._provided_operation_name is not None  # noqa: SLF001 - the public name falls back to the first operation
        definitions = document.definitions if document and not named else ()
        operations = [d for d in definitions if isinstance(d, OperationDefinitionNode)]
        if len(operations) > 1:
            error = GraphQLError(
                "the document has several operations: name one by operationName",
                operations,
                extensions={"code": "GRAPHQL_INVALID"},
            )
            context.pre_execution_errors = [*(context.pre_execution_errors or []), error]
        yield
