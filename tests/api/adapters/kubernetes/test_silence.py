"""A runner whose process lives and that does not reach us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from api.adapters.kubernetes import silence
from api.adapters.kubernetes.cluster import Cluster
from api.adapters.kubernetes.executor import KubernetesExecutor
from schema.job import FailureClass
from tests.api.adapters.kubernetes.conftest import Ear, begin, settings
from tests.api.adapters.kubernetes.double import Double

URL = "http://reelmill-api.media.svc:8400"
NO_HOST = "/runner/v1/claim: ConnectError('[Errno -2] Name or service not known')"


@pytest.fixture
async def executor(
    cluster: Cluster, ear: Ear, hurry: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[KubernetesExecutor]:
    monkeypatch.setattr(silence, "_SILENT_SECONDS", 0.1)
    monkeypatch.setattr(silence, "_ASK_SECONDS", 0.1)
    leading = KubernetesExecutor(cluster, settings(), ear)
    await leading.lead()
    yield leading
    await leading.stop()


def log(reason: str) -> str:
    lines = [
        "Traceback of something else",
        json.dumps({"message": "the API does not answer, trying again", "reason": reason}),
        json.dumps(["no object"]),
    ]
    return "\n".join(lines)


async def test_its_own_words_say_why_and_then_it_is_ended(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    _, job = await begin(executor, ear, double)
    pod = await double.pod(job, phase="Running")
    double.logs[pod["metadata"]["name"]] = log(NO_HOST)
    await ear.reason(f"its runner does not reach {URL}: {NO_HOST}")
    assert double.jobs == [job]
    assert len(ear.words) == 1, "the same words are told once"
    executor._judge.silence.patience = 0.1
    while double.jobs:
        await asyncio.sleep(0.01)
    await double.remove("pods", pod["metadata"]["name"])
    end = await ear.end()
    assert end.verdict is not None
    assert (end.verdict.failure, end.verdict.code) == (FailureClass.CONFIG, "CALLBACK_UNREACHABLE")
    assert NO_HOST in end.verdict.message
    assert "\n" not in end.verdict.message


@pytest.mark.parametrize("words", [log("/runner/v1/claim: status 503"), "", "no JSON"])
async def test_one_that_is_answered_or_says_nothing_goes_on(
    executor: KubernetesExecutor, ear: Ear, double: Double, words: str
) -> None:
    executor._judge.silence.patience = 0.1
    _, job = await begin(executor, ear, double)
    pod = await double.pod(job, phase="Running")
    double.logs[pod["metadata"]["name"]] = words
    await ear.reason(f"does not reach {URL}: " + ("/runner" if "503" in words else "it does not"))
    await asyncio.sleep(0.5)
    assert (double.jobs, ear.ends) == ([job], [])


async def test_one_that_has_claimed_is_left_alone_and_its_log_is_not_read(
    executor: KubernetesExecutor, ear: Ear, double: Double
) -> None:
    executor._judge.silence.patience = 0.1
    wanted, job = await begin(executor, ear, double)
    ear.claims.add(wanted.task_id)
    pod = await double.pod(job, phase="Running")
    double.logs[pod["metadata"]["name"]] = log(NO_HOST)
    while not executor._entries[wanted.task_id].claimed:
        await asyncio.sleep(0.01)
    assert executor._entries[wanted.task_id].runs_since is None
    assert (double.jobs, ear.words) == ([job], [])
    assert not [path for _, path in double.calls if path.endswith("/log")]
