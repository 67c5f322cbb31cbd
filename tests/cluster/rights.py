"""Calls of the cluster's API as one of the release's own accounts, and its tokens."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.cluster.release import Release

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(frozen=True)
class Account:
    """One ServiceAccount of a release, with nothing but a token: no administrator's certificate."""

    release: Release
    http: httpx.Client

    def call(self, method: str, path: str, body: Any = None, **query: str) -> httpx.Response:
        """One call; `{ns}` in a path is the release's namespace."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        place = path.format(ns=self.release.namespace)
        headers = {"content-type": kind}
        return self.http.request(method, place, json=body, params=query, headers=headers)

    def may(self, verb: str, **attributes: str) -> bool:
        """What the cluster says to this account of its own rights."""
        body = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {"verb": verb, **attributes}},
        }
        answer = self.call("POST", _REVIEWS, body)
        assert answer.status_code == 201, answer.text
        return bool(answer.json()["status"]["allowed"])


def token(release: Release, account: str, *, audience: str | None = None, pod: Any = None) -> str:
    """As the kubelet asks for it: for an audience, bound to a pod; or for the cluster itself."""
    spec: dict[str, Any] = {"expirationSeconds": 600}
    if audience:
        spec["audiences"] = [audience]
    if pod is not None:
        meta = pod.metadata
        bound = {"apiVersion": "v1", "kind": "Pod", "name": meta.name, "uid": meta.uid}
        spec["boundObjectRef"] = bound
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
    made = release.cluster.core.create_namespaced_service_account_token(
        account, release.namespace, body
    )
    return str(made.status.token)


@contextmanager
def account(release: Release, name: str) -> Iterator[Account]:
    """The account as its own pods use it."""
    given = release.cluster.api.configuration
    trust = ssl.create_default_context(cafile=given.ssl_ca_cert)
    headers = {"authorization": f"Bearer {token(release, name)}"}
    with httpx.Client(
        base_url=given.host, verify=trust, headers=headers, timeout=30, trust_env=False
    ) as http:
        yield Account(release, http)
