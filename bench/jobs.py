"""One job: the platform against FFmpeg with the same argv and the same verifying decode.

Ours is a whole job through the live API of a warm stack, from startTranscode until the client hears
SUCCEEDED: launch, fetch from S3, probe, encode, package, verify, upload, publish. The peer runs,
one after the other and in the same jail, exactly the commands that the runner plans for this source
and the preset `web`: FFmpeg, Shaka Packager (which makes what is then decoded, so it counts on both
sides), and the decode of every track and of the poster.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import client
from bench.place import folder, whole_stack
from bench.rounds import interleave
from bench.rows import Row, at_most
from bench.sizes import Sizes
from local import buckets
from local.stack import Stack
from runner import command, ffmpeg, package
from runner.deadline import Deadline
from runner.encode import Encoded
from runner.ffmpeg import Watch
from runner.plan import make_plan
from runner.probe import examine
from runner.settings import Settings, usable_threads
from runner.tools import Tools, find_tools
from runner.verify import Checker
from schema.job import Limits, TaskKind
from schema.presets import builtin

WANTED = 1.05
PRESET = "web"
KEY = "bench/source.mp4"
_START = """mutation($key: String!) {
  startTranscode(input: {sourceKey: $key, preset: "web", force: true}) {
  job { id } userErrors { code message } } }"""
_WATCH = """subscription($id: ID!) { jobUpdated(id: $id) { status phase
  error { code message } } }"""


def run(sizes: Sizes) -> list[Row]:
    """Both arms in turns, over one source."""
    with whole_stack() as stack, folder("jobs") as place:
        tools = find_tools(_settings(place))
        source = place / "source.mp4"
        synthesise(tools, source, sizes.job_seconds, sizes.job_height)
        asyncio.run(_put(stack, source.read_bytes()))
        peer = _planned(tools, source, place / "planned")
        api, key = stack.api.url, stack.credentials.api_key
        arms = {
            "reelmill": lambda: asyncio.run(_job(api, key)),
            "ffmpeg": lambda: peer.measure(source, place / "peer"),
        }
        arms["reelmill"]()  # a warm stack
        measured = interleave(arms, rounds=sizes.job_rounds, unit="s")
    print(f"  ratio {measured.spread('reelmill', 'ffmpeg')}")
    ours, theirs = measured.middle("reelmill"), measured.middle("ffmpeg")
    name = f"job of {sizes.job_seconds} s, {sizes.job_height}p, preset {PRESET}"
    ratio = measured.ratio("reelmill", "ffmpeg")
    return [at_most(name, f"{ours:.2f} s", f"FFmpeg and check {theirs:.2f} s", ratio, WANTED)]


def _settings(place: Path) -> Settings:
    return Settings(
        api_url="http://127.0.0.1:1",
        attempt_id="bench",
        task=TaskKind.ENCODE,
        index=0,
        scratch=place,
        log_level="WARNING",
        proof="none",
    )


def synthesise(tools: Tools, path: Path, seconds: int, height: int) -> None:
    """Moving picture with noise, and sound: nothing that an encoder could skip over."""
    width = height * 16 // 9 // 2 * 2
    picture = f"testsrc2=size={width}x{height}:rate=25,noise=alls=12:allf=t"
    length = str(seconds)
    words = [
        *(tools.ffmpeg, "-nostdin", "-v", "error", "-y"),
        *("-f", "lavfi", "-t", length, "-i", picture),
        *(
            "-f",
            "lavfi",
            "-t",
            length,
            "-i",
            "anoisesrc=color=pink:amplitude=0.2:sample_rate=48000",
        ),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "26", "-pix_fmt", "yuv420p"),
        *("-g", "50"),  # two seconds, as phones and editors make them
        *("-c:a", "aac", "-b:a", "160k", "-shortest", "-movflags", "+faststart", str(path)),
    ]
    subprocess.run(words, check=True)


async def _put(stack: Stack, body: bytes) -> None:
    async with buckets.s3_client(stack.s3.endpoint, stack.credentials) as s3:
        await s3.put_object(Bucket=buckets.BUCKET_IN, Key=KEY, Body=body)


async def _job(url: str, key: str) -> float:
    """Seconds from the request until the client hears of the end."""
    phases: dict[str, float] = {}
    async with client.http(url, key) as http:
        began = time.perf_counter()
        answer = (await client.ask(http, _START, key=KEY))["startTranscode"]
        if answer["userErrors"]:
            raise RuntimeError(f"refused: {answer}")
        last: dict[str, Any] = {}
        async for news in client.subscribe(url, key, _WATCH, id=answer["job"]["id"]):
            last = news["jobUpdated"]
            phases.setdefault(last["phase"] or last["status"], time.perf_counter() - began)
        seconds = time.perf_counter() - began
    if last.get("status") != "SUCCEEDED":
        raise RuntimeError(f"the job has ended with {last}")
    print("  first heard of: " + ", ".join(f"{n} {s:.2f} s" for n, s in phases.items()), flush=True)
    return seconds


@dataclass(frozen=True, slots=True)
class _Peer:
    """The commands that the runner would run for the source."""

    tools: Tools
    encoded: Encoded
    main: command.Command
    threads: int

    def measure(self, source: Path, place: Path) -> float:
        """Seconds of all commands; the source lies there already."""
        place.mkdir()
        try:
            shutil.copyfile(source, place / command.SOURCE)
            return asyncio.run(self._run(place))
        finally:
            shutil.rmtree(place)

    async def _run(self, place: Path) -> float:
        ladder = self.encoded.plan.ladder
        if ladder is None:
            raise RuntimeError("the preset makes no ladder")
        watch = Watch(Deadline.after(3600))
        began = time.perf_counter()
        words = [self.tools.ffmpeg, *self.main.arguments]
        await ffmpeg.run(words, cwd=place, watch=watch, on_progress=lambda _: None)
        encoded = time.perf_counter()
        await package.package(self.tools, place, ladder, watch)
        packaged = time.perf_counter()
        check = Checker(self.tools, place, self.threads, watch, self.encoded, lambda _: None)
        for track in package.tracks(ladder):
            playlist = f"{package.FOLDER}/{track}/{package.MEDIA_PLAYLIST}"
            await check.decode(playlist, "hls")
        await check.decode(command.POSTER, "image2")
        ended = time.perf_counter()
        print(
            f"  FFmpeg {encoded - began:.2f} s, packager {packaged - encoded:.2f} s,"
            f" decode {ended - packaged:.2f} s",
            flush=True,
        )
        return ended - began


def _planned(tools: Tools, source: Path, place: Path) -> _Peer:
    limits = Limits()
    place.mkdir()
    shutil.copyfile(source, place / command.SOURCE)
    watch = Watch(Deadline.after(600))
    examined = asyncio.run(examine(tools, place, command.SOURCE, limits.max_pixels, watch))
    plan = make_plan(builtin()[PRESET].recipe, examined.probe, limits)
    threads = limits.threads or usable_threads()
    writer = command.Writer(plan, examined.container, threads, limits.max_pixels)
    main = writer.main()
    if main is None:
        raise RuntimeError("the preset makes no ladder")
    return _Peer(tools, Encoded(plan, {}, ()), main, threads)
