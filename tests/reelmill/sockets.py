"""The scripted server's WebSockets: a script a socket."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web


class Sockets:
    """graphql-transport-ws as a script says. State lies in the Double."""

    sockets: deque[list[Any] | int]
    jobs: dict[str, dict[str, Any]]
    inits: list[Any]
    pongs: int

    def _execute(self, query: str, variables: dict[str, Any], root: Any) -> dict[str, Any]:
        raise NotImplementedError

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
            answer = self._execute(payload["query"], payload["variables"], _root(step))
            await socket.send_json({"type": "next", "id": subscribe["id"], "payload": answer})


def _root(step: dict[str, Any]) -> dict[str, Any]:
    """Under the name of whatever was subscribed to."""
    return {"jobUpdated": step, "scanUpdated": step, "events": step}
