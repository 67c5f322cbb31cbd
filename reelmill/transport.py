"""One GraphQL operation over HTTP, tried again while that helps."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any, Final, Self

import httpx

from reelmill import documents
from reelmill.connection import Connection
from reelmill.errors import (
    ConnectionFailedError,
    ForbiddenError,
    ProtocolError,
    RefusedError,
    UnavailableError,
    from_graphql_errors,
    from_user_errors,
    refused,
)
from reelmill.timing import Patience, Timing
from reelmill.wire import new_client, translated

_CONNECTIONS: Final = 20
_AWAY: Final = frozenset({429, 502, 503, 504})
_CODES: Final = {401: "UNAUTHENTICATED", 403: "FORBIDDEN", 429: "UNAVAILABLE"}
_ACCEPT: Final = "application/graphql-response+json, application/json;q=0.9"


class Transport:
    """Posts operations to one API. What may have arrived is sent again where no answer came."""

    def __init__(self, connection: Connection, timing: Timing, tls: ssl.SSLContext) -> None:
        self._connection = connection
        self._timing = timing
        self._http = new_client(timing, silence=timing.read, tls=tls, connections=_CONNECTIONS)
        self._answered = False

    async def execute(
        self,
        document: str,
        variables: Mapping[str, Any] | None = None,
        *,
        silence: float | None = None,
        partly: bool = False,
    ) -> dict[str, Any]:
        """The answer's `data`. `silence` is how long the server may think, in seconds. What may be
        done `partly` has userErrors about single ids among its data.

        Raises RefusedError for errors and userErrors, ConnectionFailedError and ProtocolError.
        """
        try:
            return await self._patiently(document, variables or {}, silence, partly)
        except ForbiddenError:
            # A key that may WRITE and not READ: what it asked for was done, and is told in brief.
            if document not in documents.BRIEF:
                raise
        return await self._patiently(documents.BRIEF[document], variables or {}, silence, partly)

    async def close(self) -> None:
        """Close its connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _patiently(
        self, document: str, variables: Mapping[str, Any], silence: float | None, partly: bool
    ) -> dict[str, Any]:
        seconds = self._timing.patience if self._answered else self._timing.first_patience
        patience = Patience(self._timing, seconds)
        while True:
            try:
                return await self._once(document, variables, silence or self._timing.read, partly)
            except (ConnectionFailedError, UnavailableError) as error:
                pause = None if error.code == "TLS_FAILED" else patience.next_pause()
                if pause is None:
                    raise
            await asyncio.sleep(pause)

    async def _once(
        self, document: str, variables: Mapping[str, Any], silence: float, partly: bool
    ) -> dict[str, Any]:
        url = self._connection.graphql
        with translated(self._connection.url):
            answer = await self._http.post(
                url,
                json={"query": document, "variables": variables},
                headers={"accept": _ACCEPT, "authorization": f"Bearer {self._connection.key}"},
                timeout=httpx.Timeout(silence, connect=self._timing.connect, pool=None),
            )
        data = read(answer, partly=partly)
        self._answered = True
        return data


def read(answer: httpx.Response, *, partly: bool = False) -> dict[str, Any]:
    """The `data` of an answer. Raises the error that it carries instead."""
    body = _json(answer)
    if body is None or not ({"data", "errors", "error"} & body.keys()):
        raise _no_graphql(answer)
    if isinstance(body.get("error"), dict):
        raise _problem(answer.status_code, body["error"])
    if body.get("errors"):
        raise from_graphql_errors(body["errors"])
    data = body.get("data")
    if not isinstance(data, dict):
        raise _no_graphql(answer)
    for payload in data.values():
        found = payload.get("userErrors") if isinstance(payload, dict) else None
        if found and not (partly and all(place(each) is not None for each in found)):
            raise from_user_errors(found)
    return data


def place(error: Mapping[str, Any]) -> int | None:
    """Which of many ids one of the userErrors is about; None if it is about all of them."""
    *_, last = error.get("field") or [""]
    return int(last) if str(last).isdecimal() else None


def _json(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _problem(status: int, error: Mapping[str, Any]) -> RefusedError:
    """An error of the API outside of GraphQL, such as 401."""
    return refused(
        error.get("code") or _CODES.get(status),
        str(error.get("message") or f"HTTP status {status}"),
        field=error.get("field"),
        request_id=error.get("requestId"),
    )


def _no_graphql(answer: httpx.Response) -> ProtocolError | RefusedError:
    """The error of an answer that no GraphQL API gave: a proxy, a login page, another service."""
    status, url = answer.status_code, answer.request.url
    if status in _AWAY:
        return UnavailableError(f"{url} is not ready: HTTP status {status}")
    if answer.has_redirect_location:
        place = answer.headers["location"].removesuffix("/graphql")
        return ProtocolError(f"{url} has moved to {place}", hint="Use that address.")
    if status in _CODES:
        return refused(_CODES[status], f"{url} answered HTTP status {status}")
    return ProtocolError(
        f"{url} answered HTTP status {status}, not as a Reelmill API does",
        hint="Is the address that of the API, without a path behind it?",
    )
