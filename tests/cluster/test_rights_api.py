"""The API's account: everything that it must do is tried and works, everything else is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.adapters.kubernetes.permissions import NEEDED, NEEDED_BY_NAME, NEEDED_EVERYWHERE, Need
from tests.cluster import rights
from tests.cluster.release import Release
from tests.cluster.rights import Account
from tests.cluster.subject import probe_pod

pytestmark = pytest.mark.cluster

_JOBS = "/apis/batch/v1/namespaces/{ns}/jobs"
_CORE = "/api/v1/namespaces/{ns}"
_RBAC = "/apis/rbac.authorization.k8s.io/v1"
_NAME = "tried-by-a-test"


@pytest.fixture(scope="module")
def api(release: Release) -> Iterator[Account]:
    with rights.account(release, f"{release.name}-api") as found:
        yield found


def _job(name: str = _NAME) -> dict[str, Any]:
    """One that never starts."""
    pod = probe_pod("p", "exit", "0")["spec"]
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"suspend": True, "template": {"spec": pod}},
    }


def test_the_cluster_says_that_it_may_do_what_the_code_needs(api: Account) -> None:
    def asked(need: Need, **more: str) -> dict[str, str]:
        parts = {"group": need.group, "resource": need.resource, "subresource": need.part, **more}
        return {name: value for name, value in parts.items() if value}

    space = api.release.namespace
    runner = f"{api.release.name}-runner"
    refused = [
        (verb, need.words)
        for needs, more in (
            (NEEDED, {"namespace": space}),
            (NEEDED_BY_NAME, {"namespace": space, "name": runner}),
            (NEEDED_EVERYWHERE, {}),
        )
        for need in needs
        for verb in need.verbs
        if not api.may(verb, **asked(need, **more))
    ]
    assert refused == []


def test_it_makes_sees_and_deletes_jobs(api: Account) -> None:
    made = api.call("POST", _JOBS, _job())
    assert made.status_code == 201, made.text
    try:
        assert api.call("GET", f"{_JOBS}/{_NAME}").json()["spec"]["suspend"] is True
        listed = api.call("GET", _JOBS).json()["items"]
        assert _NAME in {job["metadata"]["name"] for job in listed}
        watched = api.call("GET", _JOBS, watch="true", resourceVersion="0", timeoutSeconds="3")
        assert (watched.status_code, _NAME in watched.text) == (200, True)
    finally:
        gone = api.call("DELETE", f"{_JOBS}/{_NAME}", propagationPolicy="Background")
    assert gone.status_code == 200, gone.text


def test_it_sees_pods_logs_events_and_the_account_of_runners(api: Account) -> None:
    (pod, *_) = api.call("GET", f"{_CORE}/pods").json()["items"]
    name = pod["metadata"]["name"]
    assert api.call("GET", f"{_CORE}/pods/{name}").json()["metadata"]["name"] == name
    watched = api.call(
        "GET", f"{_CORE}/pods", watch="true", resourceVersion="0", timeoutSeconds="3"
    )
    assert (watched.status_code, name in watched.text) == (200, True)
    (part, *_) = api.release.parts("api")
    log = api.call("GET", f"{_CORE}/pods/{part.metadata.name}/log", container="api", tailLines="1")
    assert log.status_code == 200, log.text
    assert api.call("GET", f"{_CORE}/events").json()["kind"] == "EventList"
    runner = api.call("GET", f"{_CORE}/serviceaccounts/{api.release.name}-runner")
    assert runner.json()["metadata"]["uid"]


def test_it_reviews_tokens(api: Account) -> None:
    spec = {"token": rights.token(api.release, "default")}
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "spec": spec}
    answer = api.call("POST", "/apis/authentication.k8s.io/v1/tokenreviews", body)
    user = f"system:serviceaccount:{api.release.namespace}:default"
    assert answer.json()["status"]["user"]["username"] == user


def _pod() -> dict[str, Any]:
    return probe_pod(_NAME, "exit", "0") | {"apiVersion": "v1", "kind": "Pod"}


def _binding() -> dict[str, Any]:
    """What would give it everything."""
    subject = {"kind": "User", "name": "somebody", "apiGroup": "rbac.authorization.k8s.io"}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
    meta = {"name": _NAME}
    return {"metadata": meta, "subjects": [subject], "roleRef": role}


_SECRET = {"metadata": {"name": _NAME}, "stringData": {"a": "b"}}
_MAP = {"metadata": {"name": _NAME}, "data": {"a": "b"}}
_EXEC = {"command": "/bin/true", "container": "api", "stdout": "true"}
_TOKEN: dict[str, Any] = {"spec": {}}
# What a stolen token of the API must not be good for. {api} is one of its pods, {rm} its release.
REFUSED: list[tuple[str, str, Any]] = [
    ("GET", _CORE + "/secrets", None),
    ("GET", _CORE + "/secrets/{rm}-first-key", None),
    ("POST", _CORE + "/secrets", _SECRET),
    ("GET", _CORE + "/configmaps", None),
    ("POST", _CORE + "/configmaps", _MAP),
    ("POST", _CORE + "/pods", _pod()),
    ("DELETE", _CORE + "/pods/{api}", None),
    ("PATCH", _CORE + "/pods/{api}", {"metadata": {"labels": {"a": "b"}}}),
    ("DELETE", _CORE + "/pods", None),
    ("POST", _CORE + "/pods/{api}/exec", None),
    ("POST", _CORE + "/pods/{api}/attach", None),
    ("POST", _CORE + "/pods/{api}/portforward", None),
    ("POST", _CORE + "/pods/{api}/eviction", {"metadata": {"name": "{api}"}}),
    ("PATCH", _CORE + "/pods/{api}/ephemeralcontainers", {"spec": {}}),
    ("PATCH", _JOBS + "/" + _NAME, {"spec": {"suspend": False}}),
    ("PUT", _JOBS + "/" + _NAME, _job()),
    ("PATCH", _JOBS + "/" + _NAME + "/status", {"status": {}}),
    ("DELETE", _JOBS, None),
    ("GET", "/apis/batch/v1/jobs", None),
    ("GET", "/apis/batch/v1/namespaces/default/jobs", None),
    ("POST", "/apis/batch/v1/namespaces/default/jobs", _job()),
    ("POST", "/apis/batch/v1/namespaces/kube-system/jobs", _job()),
    ("GET", "/api/v1/pods", None),
    ("GET", "/api/v1/namespaces/kube-system/pods", None),
    ("GET", "/api/v1/namespaces/kube-system/secrets", None),
    ("GET", "/api/v1/namespaces", None),
    ("GET", "/api/v1/nodes", None),
    ("GET", _CORE + "/serviceaccounts", None),
    ("GET", _CORE + "/serviceaccounts/default", None),
    ("POST", _CORE + "/serviceaccounts/{rm}-runner/token", _TOKEN),
    ("POST", _CORE + "/serviceaccounts/{rm}-migrate/token", _TOKEN),
    ("POST", _CORE + "/events", {"metadata": {"name": _NAME}}),
    ("GET", _CORE + "/persistentvolumeclaims", None),
    ("GET", _CORE + "/services", None),
    ("GET", "/apis/apps/v1/namespaces/{ns}/deployments", None),
    ("PATCH", "/apis/apps/v1/namespaces/{ns}/deployments/{rm}-api", {"spec": {"replicas": 0}}),
    ("GET", "/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies", None),
    ("DELETE", "/apis/networking.k8s.io/v1/namespaces/{ns}/networkpolicies/{rm}-runner", None),
    ("GET", _RBAC + "/namespaces/{ns}/roles", None),
    ("PATCH", _RBAC + "/namespaces/{ns}/roles/{rm}-jobs", {"rules": []}),
    ("POST", _RBAC + "/namespaces/{ns}/rolebindings", _binding()),
    ("POST", _RBAC + "/clusterrolebindings", _binding()),
    ("GET", "/apis/coordination.k8s.io/v1/namespaces/{ns}/leases", None),
    ("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", None),
    ("GET", "/metrics", None),
]


def _filled(text: str, api: Account) -> str:
    name = api.release.parts("api")[0].metadata.name
    return text.replace("{api}", name).replace("{rm}", api.release.name)


@pytest.mark.parametrize(
    ("method", "path", "body"), REFUSED, ids=[f"{method} {path}" for method, path, _ in REFUSED]
)
def test_it_is_refused_everything_else(api: Account, method: str, path: str, body: Any) -> None:
    query = _EXEC if path.endswith(("exec", "attach")) else {}
    answer = api.call(method, _filled(path, api), body, **query)
    assert answer.status_code == 403, f"{answer.status_code}: {answer.text[:300]}"
    assert answer.json()["reason"] == "Forbidden"


def test_it_may_be_nobody_else(api: Account) -> None:
    """Neither an administrator nor another account by a header."""
    for who in (
        "admin",
        f"system:serviceaccount:{api.release.namespace}:{api.release.name}-runner",
    ):
        answer = api.http.get("/api/v1/nodes", headers={"Impersonate-User": who})
        assert (answer.status_code, "impersonate" in answer.text) == (403, True)


def test_a_runners_account_may_do_nothing_at_all(release: Release) -> None:
    with rights.account(release, f"{release.name}-runner") as runner:
        for path in ("/pods", "/secrets", f"/serviceaccounts/{release.name}-runner", "/events"):
            assert runner.call("GET", _CORE + path).status_code == 403, path
        assert runner.call("POST", _JOBS, _job()).status_code == 403
