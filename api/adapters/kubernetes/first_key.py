"""The Secret that holds the first API key: made empty by the chart, filled by the migration.

So the key stands in no manifest, in no log and in no release of Helm, and whoever may read that
one Secret reads it with one command.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kubernetes.aio import client, config
from kubernetes.aio.client.exceptions import ApiException

from api.errors import BadConfiguration

_FIELD = "key"
_NAMESPACE = Path("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
_SECONDS = 30


class FirstKeySecret:
    """One Secret of this pod's own namespace; the account needs `get` and `patch` on it alone."""

    def __init__(self, secrets: client.CoreV1Api, name: str, namespace: str) -> None:
        self._secrets = secrets
        self._name = name
        self._namespace = namespace
        self._version: str | None = None

    async def read(self) -> str | None:
        """The key, or None while there is none."""
        try:
            found = await self._secrets.read_namespaced_secret(
                self._name, self._namespace, _request_timeout=_SECONDS
            )
        except ApiException as error:
            raise self._refused(error) from error
        self._version = found.metadata.resource_version if found.metadata else None
        held = (found.data or {}).get(_FIELD, "")
        return base64.b64decode(held).decode() or None

    async def write(self, key: str | None) -> None:
        """Keep this key, or none. Refused when somebody wrote after our last `read`."""
        held = base64.b64encode(key.encode()).decode() if key else None
        body = {"metadata": {"resourceVersion": self._version}, "data": {_FIELD: held}}
        try:
            kept = await self._secrets.patch_namespaced_secret(
                self._name, self._namespace, body, _request_timeout=_SECONDS
            )
        except ApiException as error:
            raise self._refused(error) from error
        self._version = kept.metadata.resource_version if kept.metadata else None

    def _refused(self, error: ApiException) -> BadConfiguration:
        return BadConfiguration(
            f"the Secret {self._namespace}/{self._name}, which is to hold the first key, cannot be"
            f" used: {error.status} {error.reason}; it must exist, and this pod's account needs"
            " `get` and `patch` on it"
        )


@asynccontextmanager
async def opened_secret(name: str) -> AsyncIterator[FirstKeySecret]:
    """The Secret of this name beside this pod. Raises BadConfiguration outside a cluster."""
    try:
        config.load_incluster_config()
        namespace = _NAMESPACE.read_text("utf-8").strip()  # noqa: ASYNC240 - a few bytes in memory
    except (config.ConfigException, OSError) as error:
        raise BadConfiguration(
            f"REELMILL_FIRST_KEY_SECRET: this is no pod with a service account: {error}"
        ) from error
    async with client.ApiClient() as connection:
        yield FirstKeySecret(client.CoreV1Api(connection), name, namespace)
