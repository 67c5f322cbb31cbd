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

from aiohttp import WSMsgType, web
from graphql import build_schema, graphql_sync

SCHEMA = build_schema(
    (Path(__file__).resolve().parents[2] / "schema" / "schema.graphql").read_text("utf-8")
)
KEY = "rm_test_secret"
PART = 256 * 1024  # smaller than a real one, so that a film of several parts is quick to make
EXPIRED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


def job(status: str = "RUNNING", **more: Any) -> dict[str, Any]:
    """A job as the API answers it."""
    return {
        "id": "job_1",
        "status": status,
        "progress": 1.0 if status == "SUCCEEDED" else 0.0,
        "title": "clip",
        "preset": "web",
        "recipe": {},
        "priority": 0,
        "metadata": {},
        "asset": asset(),
        "outputs": [],
        "createdAt": "2026-01-02T03:04:05+00:00",
    } | more


def asset(**more: Any) -> dict[str, Any]:
    return {
        "id": "asset_1",
        "key": "uploads/u1/clip.mp4",
        "bucket": "media-in",
        "size": 1000,
        "title": "clip",
        "status": "READY",
        "metadata": {},
        "createdAt": "2026-01-02T03:04:05+00:00",
    } | more


def output(kind: str = "HLS", **more: Any) -> dict[str, Any]:
    return {
        "id": f"output_{kind}",
        "kind": kind,
        "key": f"0198/1/encode/0/1/{kind.lower()}/master.m3u8",
        "bucket": "media-out",
        "contentType": "application/vnd.apple.mpegurl",
        "size": 12_345_678,
        "files": 20,
        "sha256": "0" * 64,
        "duration": 65.4,
        "width": 1920,
        "height": 1080,
        "videoCodec": "h264",
        "audioCodec": "aac",
        "renditions": [1080, 720] if kind == "HLS" else [],
        "url": f"http://store/{kind}",
        "playbackUrl": f"http://api/play/token/{kind}",
    } | more


@dataclass
class Double:
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

    def _root(self) -> dict[str, Callable[..., Any]]:
        connection = {"hasNextPage": False, "hasPreviousPage": False, "endCursor": None}
        return {
            "viewer": lambda _: {
                "project": {"id": "project_1", "name": "default", "prefix": ""},
                "keyId": "k1",
                "keyName": "first",
                "scopes": ["READ", "WRITE"],
            },
            "presets": lambda _: [_preset("web"), _preset("mp4")],
            "job": lambda _, **given: self.jobs.get(given["id"]),
            "jobs": lambda _, **given: self._page(**given),
            "assets": lambda _, **given: {
                "nodes": [asset()],
                "pageInfo": connection,
            },
            "scanMediaFolder": lambda _, **given: {
                "found": 3,
                "registered": 2,
                "skipped": 1,
                "files": ["a.mp4", "b c.mp4"],
                "userErrors": [],
            },
            "startTranscode": lambda _, **given: {"job": self.jobs["job_1"], "userErrors": []},
            "cancelJob": self._cancel,
            "startMultipartUpload": self._start_upload,
            "signUploadParts": self._sign_parts,
            "completeMultipartUpload": self._complete,
            "abortMultipartUpload": self._abort,
        }

    def _page(self, first: int, after: str | None = None, **given: Any) -> dict[str, Any]:
        status = (given["filter"] or {}).get("status")
        found = [each for each in self.jobs.values() if not status or each["status"] in status]
        begin = int(after or 0)
        more = len(found) > begin + first
        page = {"hasNextPage": more, "hasPreviousPage": False, "endCursor": str(begin + first)}
        return {"nodes": found[begin : begin + first], "pageInfo": page}

    def _cancel(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        found = self.jobs.get(wanted["id"])
        if found is None:
            error = {"code": "NOT_FOUND", "message": "there is no such job", "field": ["input.id"]}
            return {"job": None, "userErrors": [error]}
        return {"job": found | {"status": "CANCELING"}, "userErrors": []}

    def _start_upload(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        number = len(self.uploads) + 1
        each = wanted.get("partSize") or PART
        upload = {
            "id": f"upload_{number}",
            "status": "STARTED",
            "key": f"uploads/u{number}/{wanted['filename']}",
            "filename": wanted["filename"],
            "size": wanted["size"],
            "partSize": each,
            "partCount": -(-wanted["size"] // each),
            "preset": wanted.get("preset"),
        }
        self.uploads[upload["id"]] = upload
        last = min(wanted["signParts"], upload["partCount"])
        parts = [self._sign(upload["id"], n) for n in range(1, last + 1)]
        return {"upload": upload, "parts": parts, "userErrors": []}

    def _sign_parts(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        parts = [self._sign(wanted["uploadId"], number) for number in wanted["partNumbers"]]
        return {"parts": parts, "userErrors": []}

    def _sign(self, upload: str, number: int) -> dict[str, Any]:
        self.links += 1
        return {
            "number": number,
            "url": f"{self.url}/store/{upload}/{number}?link={self.links}&X-Amz-Signature=s3cr3t",
            "headers": [{"name": "x-amz-meta-test", "value": "yes"}],
            "expiresAt": "2026-01-02T04:04:05+00:00",
        }

    def _complete(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        if self.complete_faults:
            return {"upload": None, "userErrors": [self.complete_faults.popleft()]}
        upload = self.uploads[wanted["uploadId"]]
        upload["status"] = "COMPLETED"
        upload["asset"] = asset(key=upload["key"])
        upload["job"] = job("QUEUED") if upload["preset"] else None
        return {"upload": upload, "userErrors": []}

    def _abort(self, _: Any, **given: Any) -> dict[str, Any]:
        wanted = given["input"]
        upload = self.uploads[wanted["uploadId"]]
        upload["status"] = "ABORTED"
        return {"upload": upload, "userErrors": []}

    async def _put(self, request: web.Request) -> web.StreamResponse:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._part(request)
        finally:
            self.in_flight -= 1

    async def _part(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["number"])
        self.puts.append(number)
        self.put_headers.append({name.lower(): value for name, value in request.headers.items()})
        fault = self.part_faults[number].popleft() if self.part_faults[number] else None
        if fault == "drop":
            await request.content.readany()
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        data = await request.read()
        if callable(fault):
            await fault()
        elif fault is not None:
            status, text = fault if isinstance(fault, tuple) else (fault, "")
            return web.Response(status=status, text=text)
        if int(request.query["link"]) < self.first_good_link:
            return web.Response(status=403, text=EXPIRED)
        self.parts[request.match_info["upload"]][number] = data
        return web.Response(headers={"etag": f'"{number}"'})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        script = self.sockets.popleft() if self.sockets else [self.jobs["job_1"], "complete"]
        if isinstance(script, int):
            return web.Response(status=script)
        socket = web.WebSocketResponse(protocols=["graphql-transport-ws"])
        await socket.prepare(request)
        init = await socket.receive_json()
        self.inits.append(init)
        await socket.send_json({"type": "connection_ack"})
        subscribe = await socket.receive_json()
        for step in script:
            await self._step(request, socket, subscribe, step)
        async for message in socket:
            assert message.type is WSMsgType.TEXT
        return socket

    async def _step(
        self, request: web.Request, socket: web.WebSocketResponse, subscribe: Any, step: Any
    ) -> None:
        if callable(step):
            await step()
        elif step == "drop":
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
        elif step == "complete":
            await socket.send_json({"type": "complete", "id": subscribe["id"]})
        elif step == "ping":
            await socket.send_json({"type": "ping"})
            assert (await socket.receive_json())["type"] == "pong"
            self.pongs += 1
        elif isinstance(step, tuple):
            await socket.close(code=step[1], message=b"as told")
        elif "errors" in step:
            payload = step["errors"]
            await socket.send_json({"type": "error", "id": subscribe["id"], "payload": payload})
        else:
            payload = subscribe["payload"]
            answer = self._execute(payload["query"], payload["variables"], {"jobUpdated": step})
            await socket.send_json({"type": "next", "id": subscribe["id"], "payload": answer})


def _preset(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "version": 1,
        "title": name.title(),
        "description": f"What {name} makes.",
        "recipe": {"ladder": {"rungs": [], "segment_seconds": 4.0}, "mp4": None, "clips": []},
    }
