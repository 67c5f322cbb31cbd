"""The Kubernetes API as plain JSON over the official client's connection.

The client's typed calls build an object of pydantic models for every answer: twenty times the
memory and six times the time of the JSON. What is sent is checked by its models (`V1Job`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from uuid import UUID

import aiohttp
import orjson
from kubernetes.aio import client
from kubernetes.aio.config import ConfigException, load_incluster_config, load_kube_config

from api.errors import BadConfiguration, ClusterUnavailable

if TYPE_CHECKING:
    from api.config import Settings

Json = dict[str, Any]
Query = Iterable[tuple[str, str]]

CALL_SECONDS: Final = 15.0
# 401: our own token was just renewed, and the client reads its file once a minute.
_PASSING: Final = frozenset({401, 408, 429})
_NAMESPACE_FILE: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")


class ClusterRefusal(Exception):  # noqa: N818 - an answer, like every refusal
    """The API server says no, and would say it again."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message

    def __str__(self) -> str:
        return f"{self.status} {self.reason}: {self.message}"


class Cluster:
    """One API server and one namespace. Raises ClusterUnavailable and ClusterRefusal."""

    def __init__(self, api: client.ApiClient, namespace: str) -> None:
        self._api = api
        self.namespace = namespace
        self.account: UUID | None = None  # uid of the runners' ServiceAccount (`account.py`)

    @classmethod
    async def open(cls, settings: Settings, stack: AsyncExitStack) -> Cluster:
        """Read where the cluster is; nothing is called yet. Raises BadConfiguration."""
        configuration = client.Configuration()
        try:
            if settings.kubernetes_kubeconfig:
                await load_kube_config(
                    config_file=str(settings.kubernetes_kubeconfig),
                    context=settings.kubernetes_context,
                    client_configuration=configuration,
                )
            else:
                load_incluster_config(client_configuration=configuration)
        except (ConfigException, OSError, ValueError) as error:
            raise BadConfiguration(
                f"REELMILL_EXECUTOR: no cluster: {error}; run this in a pod, or name a file in"
                " REELMILL_KUBERNETES_KUBECONFIG"
            ) from error
        if not _behind_proxy(str(configuration.host)):
            # Or two threads are asked before every call: one for a proxy, one for ~/.netrc.
            configuration.client_session_kwargs = {"trust_env": False}
        api = client.ApiClient(configuration)
        api.user_agent = "reelmill"
        stack.push_async_callback(api.close)
        return cls(api, _namespace(settings))

    @property
    def host(self) -> str:
        """The API server's address, for people."""
        return str(self._api.configuration.host)

    def path(self, group: str, kind: str, name: str = "", part: str = "") -> str:
        """Where objects of our namespace are, such as `batch/v1` `jobs`."""
        root = "/api/v1" if group == "v1" else f"/apis/{group}"
        parts = [root, "namespaces", self.namespace, kind, name, part]
        return "/".join(part for part in parts if part)

    async def call(
        self, method: str, path: str, *, query: Query = (), body: Json | None = None
    ) -> Json:
        """One call, one JSON answer."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._send(method, path, query, body, CALL_SECONDS)
                data = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ClusterUnavailable(f"the Kubernetes API does not answer: {error!r}") from error
        _judge(answer, data)
        return _object(data)

    async def text(self, path: str, *, query: Query = ()) -> str:
        """One call whose answer is no JSON: a log."""
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._send("GET", path, query, None, CALL_SECONDS)
                data = await answer.read()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ClusterUnavailable(f"the Kubernetes API does not answer: {error!r}") from error
        _judge(answer, data)
        return data.decode("utf-8", "replace")

    async def lines(self, path: str, *, query: Query, silence: float) -> AsyncIterator[Json]:
        """A watch, event by event. A connection that is silent for longer counts as broken."""
        answer = None
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._send("GET", path, query, None, None)
                if answer.status != HTTPStatus.OK:
                    _judge(answer, await answer.read())
            while True:
                async with asyncio.timeout(silence):
                    line = await answer.content.readline()
                if not line:
                    return
                yield orjson.loads(line)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ClusterUnavailable(f"a watch was cut off: {error!r}") from error
        finally:
            if answer is not None:
                answer.close()

    async def _send(
        self, method: str, path: str, query: Query, body: Json | None, seconds: float | None
    ) -> aiohttp.ClientResponse:
        serialized = await self._api.param_serialize(
            method,
            path,
            query_params=list(query),
            header_params={"Accept": "application/json"},
            body=body,
            auth_settings=["BearerToken"],
        )
        answer = await self._api.call_api(
            *serialized, _request_timeout=aiohttp.ClientTimeout(total=seconds, sock_connect=5)
        )
        response: aiohttp.ClientResponse = answer.response
        return response


def _behind_proxy(url: str) -> bool:
    """Whether the environment names a proxy for this address."""
    parts = urlsplit(url)
    return parts.scheme in getproxies() and not proxy_bypass(parts.hostname or "")


def _namespace(settings: Settings) -> str:
    if settings.kubernetes_namespace:
        return settings.kubernetes_namespace
    try:
        return _NAMESPACE_FILE.read_text("utf-8").strip()
    except OSError:
        raise BadConfiguration(
            "REELMILL_KUBERNETES_NAMESPACE: is not set, and this is no pod that has one"
        ) from None


def _judge(answer: aiohttp.ClientResponse, data: bytes) -> None:
    if answer.status < HTTPStatus.BAD_REQUEST:
        return
    try:
        said = _object(data)
    except ClusterUnavailable:
        said = {}
    reason = str(said.get("reason") or answer.reason or "")
    message = str(said.get("message") or data[:500].decode("utf-8", "replace"))
    if answer.status in _PASSING or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise ClusterUnavailable(f"the Kubernetes API answers {answer.status}: {message}")
    raise ClusterRefusal(answer.status, reason, message)


def _object(data: bytes) -> Json:
    try:
        found: Json = orjson.loads(data)
    except ValueError as error:
        raise ClusterUnavailable("the Kubernetes API answers something that is no JSON") from error
    return found
