"""A client of the live API as a user writes one: HTTP for requests, a socket for news."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import websockets


async def ask(http: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    """The data of an answer without errors."""
    answer = await http.post("/graphql", json={"query": query, "variables": variables})
    body = answer.json()
    if answer.status_code != 200 or "errors" in body:
        raise RuntimeError(f"{answer.status_code}: {body}")
    data: dict[str, Any] = body["data"]
    return data


def http(url: str, key: str) -> httpx.AsyncClient:
    """One connection pool with a key."""
    headers = {"authorization": f"Bearer {key}"}
    return httpx.AsyncClient(base_url=url, headers=headers, timeout=60, trust_env=False)


async def connect(url: str, key: str, **options: Any) -> websockets.ClientConnection:
    """A graphql-transport-ws connection that was let in."""
    socket = await websockets.connect(
        f"{url.replace('http', 'ws', 1)}/graphql",
        subprotocols=[websockets.Subprotocol("graphql-transport-ws")],
        proxy=None,
        **options,
    )
    init = {"authorization": f"Bearer {key}"}
    await socket.send(json.dumps({"type": "connection_init", "payload": init}))
    answer = json.loads(await socket.recv())
    if answer["type"] != "connection_ack":
        raise RuntimeError(f"not let in: {answer}")
    return socket


async def subscribe(
    url: str, key: str, query: str, **variables: Any
) -> AsyncGenerator[dict[str, Any], None]:
    """The data of each event until the server says that it is over."""
    socket = await connect(url, key)
    async with socket:
        payload = {"query": query, "variables": variables}
        await socket.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        while (message := json.loads(await socket.recv()))["type"] == "next":
            yield message["payload"]["data"]
        if message["type"] != "complete":
            raise RuntimeError(f"the subscription failed: {message}")
