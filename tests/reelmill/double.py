"""A scripted server for the faults that a healthy one does not give.

It answers by the real schema (schema/schema.graphql, executed by graphql-core), keeps what it is
sent, and fails exactly where a test tells it to. What a healthy server does is tested against the
real one, in test_live.py.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import web
from graphql import build_schema, graphql_sync

from tests.reelmill.answers import Answers
from tests.reelmill.shapes import job, scan
from tests.reelmill.shelf import Shelf
from tests.reelmill.sockets import Sockets

SCHEMA = build_schema(
    (Path(__file__).resolve().parents[2] / "schema" / "schema.graphql").read_text("utf-8")
)
KEY = "rm_test_secret"


@dataclass
class Double(Answers, Shelf, Sockets):
    """One server. Faults are taken from the front of their queue; an empty queue is health."""

    url: str = ""
    jobs: dict[str, dict[str, Any]] = field(default_factory=lambda: {"job_1": job("SUCCEEDED")})
    # A whole answer instead of executing: (status, body).
    http_faults: deque[tuple[int, Any]] = field(default_factory=deque)
    # By part number: a status, (status, body), "drop" or a coroutine function to run first.
    part_faults: dict[int, deque[Any]] = field(default_factory=lambda: defaultdict(deque))
    complete_faults: deque[dict[str, Any]] = field(default_factory=deque)
    # A script a socket: jobs to send, "drop", "complete", ("close", code), "ping", or a coroutine
    # function to run; an int as the whole script refuses the handshake with that status.
    sockets: deque[list[Any] | int] = field(default_factory=deque)
    first_good_link: int = 0
    # The first is what starting one answers, the last what asking for it does.
    scans: list[dict[str, Any]] = field(default_factory=lambda: [scan()])
    defaults: dict[str, Any] = field(default_factory=lambda: {"noWatermark": False})
    before_abort: Callable[[], Awaitable[None]] | None = None

    operations: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))
    puts: list[int] = field(default_factory=list)
    put_headers: list[dict[str, str]] = field(default_factory=list)
    inits: list[Any] = field(default_factory=list)
    pongs: int = 0
    links: int = 0
    in_flight: int = 0
    most_in_flight: int = 0
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> Self:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/graphql", self._graphql)
        app.router.add_put("/store/{upload}/{number}", self._put)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def stop(self) -> None:
        await self._runner.cleanup()

    def named(self, name: str) -> list[dict[str, Any]]:
        """The variables of every operation of this name, in order."""
        return [variables for operation, variables in self.operations if operation == name]

    async def asked(self, name: str, times: int) -> None:
        """Wait until an operation of this name has come so often."""
        while len(self.named(name)) < times:
            self._came.clear()
            await self._came.wait()

    async def holds(self, upload: str, numbers: set[int]) -> None:
        """Wait until the store has these parts of an upload."""
        while not numbers <= self.parts[upload].keys():
            self._came.clear()
            await self._came.wait()

    def received(self) -> bytes:
        """The bytes of the only upload, in order of its parts."""
        (parts,) = self.parts.values()
        return b"".join(parts[number] for number in sorted(parts))

    async def _graphql(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("upgrade", "").lower() == "websocket":
            return await self._socket(request)
        if self.http_faults:
            status, body = self.http_faults.popleft()
            kind = "text/html" if isinstance(body, str) else "application/json"
            text = body if isinstance(body, str) else json.dumps(body)
            headers = {"location": text} if status in {301, 308} else {}
            return web.Response(status=status, text=text, content_type=kind, headers=headers)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            error = {"message": "no valid key", "extensions": {"code": "UNAUTHENTICATED"}}
            return web.json_response({"errors": [error]}, status=401)
        body = await request.json()
        if self.before_abort is not None and "abortMultipartUpload" in body["query"]:
            await self.before_abort()
        return web.json_response(self._execute(body["query"], body["variables"], self._root()))

    def _execute(self, query: str, variables: dict[str, Any], root: Any) -> dict[str, Any]:
        name = re.findall(r"\w+", query)[1]
        self.operations.append((name, variables))
        self._came.set()
        found = graphql_sync(SCHEMA, query, root_value=root, variable_values=variables)
        return dict(found.formatted)
