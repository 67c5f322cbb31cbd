"""Runs an operation of any kind and gives its results one after the other, ready for the wire."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from api.graphql import answers
from api.graphql.requests import Operation

if TYPE_CHECKING:
    from api.graphql.context import Context
    from api.graphql.schema import Schema


@dataclass(frozen=True, slots=True)
class Result:
    """One result as JSON in one line; `errors` alone when the operation was never executed."""

    text: str
    failed: bool = False
    errors: str | None = None

    @classmethod
    def of(cls, result: ExecutionResult) -> Result:
        """Encode once, however many clients it goes to."""
        answer = answers.formed(result)
        text = answers.encoded(answer).decode()
        if isinstance(result, PreExecutionError):
            errors = answers.encoded(answer["errors"]).decode()
            return cls(text, failed=True, errors=errors)
        return cls(text, failed="errors" in answer)


async def results(
    schema: Schema,
    operation: Operation,
    context: Context,
    allowed: Collection[OperationType] = frozenset(OperationType),
) -> AsyncGenerator[Result, None]:
    """A subscription's every result; a query's or a mutation's only one."""
    source = await schema.stream(
        operation.query,
        variable_values=operation.variables,
        context_value=context,
        operation_name=operation.name,
        operation_extensions=operation.extensions,
        allowed_operation_types=allowed,
    )
    try:
        async for result in source:
            # Incremental delivery is off, so there is nothing but results.
            assert isinstance(result, ExecutionResult)  # noqa: S101 - for the type checker
            yield Result.of(result)
    finally:
        await source.aclose()
