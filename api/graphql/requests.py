"""What a client asks for over HTTP: one operation, read and checked.

https://github.com/graphql/graphql-over-http/blob/main/spec/GraphQLOverHTTP.md
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from strawberry.types.graphql import OperationType

from api.errors import InvalidInput, Refusal, UnsupportedMediaType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"
EVENTS: Final = "text/event-stream"
_ANY_JSON: Final = frozenset({JSON, GRAPHQL_JSON, "*/*", "application/*"})


class MethodNotAllowed(Refusal):
    """Operations are sent by POST; a query also by GET, with the key in the header."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation, of the right shape and not looked into yet."""

    query: str
    variables: dict[str, Any] | None
    name: str | None
    extensions: dict[str, Any] | None

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Operation:
        """From a decoded body. Raises InvalidInput."""
        query, name = value.get("query"), value.get("operationName")
        if not isinstance(query, str) or not query:
            raise InvalidInput("query must be a string, and not empty")
        if not isinstance(name, str | None):
            raise InvalidInput("operationName must be a string")
        for part in ("variables", "extensions"):
            if not isinstance(value.get(part), dict | None):
                raise InvalidInput(f"{part} must be an object")
        return cls(query, value.get("variables"), name, value.get("extensions"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the client can read: the JSON type to answer in, and whether events are welcome."""

    json: str
    events: bool
    only_events: bool

    @classmethod
    def of(cls, accept: str) -> Wanted:
        """From the header `Accept`."""
        types = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
        events = EVENTS in types
        return cls(
            json=GRAPHQL_JSON if GRAPHQL_JSON in types else JSON,
            events=events,
            only_events=events and not types & _ANY_JSON,
        )


def check(request: Request) -> None:
    """Whether the request has a form that can be read at all. Raises Refusal."""
    if request.method == "GET" and "authorization" in request.headers:
        # No page can make a browser send this header to us unless we allow its origin.
        return
    if request.method != "POST":
        raise MethodNotAllowed(
            "send operations by POST; a query may come by GET with an Authorization header, and a"
            " browser finds GraphiQL here"
        )
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise UnsupportedMediaType("send the operation as application/json")


def allowed(request: Request) -> frozenset[OperationType]:
    """GET must change nothing."""
    if request.method == "GET":
        return frozenset({OperationType.QUERY})
    return frozenset({OperationType.QUERY, OperationType.MUTATION})


async def read(request: Request) -> Operation:
    """The operation in the body, or in the address of a GET. Raises InvalidInput."""
    if request.method == "GET":
        return Operation.of(_of_address(request))
    try:
        value = decode(await request.body())
    except json.JSONDecodeError:
        raise InvalidInput("the body is no JSON, or is nested too deeply") from None
    if not isinstance(value, dict):
        raise InvalidInput("the body must be one JSON object with a query")
    return Operation.of(value)


def _of_address(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = dict(request.query_params)
    for part in ("variables", "extensions"):
        if text := found.pop(part, ""):
            try:
                found[part] = decode(text)
            except json.JSONDecodeError:
                raise InvalidInput(f"{part} must be a JSON object") from None
    return found


def decode(data: str | bytes) -> object:
    """JSON as a client sent it. Raises json.JSONDecodeError, also for what is nested too deeply."""
    try:
        return orjson.loads(data)
    except (orjson.JSONDecodeError, RecursionError) as error:
        # What the framework turns into the close code 4400.
        raise json.JSONDecodeError("not JSON", "", 0) from error
