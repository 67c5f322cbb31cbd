"""How results look on the wire: over HTTP, in an event, in a frame."""

from __future__ import annotations

import json
from typing import Any, Final

import orjson
from graphql import GraphQLError
from starlette.responses import Response
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from api.errors import Refusal
from api.graphql.requests import GRAPHQL_JSON, JSON

_MAX_MESSAGE: Final = 1_000


def formed(result: ExecutionResult) -> dict[str, Any]:
    """A result as the specification wants it: what was never executed has no data."""
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = [_coded(error) for error in result.errors]
    if not _was_refused(result):
        answer["data"] = result.data
    if result.extensions:
        answer["extensions"] = result.extensions
    return answer


def _coded(error: GraphQLError) -> dict[str, Any]:
    """What has no code by now is what the library found wrong with the document."""
    formatted: dict[str, Any] = dict(error.formatted)
    # The library quotes what it was sent, which may be long.
    formatted["message"] = error.message[:_MAX_MESSAGE]
    formatted["extensions"] = {"code": "GRAPHQL_INVALID", **(error.extensions or {})}
    return formatted


def _was_refused(result: ExecutionResult) -> bool:
    """Whether the request itself was wrong. Execution's own errors have a path; one that kept it
    from starting, as a variable of the wrong type, has none."""
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and any(error.path is None for error in result.errors or ())


def encoded(value: object) -> bytes:
    """JSON in one line."""
    try:
        return orjson.dumps(value)
    except TypeError:
        # A whole number over 64 bits, out of somebody's metadata.
        return json.dumps(value, separators=(",", ":")).encode()


def as_json(result: ExecutionResult, media_type: str) -> Response:
    """The whole answer. In the newer media type a request that was refused has status 400."""
    answer = formed(result)
    bad = media_type == GRAPHQL_JSON and "data" not in answer
    return _no_store(Response(encoded(answer), 400 if bad else 200, media_type=media_type))


def refused(refusal: Refusal) -> Response:
    """A refusal of the request as a whole, before GraphQL was looked at."""
    answer = _no_store(Response(orjson.dumps(errors(refusal)), refusal.status, media_type=JSON))
    if refusal.status == 401:
        answer.headers["www-authenticate"] = "Bearer"
    if refusal.status == 405:
        answer.headers["allow"] = "GET, POST"
    if refusal.status in {429, 503}:
        answer.headers["retry-after"] = "1"
    return answer


def errors(refusal: Refusal) -> dict[str, Any]:
    """A refusal in the shape of a result."""
    return {"errors": [{"message": refusal.message, "extensions": {"code": refusal.code}}]}


def _no_store(response: Response) -> Response:
    # A GET could be kept by a cache on the way.
    response.headers["cache-control"] = "no-store"
    return response
