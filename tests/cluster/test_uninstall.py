"""helm knows nothing of the Jobs of transcodes; the cluster collects them when their owner goes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.cluster.release import NodePorts, installed
from tests.cluster.subject import Cluster
from tests.support.media import synthesize

pytestmark = pytest.mark.cluster


async def test_an_uninstall_takes_transcodes_along_that_run(
    own_cluster: Cluster, tmp_path: Path
) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=90, size="1280x720")
    with installed(own_cluster, "owned", NodePorts(api=30842, s3=30835)) as release:
        async with release.client() as client, asyncio.timeout(300):
            upload = await client.upload(film, preset="web")
            assert upload.job is not None
            async for job in client.watch_job(upload.job.id):
                if job.status == "RUNNING" and job.progress > 0:
                    break
        (job,) = release.jobs()
        (owner,) = job.metadata.owner_references
        assert (owner.kind, owner.name) == ("ServiceAccount", "owned-runner")
        assert release.pods(), "it runs"
        release.helm("uninstall", release.name, "--wait")
        # The namespace is still there: nothing but the owner's end can end them.
        own_cluster.until(lambda: not release.jobs() and not release.pods(), "nothing runs", 90)
