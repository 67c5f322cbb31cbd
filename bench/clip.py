"""A clip of ten seconds, copied out of a big film: what is read, and how long it takes.

The plain way is to download the film and to cut it with FFmpeg. Ours is the task of a runner, from
the start of its process until the clip is checked, stored and could be reported. Both read from the
same store, over the loopback and through links that are as slow as a network and count what comes
over them. Each starts cold: nothing of the film is on its disk.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from bench import runs
from bench.link import Link, linked
from bench.place import folder, store_only
from bench.rounds import Measured, interleave
from bench.rows import Row, at_least, at_most
from bench.sizes import Sizes
from bench.story import settings
from local import buckets
from local.stack import Stack
from runner.tools import Tools, find_tools
from schema.job import StorageAccess, TaskKind, TaskSpec

MOST_READ = 0.02
FASTER = 20.0
# Bits a second, and how much faster we must be. The faster the link, the more weigh the start of a
# process and the check of the clip, neither of which the plain way has.
LINKS = ((1e9, 1.0), (100e6, FASTER))
SECONDS = 10.0
OURS, PLAIN = "runner", "download and cut"
_DOWNLOAD = """
import shutil, sys, urllib.request
with urllib.request.urlopen(sys.argv[1]) as answer, open(sys.argv[2], "wb") as file:
    shutil.copyfileobj(answer, file, 1 << 20)
"""


def run(sizes: Sizes) -> list[Row]:
    """Both ways in turns, over one object."""
    with store_only() as stack, folder("clip") as place:
        film = _film(find_tools(settings(place)), place, sizes.clip_bytes)
        size, client = film.stat().st_size, _client(stack, stack.s3.endpoint)
        wanted = _wanted(film)
        client.upload_file(str(film), buckets.BUCKET_IN, film.name)
        film.unlink()
        near = _measured(sizes, _arms(stack, place, wanted, stack.s3.endpoint))
        rows = [_shown(near, "the loopback", 1.0)]
        read: list[int] = []
        for rate, faster in LINKS:
            with linked(stack.s3.endpoint, rate / 8) as link:
                arms = _arms(stack, place, wanted, link.endpoint)
                arms[OURS] = partial(_counted, link, read, arms[OURS])
                rows.append(_shown(_measured(sizes, arms), f"{rate / 1e6:,.0f} Mbit/s", faster))
    what = f"clip, {SECONDS:.0f} s of {size / 2**20:,.0f} MiB"
    part = at_most(
        "part that is read", f"{max(read) / 2**20:.1f} MiB", "all", max(read) / size, MOST_READ
    )
    return [replace(row, name=f"{what}: {row.name}") for row in (part, *rows)]


def _measured(sizes: Sizes, arms: Mapping[str, Callable[[], float]]) -> Measured:
    return interleave(arms, rounds=sizes.clip_rounds, unit="s")


def _shown(found: Measured, name: str, wanted: float) -> Row:
    ours, plain = (f"{found.middle(arm):.2f} s" for arm in (OURS, PLAIN))
    return at_least(name, ours, plain, found.ratio(PLAIN, OURS), wanted)


def _film(tools: Tools, place: Path, size: int) -> Path:
    """A short one again and again, 720p of 6 Mbit/s: what is seen costs nothing here."""
    short, film = place / "short.mp4", place / "film.mp4"
    words = [tools.ffmpeg, "-nostdin", "-v", "error"]
    seen = ["-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25:duration=20"]
    heard = ["-f", "lavfi", "-i", "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000"]
    options = ["-vf", "noise=alls=20:allf=t", "-pix_fmt", "yuv420p", "-c:v", "libx264"]
    options += ["-preset", "ultrafast", "-g", "50", "-b:v", "6M", "-maxrate", "6M"]
    options += ["-bufsize", "6M", "-c:a", "aac", "-b:a", "128k", "-shortest"]
    subprocess.run([*words, *seen, *heard, *options, str(short)], check=True)
    again = str(size // short.stat().st_size)
    loop = ["-stream_loop", again, "-i", str(short), "-c", "copy", str(film)]
    subprocess.run([*words, *loop], check=True)
    return film


def _wanted(film: Path) -> TaskSpec:
    start = film.stat().st_size / 2 * 8 / 6.3e6 + 0.7  # somewhere in the middle
    clip = {"start": start, "end": start + SECONDS, "mode": "COPY"}
    more: dict[str, Any] = {"task": TaskKind.ENCODE, "index": 0}
    wanted = runs.spec(film, {"clips": [clip]}, "out/", **more)
    source = wanted.source.model_copy(update={"bucket": buckets.BUCKET_IN})
    target = wanted.target.model_copy(update={"bucket": buckets.BUCKET_OUT})
    return wanted.model_copy(update={"source": source, "target": target})


def _arms(
    stack: Stack, place: Path, wanted: TaskSpec, endpoint: str
) -> dict[str, Callable[[], float]]:
    access = place / "access.json"
    given = StorageAccess(
        endpoint=endpoint,
        region=buckets.REGION,
        access_key_id=stack.credentials.s3_access_key,
        secret_access_key=stack.credentials.s3_secret_key,
    )
    where = {"Bucket": buckets.BUCKET_IN, "Key": wanted.source.key}
    link = _client(stack, endpoint).generate_presigned_url("get_object", Params=where)

    def ours() -> float:
        access.write_text(given.model_dump_json())
        began = time.time()
        _, made = runs.task(place, "clip", wanted, "bench.story", access)
        if made["source"]["sha256"] is not None:
            raise RuntimeError(f"the whole was fetched: {made['log']}")
        return float(made["ended"]) - began

    return {OURS: ours, PLAIN: partial(_plain, place, wanted, link)}


def _plain(place: Path, wanted: TaskSpec, link: str) -> float:
    film, clip = place / "downloaded.mp4", place / "clip.mp4"
    download = [sys.executable, "-c", _DOWNLOAD, link, str(film)]
    span = ["-ss", str(wanted.recipe.clips[0].start), "-i", str(film), "-t", str(SECONDS)]
    cut = [find_tools(settings(place)).ffmpeg, "-nostdin", "-v", "error", "-y", *span]
    output = place / "plain.txt"
    took = runs.program(download, output).wall
    took += runs.program([*cut, "-c", "copy", str(clip)], output).wall
    film.unlink()
    return took


def _counted(link: Link, read: list[int], arm: Callable[[], float]) -> float:
    before = link.received
    took = arm()
    read.append(link.received - before)
    return took


def _client(stack: Stack, endpoint: str) -> Any:
    import boto3  # noqa: PLC0415 - of this bench alone
    from botocore.config import Config  # noqa: PLC0415

    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=buckets.REGION,
        aws_access_key_id=stack.credentials.s3_access_key,
        aws_secret_access_key=stack.credentials.s3_secret_key,
        config=Config(
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            proxies={},
        ),
    )
