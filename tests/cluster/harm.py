"""What is done to a release so that something breaks: processes killed, connections cut."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kubernetes.client import ApiClient, ApiException

from tests.cluster import services
from tests.cluster.release import Release
from tests.cluster.subject import Cluster

PYTHON = "/opt/reelmill/bin/python"
_TABLE = "reelmill_harm"
_LEADERS_LOCK = 7_235_846_320  # of api/adapters/postgres/leader.py

_ASK_WHO_LEADS = f"""
import asyncio, asyncpg, os
async def main():
    connection = await asyncpg.connect(os.environ["REELMILL_SYSTEM_DATABASE_URL"])
    print(await connection.fetchval(
        "select host(client_addr) from pg_locks join pg_stat_activity using (pid)"
        " where locktype = 'advisory' and granted"
        " and (classid::bigint << 32) | objid::bigint = {_LEADERS_LOCK}"
    ))
asyncio.run(main())
"""

# Small ones, so that the kernel takes what was there before: it kills the largest first.
_USE_UP_MEMORY = """
import os, sys, time
def alive():
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and open(f"/proc/{entry}/comm").read().startswith(sys.argv[1]):
                return True
        except OSError:
            pass
    return False
assert alive(), f"there is no {sys.argv[1]}"
children = []
while alive() and len(children) < 400:
    child = os.fork()
    if child == 0:
        held = bytearray(os.urandom(1 << 20)) * 12
        time.sleep(60)
        os._exit(0)
    children.append(child)
    time.sleep(0.05)
for child in children:
    os.kill(child, 9)
"""

_FILL_SCRATCH = """
import os, time
place = os.open("/scratch/filler", os.O_CREAT | os.O_WRONLY)
os.posix_fallocate(place, 0, int(os.environ["REELMILL_SCRATCH_BYTES"]) + (64 << 20))
"""


def leader(release: Release) -> Any:
    """The pod of the API that leads; None while nobody does or nobody can say."""
    pods = release.parts("api")
    for pod in pods:
        try:
            code, said = release.cluster.within(
                release.namespace, pod.metadata.name, PYTHON, "-c", _ASK_WHO_LEADS
            )
        except ApiException:  # it has just been killed
            continue
        if code == 0:
            found = [pod for pod in pods if pod.status.pod_ip == said.strip()]
            return found[0] if found else None
    return None


def use_up_memory(release: Release, pod: Any, victim: str) -> str:
    """Fills a runner's memory from beside until the kernel has killed `victim`, a command."""
    name = pod.metadata.name
    return release.cluster.within(release.namespace, name, PYTHON, "-c", _USE_UP_MEMORY, victim)[1]


def die_for_memory(release: Release, pod: Any) -> None:
    """A process beside a runner asks for more than the container may have, and is killed for it."""
    greedy = "held = [bytearray(b'1') * (1 << 26) for _ in range(200)]"
    code, said = release.cluster.within(release.namespace, pod.metadata.name, PYTHON, "-c", greedy)
    assert code == 128 + signal.SIGKILL, (code, said)


def fill_scratch(release: Release, pod: Any) -> None:
    """Writes more into a runner's scratch than it was granted; its node looks now and then."""
    code, said = release.cluster.within(
        release.namespace, pod.metadata.name, PYTHON, "-c", _FILL_SCRATCH
    )
    assert code == 0, said


def copy_of(job: Any) -> dict[str, Any]:
    """The same Job under another name, with the labels of the first."""
    body: dict[str, Any] = ApiClient().sanitize_for_serialization(job)
    meta, spec = body["metadata"], body["spec"]
    labels = _own(meta["labels"])
    spec["template"]["metadata"]["labels"] = labels
    del spec["selector"]
    return {
        "metadata": {"name": f"{meta['name']}-copy", "labels": labels},
        "spec": spec | {"suspend": False},
    }


def twin_of(pod: Any, job: Any) -> dict[str, Any]:
    """A second pod of a Job, as its controller makes them."""
    body: dict[str, Any] = ApiClient().sanitize_for_serialization(pod)
    template = ApiClient().sanitize_for_serialization(job.spec.template)
    meta = body["metadata"]
    return {
        "metadata": {
            "name": f"{meta['name']}-twin",
            "labels": meta["labels"],
            "annotations": template["metadata"].get("annotations", {}),
            "ownerReferences": meta["ownerReferences"],
        },
        "spec": template["spec"],
    }


def _own(labels: dict[str, str]) -> dict[str, str]:
    """Without those that the Job's controller has put there."""
    theirs = ("batch.kubernetes.io/", "controller-uid", "job-name")
    return {name: value for name, value in labels.items() if not name.startswith(theirs)}


def kill(pod: Any) -> None:
    """SIGKILL to a pod's processes, from outside: no process may send that to its own first one."""
    _signal(pod, b"python", signal.SIGKILL)


def freeze(pod: Any) -> None:
    """Stops a runner's encoder in its middle: whatever is done to the pod comes early enough."""
    _signal(pod, b"ffmpeg", signal.SIGSTOP)


def _signal(pod: Any, program: bytes, number: signal.Signals) -> None:
    found = list(_processes(pod.metadata.uid, program))
    assert found, f"{pod.metadata.name} has no {program.decode()}"
    for pid in found:
        os.kill(pid, number)


def _processes(uid: str, program: bytes) -> Iterator[int]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            groups = (entry / "cgroup").read_text()
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if f"/pod{uid}/" in groups and program in words.partition(b"\0")[0]:
            yield int(entry.name)


@contextmanager
def answers_lost(cluster: Cluster, pods: Iterable[Any]) -> Iterator[None]:
    """What these pods say to the API server arrives, and its answers are lost on their way."""
    with _rules(cluster, "output", f"ip daddr {_set(pods)} tcp sport 6443 drop"):
        yield


@contextmanager
def silent(cluster: Cluster, store: Iterable[Any], but: Iterable[Any]) -> Iterator[None]:
    """The store answers nobody but some pods."""
    rule = f"ip daddr {_set(store)} tcp dport 8333 ip saddr != {_set(but)} drop"
    with _rules(cluster, "forward", rule):
        yield


@contextmanager
def _rules(cluster: Cluster, hook: str, rule: str) -> Iterator[None]:
    """One rule of the node's packet filter, in a table of its own."""
    table = f"{_TABLE}_{hook}"
    chain = f"type filter hook {hook} priority -5; policy accept; {rule};"
    cluster.inside("/usr/sbin/nft", f"table ip {table} {{ chain harm {{ {chain} }}; }}")
    try:
        yield
    finally:
        cluster.inside("/usr/sbin/nft", "delete", "table", "ip", table)


def _set(pods: Iterable[Any]) -> str:
    addresses = sorted(pod.status.pod_ip for pod in pods)
    assert addresses
    return f"{{ {', '.join(addresses)} }}"


def compact(cluster: Cluster) -> None:
    """Has etcd forget all that was, by its own HTTP API: etcdctl is a package of its own."""
    ask = (
        "import base64, json, urllib.request as u\n"
        "def post(path, body):\n"
        f"    request = u.Request('{services.ETCD}/v3/' + path, json.dumps(body).encode())\n"
        "    return json.load(u.urlopen(request, timeout=30))\n"
        "key = base64.b64encode(b'none').decode()\n"
        "revision = post('kv/range', {'key': key})['header']['revision']\n"
        "post('kv/compaction', {'revision': revision, 'physical': True})\n"
    )
    cluster.inside(sys.executable, "-c", ask)
