"""A runner's token answers for its own task, and its pod reaches the API and the store: no more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from reelmill import Client
from tests.cluster import rights
from tests.cluster.release import Release
from tests.cluster.subject import probe_pod
from tests.support.media import synthesize

pytestmark = pytest.mark.cluster

_PREFIXES = {"app.kubernetes.io", "reelmill.io"}


@dataclass
class Worker:
    """The pod of one transcode, and what its runner claims with."""

    release: Release
    job_id: str
    pod: Any

    @property
    def audience(self) -> str:
        """Whom the kubelet makes its token for, by its own spec."""
        (volume,) = [v for v in self.pod.spec.volumes if v.projected]
        return str(volume.projected.sources[0].service_account_token.audience)

    def token(self, **changes: Any) -> str:
        """As the kubelet has given it one."""
        asked = {"audience": self.audience, "pod": self.pod, **changes}
        return rights.token(self.release, f"{self.release.name}-runner", **asked)

    @property
    def request(self) -> dict[str, Any]:
        """What its runner claims."""
        env = {entry.name: entry.value for entry in self.pod.spec.containers[0].env}
        return {
            "attempt_id": env["REELMILL_ATTEMPT_ID"],
            "task": env["REELMILL_TASK"],
            "index": int(env["REELMILL_TASK_INDEX"]),
            "runner": "a test",
        }


class Api:
    """The runner protocol, from outside."""

    def __init__(self, release: Release) -> None:
        self.http = httpx.AsyncClient(base_url=release.values["publicUrl"], timeout=30)

    async def post(self, path: str, bearer: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"authorization": f"Bearer {bearer}"}
        return await self.http.post(f"/runner/v1/{path}", json=body, headers=headers)

    async def claim(self, proof: str, worker: Worker) -> httpx.Response:
        return await self.post("claim", proof, worker.request)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Long enough for all that is tried while they are encoded: they are canceled in the end."""
    folder = tmp_path_factory.mktemp("films")
    return [
        synthesize(folder / f"{number}.mp4", seconds=180, size="1280x720") for number in range(2)
    ]


async def _encoding(release: Release, client: Client, film: Path) -> Worker:
    """A transcode in the middle of its work."""
    upload = await client.upload(film, preset="web")
    assert upload.job is not None
    async for job in client.watch_job(upload.job.id):
        if job.status == "RUNNING" and job.progress > 0:
            (pod,) = release.pods(job.id)
            return Worker(release, job.id, pod)
    raise AssertionError(f"it is over: {job}")


async def test_a_token_answers_for_its_own_task_only(release: Release, films: list[Path]) -> None:
    api, core = Api(release), release.cluster.core
    async with release.client() as client:
        mine, other = [await _encoding(release, client, film) for film in films]
        stranger = probe_pod("stranger", "pause", serviceAccountName=f"{release.name}-runner")
        stranger["metadata"]["labels"] = _ours(mine.pod.metadata.labels)
        plain = core.create_namespaced_pod(release.namespace, stranger)
        (part, *_) = release.parts("api")
        refused = {
            "another task's": other.token(),
            "for the cluster, not for us": mine.token(audience=None),
            "for another audience": mine.token(audience="somebody/runner"),
            "bound to no pod": mine.token(pod=None),
            "of a pod with its labels and without its Job": mine.token(pod=plain),
            "of another account": rights.token(
                release, f"{release.name}-api", audience=mine.audience, pod=part
            ),
            "made up": mine.token()[:-8] + "AAAAAAAA",
            "none": "x",
        }
        for what, proof in refused.items():
            answer = await api.claim(proof, mine)
            assert answer.status_code == 401, f"a token {what}: {answer.text}"
        core.delete_namespaced_pod("stranger", release.namespace, grace_period_seconds=0)
        # What shows that the refusals were for the tokens' sake.
        claim = (await api.claim(mine.token(), mine)).raise_for_status().json()
        theirs = (await api.claim(other.token(), other)).raise_for_status().json()
        await _speaks_for(api, claim, theirs)
        late = mine.token()
        for worker in (mine, other):
            await client.cancel_job(worker.job_id)
            await _ended(client, worker.job_id)
        release.cluster.until(lambda: not release.pods(mine.job_id), "its pod is gone")
        answer = await api.claim(late, mine)
        assert answer.status_code == 401, f"a token of a pod that is gone: {answer.text}"


def _ours(labels: dict[str, str]) -> dict[str, str]:
    """The labels that we give. With those of the Job's controller it would adopt the pod, and who
    may make pods in the runners' namespace may be a runner there in any case."""
    return {name: value for name, value in labels.items() if name.partition("/")[0] in _PREFIXES}


async def _speaks_for(api: Api, claim: dict[str, Any], theirs: dict[str, Any]) -> None:
    """The token that a claim buys is good for that task and for no other."""
    report = {"epoch": claim["epoch"], "sequence": 1, "phase": "ENCODING", "fraction": 0.5}
    own = await api.post(f"tasks/{claim['task_id']}/progress", claim["token"], report)
    assert own.status_code == 200, own.text
    report["epoch"] = theirs["epoch"]
    for verb in ("progress", "complete", "fail"):
        answer = await api.post(f"tasks/{theirs['task_id']}/{verb}", claim["token"], report)
        assert answer.status_code in {401, 422}, f"{verb}: {answer.text}"
    foreign = await api.post(f"tasks/{theirs['task_id']}/progress", claim["token"], report)
    assert foreign.status_code == 401, foreign.text
    assert claim["storage"]["access_key_id"] != theirs["storage"]["access_key_id"]


async def _ended(client: Client, job_id: str) -> None:
    async with asyncio.timeout(180):
        async for _ in client.watch_job(job_id):
            pass


@pytest.fixture
def pods(release: Release) -> Iterator[dict[str, str]]:
    """A pod that is a runner by labels, account and namespace, one that is an API, and one that is
    nobody. What runs in them is a program that connects."""
    core, made = release.cluster.core, {}
    for kind in ("runner", "api", "nobody"):
        labels = {"app.kubernetes.io/component": kind, "app.kubernetes.io/name": "reelmill"}
        labels["app.kubernetes.io/instance"] = release.name if kind != "nobody" else "other"
        account = f"{release.name}-runner" if kind == "runner" else "default"
        pod = probe_pod(f"probe-{kind}", "serve", ":8400", "", labels=labels)
        pod["spec"] |= {"serviceAccountName": account, "automountServiceAccountToken": False}
        # The Service of the API must not send anybody's requests here.
        pod["spec"]["containers"][0]["readinessProbe"] = {
            "exec": {"command": ["/probe", "exit", "1"]}
        }
        core.create_namespaced_pod(release.namespace, pod)
        made[kind] = pod["metadata"]["name"]
    for name in made.values():
        release.cluster.until(
            lambda name=name: (
                core.read_namespaced_pod(name, release.namespace).status.phase == "Running"
            ),
            f"{name} runs",
        )
    yield made
    for name in made.values():
        core.delete_namespaced_pod(name, release.namespace, grace_period_seconds=0)


def test_a_runner_pod_reaches_the_api_and_the_store_and_nothing_else(
    release: Release, pods: dict[str, str]
) -> None:
    core, space = release.cluster.core, release.namespace

    def reaches(kind: str, address: str) -> bool:
        return release.cluster.execute(space, pods[kind], "dial", address, "3")

    def service(part: str, port: int) -> str:
        return f"{release.name}-{part}.{space}.svc.cluster.local:{port}"

    postgres, kubernetes = service("postgres", 5432), "kubernetes.default.svc.cluster.local:443"
    assert release.cluster.own is not None
    node = str(release.cluster.own[1].node)
    address = core.read_namespaced_pod(pods["nobody"], space).status.pod_ip
    allowed = [service("api", 8400), service("s3", 8333)]
    for place in allowed:
        release.cluster.until(lambda place=place: reaches("runner", place), f"it reaches {place}")
    refused = [
        postgres,
        kubernetes,
        f"{node}:6443",
        f"{node}:10250",
        f"{address}:8400",
        "169.254.169.254:80",
    ]
    assert [place for place in refused if reaches("runner", place)] == []
    # That these answer at all, and others are let through, shows whose doing it is.
    assert reaches("api", postgres)
    assert not reaches("nobody", postgres), "PostgreSQL itself lets in the API only"
    for place in (kubernetes, f"{node}:6443", f"{node}:10250", f"{address}:8400"):
        assert reaches("nobody", place), place
