"""What every topic of the client works with."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from typing import Any, TypeVar

from pydantic import ValidationError

from reelmill.connection import Connection
from reelmill.errors import ProtocolError
from reelmill.model import Model
from reelmill.models import Page
from reelmill.store import Store
from reelmill.subscription import subscribe
from reelmill.timing import Timing
from reelmill.transport import Transport

M = TypeVar("M", bound=Model)


class Base:
    """The parts, made by the client."""

    _connection: Connection
    _timing: Timing
    _tls: ssl.SSLContext
    _transport: Transport
    _store: Store

    async def _stream(
        self, document: str, variables: Mapping[str, Any]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The data of every answer of a subscription."""
        answers = subscribe(
            self._connection, document, variables, timing=self._timing, tls=self._tls
        )
        async with aclosing(answers):
            async for data in answers:
                yield data

    async def _mutate(self, document: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """The payload of a mutation that takes one input; what was not said is left out."""
        data = await self._transport.execute(document, {"input": given(wanted)})
        payload: dict[str, Any] = next(iter(data.values()))
        return payload


def model(kind: type[M], value: Any) -> M:
    """A value of the API as ours. Raises ProtocolError."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(map(str, first["loc"]))
        raise ProtocolError(
            f"the server's {kind.__name__} is not as this client knows it: {path}: {first['msg']}",
            hint="Use the client of the server's version.",
        ) from error


def page(kind: type[M], connection: Mapping[str, Any]) -> Page[M]:
    """A page of a list."""
    info = connection["pageInfo"]
    return Page(
        nodes=tuple(model(kind, node) for node in connection["nodes"]),
        has_next_page=info["hasNextPage"],
        end_cursor=info["endCursor"],
    )


def names(values: Iterable[str] | None) -> list[str] | None:
    """Members of an enumeration as the API takes them; none at all is no filter."""
    return [str(value) for value in values or ()] or None


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what was not said: the API's own defaults stand then."""
    return {name: value for name, value in values.items() if value is not None}
