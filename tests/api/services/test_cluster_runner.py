"""The runner as a pod starts it: environment from the manifest, its token in a file, no pipe."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from api.adapters.kubernetes import executor as executors
from api.adapters.postgres import outputs
from api.domain.states import JobStatus
from api.http import front, runner
from api.http.cors import Origins
from api.services import launch
from api.services.probes import Probes
from tests.api.adapters.kubernetes.double import Double, serve
from tests.api.services.cluster_site import Site, close, open_site
from tests.api.services.conftest import Bench
from tests.support.media import synthesize

ROOT = Path(__file__).parents[3]


@dataclass
class Kubelet:
    """Runs a pod's container as a child, and says what became of it as the cluster would."""

    site: Site
    folder: Path
    url: str
    process: asyncio.subprocess.Process | None = None

    async def run(self, made: dict[str, Any], token: str) -> None:
        """Until its end is told."""
        scratch, proof = self.folder / "scratch", self.folder / "token"
        scratch.mkdir()
        proof.write_text(token)
        env = made["spec"]["template"]["spec"]["containers"][0]["env"]
        given = {one["name"]: one["value"] for one in env}
        given |= {
            "REELMILL_API_URL": self.url,
            "REELMILL_PROOF_FILE": str(proof),
            "REELMILL_SCRATCH": str(scratch),
            "HOME": str(scratch),
            "TMPDIR": str(scratch),
            "PATH": os.environ["PATH"],
        }
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "runner"),
            env=given,
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        code = await self.process.wait()
        assert list(scratch.iterdir()) == []
        state = {"terminated": {"exitCode": code, "reason": "Error" if code else "Completed"}}
        phase = "Failed" if code else "Succeeded"
        await self.site.double.pod(made, phase=phase, containerStatuses=[{"state": state}])
        await self.site.double.end(made, "Failed" if code else "Complete")


@pytest.fixture
async def kubelet(
    runs_bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Kubelet]:
    """A cluster of one pod, and the runner protocol on a loopback port."""
    monkeypatch.setattr(launch, "_TICK_SECONDS", 0.05)
    monkeypatch.setattr(executors, "_TEND_SECONDS", 0.05)
    double = Double()
    async with serve(double) as cluster:
        site = await open_site(runs_bench, double, cluster)
        probes = Probes(runs_bench.database, runs_bench.storage, site.settings)
        app = Starlette(
            routes=runner.routes(runs=site.runs, probes=probes),
            middleware=front.middleware(origins=Origins("http://localhost", ()), store_origins=()),
            exception_handlers=front.EXCEPTION_HANDLERS,
        )
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve())
        while not server.started:
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Kubelet(site, tmp_path, f"http://127.0.0.1:{port}")
        server.should_exit = True
        await serving
        await close(site)


async def test_a_pod_transcodes_with_nothing_but_its_environment_and_its_token(
    kubelet: Kubelet,
) -> None:
    site = kubelet.site
    source = synthesize(kubelet.folder / "a.mp4", seconds=1)
    await asyncio.to_thread(
        site.bench.bucket.upload_file, str(source), site.settings.bucket_in, "a.mp4"
    )
    job = await site.bench.queued()
    async with site.bench.database.system() as c:
        await c.execute(
            "update asset set etag = null, size = $2 where id = $1",
            job.asset_id,
            source.stat().st_size,
        )
    site.launcher.wake()
    made, _, token = await site.start(job)
    await asyncio.wait_for(kubelet.run(made, token), 60)
    ended = await site.bench.job(job)
    assert (ended.status, ended.error) == (JobStatus.SUCCEEDED, None)
    async with site.bench.database.system() as c:
        (poster,) = await outputs.of_jobs(c, [job.id])
    assert poster.kind == "POSTER"

    async def deleted() -> bool:
        return not site.double.jobs

    await site.until(deleted)


async def test_a_pod_that_is_told_to_stop_says_so_and_the_job_is_tried_again(
    kubelet: Kubelet,
) -> None:
    site = kubelet.site
    source = synthesize(kubelet.folder / "long.mp4", seconds=30, size="1280x720")
    await asyncio.to_thread(
        site.bench.bucket.upload_file, str(source), site.settings.bucket_in, "a.mp4"
    )
    job = await site.bench.queued()
    async with site.bench.database.system() as c:
        await c.execute(
            "update asset set etag = null, size = $2 where id = $1",
            job.asset_id,
            source.stat().st_size,
        )
        await c.execute(
            "update job set recipe = $2 where id = $1",
            job.id,
            {"mp4": {"max_height": 720, "crf": 18}},
        )
    site.launcher.wake()
    made, _, token = await site.start(job)
    running = asyncio.create_task(kubelet.run(made, token))

    async def encoding() -> bool:
        return (await site.bench.job(job)).phase == "ENCODING"

    await site.until(encoding, 40)
    assert kubelet.process is not None
    kubelet.process.terminate()
    await asyncio.wait_for(running, 20)
    assert kubelet.process.returncode == 143

    async def reason() -> str | None:
        return (await site.attempts(job))[0].reason

    await site.until(reason)
    assert await reason() == "DISRUPTED"
