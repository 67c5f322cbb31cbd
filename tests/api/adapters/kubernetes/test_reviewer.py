"""A claim is believed only from the pod of the Job of the task."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from api.adapters.kubernetes.cluster import Cluster
from api.adapters.kubernetes.reviewer import Reviewer
from api.domain import ids
from api.errors import ClusterUnavailable
from tests.api.adapters.kubernetes.conftest import settings
from tests.api.adapters.kubernetes.double import Double

USER = "system:serviceaccount:media:reelmill-runner"


@dataclass
class Task:
    """As the database knows it."""

    id: UUID = field(default_factory=ids.new)
    proof_hash: bytes = b""
    run_uid: UUID | None = field(default_factory=ids.new)


async def pod(double: Double, task: Task, **changes: Any) -> dict[str, Any]:
    meta = {
        "name": "p",
        "uid": str(ids.new()),
        "labels": {"reelmill.io/task": str(task.id)},
        "ownerReferences": [{"kind": "Job", "controller": True, "uid": str(task.run_uid)}],
    }
    made: dict[str, Any] = {"metadata": meta | changes}
    await double.tell("pods", "ADDED", made)
    return made


def status(pod: dict[str, Any], **changes: Any) -> dict[str, Any]:
    extra = {
        "authentication.kubernetes.io/pod-name": [pod["metadata"]["name"]],
        "authentication.kubernetes.io/pod-uid": [pod["metadata"]["uid"]],
    }
    user = {"username": changes.pop("username", USER), "extra": changes.pop("extra", extra)}
    return {
        "authenticated": True,
        "audiences": ["reelmill-runner"],
        "user": user,
        **changes,
    }


async def test_the_pod_of_the_task_is_believed(cluster: Cluster, double: Double) -> None:
    task = Task()
    double.tokens["good"] = status(await pod(double, task))
    reviewer = Reviewer(cluster, settings())
    assert await reviewer.vouches("good", task)
    assert not await reviewer.vouches("other", task)
    assert not await reviewer.vouches("x" * 20_000, task)


@pytest.mark.parametrize(
    "changes",
    [
        {"authenticated": False},
        {"audiences": ["https://kubernetes.default.svc"]},
        {"audiences": []},
        {"username": "system:serviceaccount:media:default"},
        {"username": "system:serviceaccount:other:reelmill-runner"},
        {"extra": {}},
        {"extra": {"authentication.kubernetes.io/pod-name": ["p"]}},
    ],
)
async def test_other_tokens_are_not(
    cluster: Cluster, double: Double, changes: dict[str, Any]
) -> None:
    task = Task()
    double.tokens["t"] = status(await pod(double, task), **changes)
    assert not await Reviewer(cluster, settings()).vouches("t", task)


@pytest.mark.parametrize("what", ["task", "job", "owner", "uid", "gone"])
async def test_another_pod_of_ours_is_not(cluster: Cluster, double: Double, what: str) -> None:
    task, other = Task(), Task()
    changes: dict[str, Any] = {
        "task": {"labels": {"reelmill.io/task": str(other.id)}},
        "job": {"ownerReferences": [{"kind": "Job", "controller": True, "uid": str(ids.new())}]},
        "owner": {"ownerReferences": []},
    }.get(what, {})
    made = await pod(double, task, **changes)
    double.tokens["t"] = status(made)
    if what == "uid":  # the token was made for an earlier pod of that name
        made["metadata"]["uid"] = str(ids.new())
    if what == "gone":
        await double.remove("pods", "p")
    assert not await Reviewer(cluster, settings()).vouches("t", task)


async def test_who_cannot_say_says_come_again(cluster: Cluster, double: Double) -> None:
    task = Task()
    double.tokens["t"] = status(await pod(double, task))
    reviewer = Reviewer(cluster, settings())
    task.run_uid, known = None, task.run_uid
    with pytest.raises(ClusterUnavailable, match="not recorded yet"):
        await reviewer.vouches("t", task)
    task.run_uid = known
    double.away = True
    with pytest.raises(ClusterUnavailable):
        await reviewer.vouches("t", task)
