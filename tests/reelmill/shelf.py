"""The scripted server's store: takes parts, and fails where a test tells it to."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

EXPIRED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


class Shelf:
    """PUT of parts. State lies in the Double."""

    part_faults: dict[int, Any]
    first_good_link: int
    parts: dict[str, dict[int, bytes]]
    puts: list[int]
    put_headers: list[dict[str, str]]
    in_flight: int
    most_in_flight: int
    _came: asyncio.Event

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
        self._came.set()
        return web.Response(headers={"etag": f'"{number}"'})
