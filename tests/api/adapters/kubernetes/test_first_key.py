"""The Secret of the first key, against a server that answers as Kubernetes does."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from kubernetes.aio import client

from api.adapters.kubernetes.first_key import FirstKeySecret, opened_secret
from api.errors import BadConfiguration


class Cluster:
    """One Secret `first`; every patch needs the version that is there."""

    def __init__(self) -> None:
        self.data: dict[str, str] = {}
        self.version = 1
        app = web.Application()
        app.router.add_get("/api/v1/namespaces/ns/secrets/{name}", self.get)
        app.router.add_patch("/api/v1/namespaces/ns/secrets/{name}", self.patch)
        self.app = app

    def _secret(self) -> dict[str, Any]:
        meta = {"name": "first", "namespace": "ns", "resourceVersion": str(self.version)}
        return {"apiVersion": "v1", "kind": "Secret", "metadata": meta, "data": self.data or None}

    async def get(self, request: web.Request) -> web.Response:
        if request.match_info["name"] != "first":
            return web.json_response({"kind": "Status", "code": 404}, status=404)
        return web.json_response(self._secret())

    async def patch(self, request: web.Request) -> web.Response:
        assert request.content_type in {
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
        }
        body = await request.json()
        if body["metadata"]["resourceVersion"] != str(self.version):
            return web.json_response({"kind": "Status", "code": 409}, status=409)
        merged = {**self.data, **body["data"]}
        self.data = {name: value for name, value in merged.items() if value is not None}
        self.version += 1
        return web.json_response(self._secret())


@pytest.fixture
async def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
async def secrets(cluster: Cluster) -> AsyncIterator[client.CoreV1Api]:
    async with TestServer(cluster.app) as server:
        settings = client.Configuration(host=str(server.make_url("")).rstrip("/"))
        async with client.ApiClient(settings) as connection:
            yield client.CoreV1Api(connection)


async def test_an_empty_secret_is_filled(cluster: Cluster, secrets: client.CoreV1Api) -> None:
    keeper = FirstKeySecret(secrets, "first", "ns")
    assert await keeper.read() is None
    await keeper.write("rm_key")
    assert base64.b64decode(cluster.data["key"]) == b"rm_key"
    assert await keeper.read() == "rm_key"


async def test_it_is_emptied_again(cluster: Cluster, secrets: client.CoreV1Api) -> None:
    keeper = FirstKeySecret(secrets, "first", "ns")
    await keeper.read()
    await keeper.write("rm_key")
    await keeper.write(None)
    assert cluster.data == {}


async def test_who_comes_second_does_not_overwrite(
    cluster: Cluster, secrets: client.CoreV1Api
) -> None:
    first, second = (FirstKeySecret(secrets, "first", "ns") for _ in range(2))
    await first.read()
    await second.read()
    await first.write("rm_first")
    with pytest.raises(BadConfiguration, match=r"ns/first.*409"):
        await second.write("rm_second")
    assert base64.b64decode(cluster.data["key"]) == b"rm_first"


async def test_a_missing_secret_is_named(secrets: client.CoreV1Api) -> None:
    with pytest.raises(BadConfiguration, match=r"ns/other.*404"):
        await FirstKeySecret(secrets, "other", "ns").read()


async def test_outside_a_cluster_the_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(BadConfiguration, match="REELMILL_FIRST_KEY_SECRET"):
        async with opened_secret("first"):
            pass
