"""One film over several pods: the result plays whole, and a pod that is lost costs one piece."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.cluster import changes
from tests.cluster.release import Release
from tests.support.media import ffmpeg, synthesize

pytestmark = pytest.mark.cluster

_SECONDS, _RATE = 48, 25
_NAME = re.compile(r"-(plan|chunk-(\d+)|assemble)-r(\d+)$")


@pytest.fixture(scope="module")
def splitting(release: Release) -> Iterator[Release]:
    changed = {"REELMILL_SPLIT_SECONDS": "20", "REELMILL_SPLIT_CHUNK_SECONDS": "12"}
    with changes.setting(release, **changed):
        yield release


class Seen:
    """Every Job of a film, as they come and go; the first chunk's pod that works is killed."""

    def __init__(self, release: Release, job_id: str) -> None:
        self._release, self._job_id = release, job_id
        self.runs: set[tuple[str, int]] = set()
        self.killed: str | None = None
        self.together = 0

    async def watch(self) -> None:
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(0.3)

    def look(self) -> None:
        for job in self._release.jobs(self._job_id):
            found = _NAME.search(job.metadata.name)
            assert found, job.metadata.name
            self.runs.add((found[1], int(found[3])))
        pods = [
            pod
            for pod in self._release.pods(self._job_id)
            if "-chunk-" in pod.metadata.name and pod.status.phase == "Running"
        ]
        self.together = max(self.together, len(pods))
        if self.killed is None and pods:
            name = pods[0].metadata.name
            self._release.cluster.core.delete_namespaced_pod(
                name, self._release.namespace, grace_period_seconds=0
            )
            (self.killed,) = re.findall(r"-(chunk-\d+)-r1-", name)


async def test_a_film_is_split_over_pods_and_a_lost_pod_costs_one_piece(
    splitting: Release, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    film = synthesize(path, seconds=_SECONDS, size="640x360", rate=_RATE, gop=_RATE)
    recipe = {"ladder": {"rungs": [{"height": 360}], "dash": False}}
    async with splitting.client() as client, asyncio.timeout(500):
        upload = await client.upload(film)
        assert upload.asset is not None
        job = await client.start_transcode(asset_id=upload.asset.id, recipe=recipe)
        seen = Seen(splitting, job.id)
        watching = asyncio.create_task(seen.watch())
        async for _ in client.watch_job(job.id):
            pass
        watching.cancel()
        job = await client.job(job.id)
    assert job.succeeded, job
    assert len(job.attempts) == 1, "a piece is tried again within its attempt"
    chunks = {name for name, _ in seen.runs if name.startswith("chunk")}
    assert len(chunks) >= 3, seen.runs
    assert ("plan", 1) in seen.runs
    assert ("assemble", 1) in seen.runs
    assert seen.killed in chunks
    assert {run for run in seen.runs if run[1] > 1} == {(seen.killed, 2)}
    (playlist,) = [output for output in job.outputs if output.kind == "HLS"]
    await _plays_whole(str(playlist.playback_url), tmp_path)
    splitting.cluster.until(lambda: not splitting.jobs(), "no Job is left")


async def _plays_whole(master: str, folder: Path) -> None:
    """Every segment comes, they add up to the film's length, and every frame of it decodes."""
    async with httpx.AsyncClient(follow_redirects=True, timeout=60) as player:
        rung = await _lines(player, master)
        media = urljoin(master, rung[0])
        text = (await player.get(media)).raise_for_status().text
        length = sum(float(found) for found in re.findall(r"#EXTINF:([0-9.]+)", text))
        assert abs(length - _SECONDS) < 0.1, text
        (initial,) = re.findall(r'#EXT-X-MAP:URI="([^"]+)"', text)
        parts = [initial, *await _lines(player, media)]
        whole = folder / "whole.mp4"
        with whole.open("wb") as file:
            for part in parts:
                file.write((await player.get(urljoin(media, part))).raise_for_status().content)
    command = [ffmpeg(), "-nostdin", "-v", "error", "-i", str(whole), "-map", "0:v",
               "-progress", "-", "-f", "null", "-"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    assert done.stderr == "", "it decodes without a complaint"
    assert int(re.findall(r"frame=(\d+)", done.stdout)[-1]) == _SECONDS * _RATE


async def _lines(player: httpx.AsyncClient, playlist: str) -> list[str]:
    text = (await player.get(playlist)).raise_for_status().text
    return [line for line in text.splitlines() if line[:1] not in {"#", ""}]
