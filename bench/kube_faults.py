"""A proxy before a Kubernetes API that spoils every third create, each time in another way."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import yaml
from aiohttp import ClientSession, ClientTimeout, web

from bench import kube
from bench.kube import JOBS, Kube
from local.ports import LOOPBACK

# Name, whether the create is passed on, and the status that is answered.
FAULTS = (
    ("500, not made", False, HTTPStatus.INTERNAL_SERVER_ERROR),
    ("500, made", True, HTTPStatus.INTERNAL_SERVER_ERROR),
    ("409, made", True, HTTPStatus.CONFLICT),
    ("409, not made", False, HTTPStatus.CONFLICT),
)
_EACH = 3
_HOPS = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-encoding"})


@asynccontextmanager
async def proxy(cluster: Kube, place: Path) -> AsyncIterator[tuple[Kube, Counter[str]]]:
    """The same API with faults, and how often each was made."""
    made: Counter[str] = Counter()
    async with kube.talk(cluster) as plain:
        app = web.Application(client_max_size=16 << 20)
        app["numbers"], app["made"] = itertools.count(1), made
        app["http"], app["host"] = plain.http, plain.host
        app.router.add_route("*", "/{path:.*}", _pass)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, LOOPBACK, 0)
        await site.start()
        try:
            port = runner.addresses[0][1]
            yield Kube(_kubeconfig(place / "faults.yaml", f"http://{LOOPBACK}:{port}")), made
        finally:
            await runner.cleanup()


async def _pass(request: web.Request) -> web.StreamResponse:
    fault = _fault(request)
    if fault is not None:
        name, passed_on, status = fault
        request.app["made"][name] += 1
        if passed_on:
            await _answer(request, spoilt=True)
        reason = "AlreadyExists" if status == HTTPStatus.CONFLICT else "InternalError"
        said = {"kind": "Status", "code": status, "reason": reason, "message": "the bench says so"}
        return web.json_response(said, status=status)
    return await _answer(request)


def _fault(request: web.Request) -> tuple[str, bool, HTTPStatus] | None:
    """Repeats count too, so that some Jobs have bad luck more than once."""
    if request.method != "POST" or request.path != JOBS or "dryRun" in request.query:
        return None
    number = next(request.app["numbers"])
    return FAULTS[number // _EACH % len(FAULTS)] if number % _EACH == 0 else None


async def _answer(request: web.Request, *, spoilt: bool = False) -> web.StreamResponse:
    http: ClientSession = request.app["http"]
    headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOPS}
    async with http.request(
        request.method,
        request.app["host"] + request.path_qs,
        headers=headers,
        data=await request.read(),
        timeout=ClientTimeout(total=None),
    ) as answer:
        if spoilt:
            await answer.read()
            return web.Response()
        kept = {n: v for n, v in answer.headers.items() if n.lower() not in _HOPS}
        response = web.StreamResponse(status=answer.status, headers=kept)
        await response.prepare(request)
        with suppress(ConnectionResetError):  # who asked is gone
            async for chunk in answer.content.iter_any():  # a watch goes on for minutes
                await response.write(chunk)
        return response


def _kubeconfig(path: Path, server: str) -> Path:
    body = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "bench", "cluster": {"server": server}}],
        "users": [{"name": "bench", "user": {"token": "unused"}}],
        "contexts": [{"name": "bench", "context": {"cluster": "bench", "user": "bench"}}],
        "current-context": "bench",
    }
    path.write_text(yaml.safe_dump(body))
    return path
