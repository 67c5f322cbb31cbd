"""Pods of Jobs as a controller makes them and as a kubelet tells of them, without either."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from bench import kube
from bench.kube import PODS, Json, Plain

_SINCE: Final = "2026-11-21T10:00:00Z"
_CONDITIONS: Final = ("PodScheduled", "Initialized", "PodReadyToStartContainers", "Ready")


@dataclass(frozen=True, slots=True)
class Made:
    """A pod: its name, the job it works for, as our API names it, and its Kubernetes Job."""

    name: str
    job: str
    owner: str


async def of_all_jobs(plain: Plain) -> list[Made]:
    """One pod for each Job that is there, with what its template says."""
    jobs = await plain.all_jobs()
    await kube.side_by_side([partial(plain.call, "POST", PODS, _pod(job)) for job in jobs])
    return [_made(job) for job in jobs]


async def run(plain: Plain, made: list[Made]) -> None:
    """Tell of every pod what a kubelet tells of one that runs."""
    await kube.side_by_side([partial(_tell, plain, pod, _running()) for pod in made])


async def waits(plain: Plain, pod: Made, words: str) -> None:
    """What a scheduler tells of a pod that fits nowhere."""
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": words,
    }
    await _tell(plain, pod, {"phase": "Pending", "conditions": [condition]})


async def _tell(plain: Plain, pod: Made, status: Json) -> None:
    await plain.call("PATCH", f"{PODS}/{pod.name}/status", {"status": status})


def _made(job: Json) -> Made:
    name = job["metadata"]["name"]
    return Made(f"{name}-x1y2z", job["metadata"]["labels"]["reelmill.io/job"], name)


def _pod(job: Json) -> Json:
    template, meta = job["spec"]["template"], job["metadata"]
    owner = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "name": meta["name"],
        "uid": meta["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            **template["metadata"],
            "name": _made(job).name,
            "ownerReferences": [owner],
        },
        "spec": template["spec"],
    }


def _running() -> Json:
    image: dict[str, Any] = {
        "image": "registry.example.org/reelmill-runner:1.0",
        "imageID": f"registry.example.org/reelmill-runner@sha256:{'ab' * 32}",
    }
    container = {
        **image,
        "name": "runner",
        "containerID": f"containerd://{'cd' * 32}",
        "ready": True,
        "started": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": _SINCE}},
    }
    return {
        "phase": "Running",
        "startTime": _SINCE,
        "hostIP": "10.0.0.1",
        "podIP": "10.0.0.2",
        "podIPs": [{"ip": "10.0.0.2"}],
        "conditions": [
            {"type": kind, "status": "True", "lastTransitionTime": _SINCE} for kind in _CONDITIONS
        ],
        "containerStatuses": [container],
    }
