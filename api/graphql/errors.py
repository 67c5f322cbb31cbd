"""What a client sees of an error: refusals with their code, all else masked with a request id."""

from __future__ import annotations

import structlog
from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import MaskErrors
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from api.errors import Refusal

log = structlog.get_logger(__name__)
_OF_THE_REQUEST = (CannotGetOperationTypeError, InvalidOperationTypeError, MissingQueryError)


def _is_ours(error: GraphQLError) -> bool:
    """Whether the error is about the document itself, and says all that it should."""
    return error.original_error is None and "code" in (error.extensions or {})


class Translate(MaskErrors):
    """Gives every error a code, and hides what only our logs should say."""

    def __init__(self, *, introspection: bool) -> None:
        super().__init__(should_mask_error=lambda error: not _is_ours(error))
        self._introspection = introspection

    def anonymise_error(self, error: GraphQLError) -> GraphQLError:
        """The error that the client sees."""
        message, code = _told(error)
        if code == "GRAPHQL_INVALID" and not self._introspection:
            # As a variable of the wrong type: the message would show the schema.
            message = "the request does not fit the schema"
        return GraphQLError(
            message,
            nodes=error.nodes,
            source=error.source,
            positions=error.positions,
            path=error.path,
            extensions={"code": code},
        )


def _told(error: GraphQLError) -> tuple[str, str]:
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, Refusal):
        return cause.message, cause.code
    if cause is None or isinstance(cause, GraphQLError):
        return error.message, "GRAPHQL_INVALID"
    if isinstance(cause, _OF_THE_REQUEST):
        return error.message, "GRAPHQL_INVALID"
    if error.path is None and error.nodes and isinstance(cause, ValueError | TypeError):
        # A scalar that could not be parsed: the message is the scalar's own. What a subscription's
        # source raises has no path either, but no node.
        return error.message, "GRAPHQL_INVALID"
    request_id = structlog.contextvars.get_contextvars().get("request_id", "-")
    log.error("unexpected error", path=error.path, exc_info=cause)
    return f"unexpected error; the log has it under request {request_id}", "INTERNAL"
