"""2 GB by the command line, killed ten times, over a store that restarts twice and a link that
expires: the whole file arrives, and nothing is sent again that was there."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local.buckets import REGION, prepare
from local.deadline import Deadline
from local.ports import any_free
from local.seaweedfs_config import ROLE_ARN
from local.stack import Stack
from tests.support.counting_proxy import CountingProxy
from tests.support.live import ROOT, LiveApi, bucket_client
from tests.support.stack_fixtures import S3Settings

pytestmark = pytest.mark.e2e

GB = 1000**3
MIB = 1024**2
SIZE = 2 * GB + 12_345
RATE = 120e6  # bytes a second: slow enough for ten kills, quick enough for a test
KILLS, RESTARTS = 10, 2
# What holds 16 MiB parts in flight whole would need far more.
CLI_MEMORY, API_MEMORY = 120 * MIB, 200 * MIB


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Stack]:
    """A store of this test's own, that may be restarted."""
    stack = Stack(tmp_path / "store", ports=any_free(), durable=False)
    stack.prepare()
    stack.s3.start()
    stack.s3.wait(Deadline(90))
    yield stack
    stack.stop()


@dataclass
class Events:
    """Calls back when so many bytes have passed the proxy."""

    at: list[int]
    reached: asyncio.Queue[int] = field(default_factory=asyncio.Queue)

    def on_bytes(self, total: int) -> None:
        while self.at and total >= self.at[0]:
            self.reached.put_nowait(self.at.pop(0))


def write_random(path: Path, size: int) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for offset in range(0, size, 8 * MIB):
            block = os.urandom(min(8 * MIB, size - offset))
            file.write(block)
            digest.update(block)
    return digest.hexdigest()


def peak(pid: int) -> int:
    """The most memory that a process has held at once, in bytes; 0 once it has gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0].split()[1]) * 1024 if found else 0


async def command(live: LiveApi, film: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "reelmill", "upload", str(film), "--json"),
        cwd=ROOT,
        env=live.environment
        | {
            "REELMILL_API_URL": live.url,
            "REELMILL_API_KEY": live.key,
            "XDG_STATE_HOME": str(film.parent / "state"),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def restart(stack: Stack) -> None:
    stack.s3.stop()
    stack.s3.start()
    stack.s3.wait(Deadline(90))


async def to_the_end(
    live: LiveApi, film: Path, *, stack: Stack, events: Events, kinds: list[str]
) -> tuple[dict[str, object], int, int]:
    """Run the command again and again until it ends by itself: its answer, kills, peak memory."""
    kills, most = 0, 0
    process = await command(live, film)
    ended = asyncio.create_task(process.communicate())
    while True:
        next_one = asyncio.create_task(events.reached.get())
        await asyncio.wait({ended, next_one}, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            next_one.cancel()
            out, err = ended.result()
            assert process.returncode == 0, err.decode()
            return json.loads(out), kills, most
        await next_one
        most = max(most, peak(process.pid))
        if kinds.pop(0) == "restart":
            await asyncio.to_thread(restart, stack)
            continue
        process.kill()
        await ended
        assert process.returncode == -9
        kills += 1
        process = await command(live, film)
        ended = asyncio.create_task(process.communicate())


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_two_gigabytes_arrive_whatever_happens(
    store: Stack, new_database: Callable[[], str], tmp_path: Path
) -> None:
    seed = int(os.environ.get("SEED", random.randrange(10**6)))
    chance = random.Random(seed)
    film = tmp_path / "big.mp4"
    digest = await asyncio.to_thread(write_random, film, SIZE)
    buckets = ("media-in", "media-out")
    await prepare(store.s3.endpoint, store.credentials, buckets, Deadline(60))
    moments = sorted(chance.randrange(SIZE // 50, SIZE * 9 // 10) for _ in range(KILLS + RESTARTS))
    kinds = ["kill"] * KILLS + ["restart"] * RESTARTS
    chance.shuffle(kinds)
    events = Events(moments)
    proxy = CountingProxy(store.ports.s3, RATE, on_bytes=events.on_bytes)
    proxy.expired.add(chance.randrange(2, 100))
    await proxy.start()
    keys = (store.credentials.s3_access_key, store.credentials.s3_secret_key)
    s3 = S3Settings(store.s3.endpoint, *keys, REGION, ROLE_ARN, *buckets)
    (tmp_path / "api").mkdir()
    extra = {"REELMILL_S3_PUBLIC_ENDPOINT": proxy.url}
    live = LiveApi(new_database(), s3, tmp_path / "api", extra).migrate()
    await asyncio.to_thread(live.start)
    try:
        answer, kills, most = await to_the_end(live, film, stack=store, events=events, kinds=kinds)
        api = peak(live.process.pid) if live.process else 0
    finally:
        await proxy.stop()
        await asyncio.to_thread(live.stop)
    (one,) = answer["uploads"]  # type: ignore[misc]
    stored = await asyncio.to_thread(digest_of, s3, one["upload"]["key"])
    begun = {number: count for number, count in proxy.begun.items() if number}
    print(
        f"\nseed {seed}: {SIZE:,} bytes, {len(begun)} parts; {kills} kills, {RESTARTS} restarts of "
        f"the store, {len(proxy.refused)} link expired\n"
        f"through the proxy: {proxy.bytes:,} bytes ({proxy.bytes / SIZE:.3f} of the file); "
        f"parts sent whole twice: {sum(n > 1 for n in proxy.passed.values())}, "
        f"begun at most {max(begun.values())} times\n"
        f"peak memory: API {api / MIB:.0f} MiB, command {most / MIB:.0f} MiB"
    )
    assert stored == digest
    assert (kills, len(proxy.refused)) == (KILLS, 1)
    assert not kinds
    assert proxy.passed.keys() >= set(range(1, len(begun) + 1))
    assert max(proxy.passed.values()) <= 2
    # What a kill can cost: four parts that were on their way.
    assert proxy.bytes <= SIZE + (KILLS + RESTARTS + 1) * 4 * one["upload"]["partSize"]
    assert 0 < api < API_MEMORY
    assert 0 < most < CLI_MEMORY


def digest_of(s3: S3Settings, key: str) -> str:
    body = bucket_client(s3).get_object(Bucket=s3.bucket_in, Key=key)["Body"]
    digest = hashlib.sha256()
    for chunk in body.iter_chunks(MIB):
        digest.update(chunk)
    return digest.hexdigest()
