"""A scripted double of the Kubernetes API: Jobs, pods, watches, reviews. It has no controllers.

It keeps resource versions and a log of events, pages its lists, sends bookmarks, forgets old
versions when told (410), checks bodies with the official models, and can be told to lose answers,
to answer 500, or to stay silent. What pods do is said by the test.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web
from kubernetes.aio import client

from api.adapters.kubernetes.cluster import Cluster

Json = dict[str, Any]
NAMESPACE = "media"


@dataclass
class Kind:
    """Objects of one kind, and everything that has happened to them."""

    objects: dict[str, Json] = field(default_factory=dict)
    log: list[tuple[int, str, Json]] = field(default_factory=list)
    oldest: int = 0  # versions below are forgotten


class Double:
    """One API server."""

    def __init__(self) -> None:
        self.version = 10
        runner = {"metadata": {"name": "reelmill-runner", "uid": str(uuid.uuid4())}}
        self.kinds = {"jobs": Kind(), "pods": Kind(), "accounts": Kind({"reelmill-runner": runner})}
        self.events: list[Json] = []
        self.calls: list[tuple[str, str]] = []
        self.deletions: list[Json] = []
        self.faults: list[Callable[[web.Request], int | str | None]] = []
        self.denied: set[tuple[str, str]] = set()  # verb and resource
        self.tokens: dict[str, Json] = {}
        self.page = 500
        self.away = False
        self.silent = False  # watches are open and say nothing
        self.logs: dict[str, str] = {}
        self._changed = asyncio.Condition()
        self._watches: set[asyncio.Task[Any]] = set()

    # What a test makes happen

    async def tell(self, kind: str, what: str, item: Json) -> None:
        """One change that every watch sees."""
        self.version += 1
        item["metadata"]["resourceVersion"] = str(self.version)
        name = item["metadata"]["name"]
        if what == "DELETED":
            self.kinds[kind].objects.pop(name, None)
        else:
            self.kinds[kind].objects[name] = item
        self.kinds[kind].log.append((self.version, what, json.loads(json.dumps(item))))
        await self._wake()

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def pod(self, job: Json, name: str = "", **status: Any) -> Json:
        """A pod of a Job: made, or changed when it is there."""
        name = name or job["metadata"]["name"] + "-x"
        there = self.kinds["pods"].objects.get(name)
        meta = {
            "name": name,
            "uid": str(uuid.uuid4()),
            "labels": job["spec"]["template"]["metadata"]["labels"],
            "ownerReferences": [
                {"kind": "Job", "controller": True, "uid": job["metadata"]["uid"], "name": "j"}
            ],
        }
        item = there or {"metadata": meta}
        item["status"] = {"phase": "Pending", **status}
        await self.tell("pods", "MODIFIED" if there else "ADDED", item)
        return item

    async def end(self, job: Json, condition: str = "Complete", **more: str) -> None:
        """The Job's controller has seen the end."""
        job["status"] = {"conditions": [{"type": condition, "status": "True", **more}]}
        await self.tell("jobs", "MODIFIED", job)

    async def remove(self, kind: str, name: str) -> None:
        """Gone from the cluster."""
        await self.tell(kind, "DELETED", self.kinds[kind].objects[name])

    async def compact(self) -> None:
        """Forget everything that was, and end all watches: the next one gets 410."""
        for kind in self.kinds.values():
            kind.oldest = self.version + 1
            kind.log.clear()
        self.version += 2
        await self.cut()

    async def cut(self) -> None:
        """End every watch."""
        for task in list(self._watches):
            task.cancel()

    async def watched(self) -> None:
        """Return once somebody watches."""
        async with asyncio.timeout(10):
            while not self._watches:
                await asyncio.sleep(0.01)

    @property
    def jobs(self) -> list[Json]:
        return list(self.kinds["jobs"].objects.values())

    async def job(self, count: int = 1) -> Json:
        """The newest Job, once there are so many."""
        async with self._changed:
            await asyncio.wait_for(
                self._changed.wait_for(lambda: len(self.jobs) >= count), timeout=10
            )
        return self.jobs[-1]

    # The server

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._broken])
        jobs = f"/apis/batch/v1/namespaces/{NAMESPACE}/jobs"
        core = f"/api/v1/namespaces/{NAMESPACE}"
        app.add_routes(
            [
                web.post("/apis/batch/v1/namespaces/{ns}/jobs", self._create),
                web.get(jobs, partial(self._list, kind="jobs")),
                web.get(f"{jobs}/{{name}}", partial(self._get, kind="jobs")),
                web.delete(f"{jobs}/{{name}}", self._delete),
                web.get(f"{core}/pods", partial(self._list, kind="pods")),
                web.get(f"{core}/pods/{{name}}", partial(self._get, kind="pods")),
                web.get(f"{core}/pods/{{name}}/log", self._log),
                web.get(f"{core}/events", self._events),
                web.get(f"{core}/serviceaccounts/{{name}}", partial(self._get, kind="accounts")),
                web.post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", self._may),
                web.post("/apis/authentication.k8s.io/v1/tokenreviews", self._review),
            ]
        )
        return app

    @web.middleware
    async def _broken(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.calls.append((request.method, request.path))
        if self.away:
            return _status(503, "ServiceUnavailable", "the server is away")
        for fault in list(self.faults):
            if (found := fault(request)) is None:
                continue
            self.faults.remove(fault)
            if found == "lost":  # done, and nobody learns of it
                await handler(request)
                found = 500
            return _status(int(found), "Fault", "scripted")
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _create(self, request: web.Request) -> web.Response:
        if request.match_info["ns"] != NAMESPACE:
            return _status(404, "NotFound", 'namespaces "x" not found')
        body = await request.json()
        client.V1Job.model_validate(body)
        name = body["metadata"]["name"]
        if name in self.kinds["jobs"].objects:
            return _status(409, "AlreadyExists", f'jobs.batch "{name}" already exists')
        body["metadata"]["uid"] = str(uuid.uuid4())
        if request.query.get("dryRun") != "All":
            await self.tell("jobs", "ADDED", body)
        return web.json_response(body, status=201)

    async def _get(self, request: web.Request, kind: str) -> web.Response:
        found = self.kinds[kind].objects.get(request.match_info["name"])
        return web.json_response(found) if found else _status(404, "NotFound", "not found")

    async def _delete(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.deletions.append(body)
        found = self.kinds["jobs"].objects.get(request.match_info["name"])
        if found is None:
            return _status(404, "NotFound", "not found")
        wanted = body.get("preconditions", {}).get("uid")
        if wanted and wanted != found["metadata"]["uid"]:
            return _status(409, "Conflict", "the UID in the precondition does not match")
        await self.tell("jobs", "DELETED", found)
        return web.json_response({"kind": "Status", "status": "Success"})

    async def _list(self, request: web.Request, kind: str) -> web.StreamResponse:
        wanted = dict(part.split("=") for part in request.query["labelSelector"].split(","))
        if request.query.get("watch"):
            return await self._watch(request, kind, wanted)
        names = sorted(n for n, o in self.kinds[kind].objects.items() if _fits(o, wanted))
        begin = int(request.query.get("continue") or 0)
        size = min(self.page, int(request.query["limit"]))
        part = names[begin : begin + size]
        more = str(begin + size) if begin + size < len(names) else ""
        return web.json_response(
            {
                "metadata": {"resourceVersion": str(self.version), "continue": more},
                "items": [self.kinds[kind].objects[name] for name in part],
            }
        )

    async def _watch(self, request: web.Request, kind: str, wanted: Json) -> web.StreamResponse:
        since = int(request.query["resourceVersion"])
        if since < self.kinds[kind].oldest:
            return _status(410, "Expired", "too old resource version")
        answer = web.StreamResponse()
        await answer.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._watches.add(task)
        try:
            while True:
                news = [e for e in self.kinds[kind].log if e[0] > since]
                if self.silent:
                    news = []
                for version, what, item in news:
                    since = version
                    if _fits(item, wanted):
                        await _line(answer, what, item)
                if not news and not self.silent:
                    mark = {"metadata": {"resourceVersion": str(max(since, self.version))}}
                    since = max(since, self.version)
                    await _line(answer, "BOOKMARK", mark)
                async with self._changed:
                    if self.silent or self.version <= since:
                        await self._changed.wait()
        except (asyncio.CancelledError, ConnectionResetError):
            return answer
        finally:
            self._watches.discard(task)

    async def _log(self, request: web.Request) -> web.Response:
        return web.Response(text=self.logs.get(request.match_info["name"], ""))

    async def _events(self, request: web.Request) -> web.Response:
        fields = dict(part.split("=") for part in request.query["fieldSelector"].split(","))
        uid = fields["involvedObject.uid"]
        return web.json_response({"items": [e for e in self.events if e["uid"] == uid]})

    async def _may(self, request: web.Request) -> web.Response:
        wanted = (await request.json())["spec"]["resourceAttributes"]
        resource = "/".join(filter(None, [wanted["resource"], wanted.get("subresource")]))
        allowed = (wanted["verb"], resource) not in self.denied
        return web.json_response({"status": {"allowed": allowed}}, status=201)

    async def _review(self, request: web.Request) -> web.Response:
        spec = (await request.json())["spec"]
        status = self.tokens.get(spec["token"], {"authenticated": False, "error": "unknown"})
        return web.json_response({"status": status}, status=201)


def _fits(item: Json, wanted: Json) -> bool:
    labels = item["metadata"].get("labels", {})
    return all(labels.get(name) == value for name, value in wanted.items())


def _status(code: int, reason: str, message: str) -> web.Response:
    body = {"kind": "Status", "code": code, "reason": reason, "message": message}
    return web.json_response(body, status=code)


async def _line(answer: web.StreamResponse, what: str, item: Json) -> None:
    await answer.write(json.dumps({"type": what, "object": item}).encode() + b"\n")


def first(method: str, what: int | str, times: int = 1) -> list[Callable[[web.Request], Any]]:
    """Faults for the next calls of a method."""
    return [lambda request: what if request.method == method else None for _ in range(times)]


@asynccontextmanager
async def serve(double: Double) -> AsyncIterator[Cluster]:
    """The double on a loopback port, and a client of it."""
    runner = web.AppRunner(double.application(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    (address,) = runner.addresses
    api = client.ApiClient(client.Configuration(host=f"http://127.0.0.1:{address[1]}"))
    try:
        yield Cluster(api, NAMESPACE)
    finally:
        await api.close()
        await double.cut()
        await runner.cleanup()
