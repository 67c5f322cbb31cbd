"""Hostile and damaged files: a stable code within limits, nothing foreign read, nothing left."""

from __future__ import annotations

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runner.errors import Code, RunnerError
from schema.job import FailureClass, Limits
from tests.runner import hostile, media, processes
from tests.runner.bench import transcode
from tests.runner.live import Starter
from tests.runner.mutations import mutate

pytestmark = pytest.mark.media

SAMPLES = (
    *("demo.mp4", "demo.mov", "demo.mkv", "demo.webm", "demo.avi", "demo.wmv", "demo.flv"),
    *("demo.3gp", "demo.ogv", "demo.mpg", "demo.mp3", "demo.wav", "demo.aac", "demo.aif"),
)
KEPT = ("-map", "0:v?", "-map", "0:a?", "-c", "copy")
WALL = 60.0
# What FFmpeg made of a damaged film may be no good; that is found, and it ends there.
ALLOWED = {
    *("OK", "VERIFY_FAILED", "TIME_LIMIT", "ENCODE_STALLED"),
    *(code.name for code in Code if code.failure is FailureClass.INPUT),
}
RECIPE = {"mp4": {"max_height": 144}, "poster": {}}


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who would notice a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


async def _end(source: Path, folder: Path) -> str:
    """How a film ends: OK, or the code of its refusal."""
    limits = Limits(wall_seconds=WALL, stall_seconds=20, threads=1)
    began = time.monotonic()
    try:
        await transcode(source, folder, tier="DRAFT", limits=limits, **RECIPE)
    except RunnerError as error:
        return error.code.name
    finally:
        assert time.monotonic() - began < WALL + 10, source.name
        assert not processes.working_in(folder), f"{source.name}: children live on"
    return "OK"


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("seeds", [range(2), pytest.param(range(2, 152), marks=pytest.mark.slow)])
async def test_damaged_files_end_in_a_code(name: str, seeds: range, tmp_path: Path) -> None:
    """Of each of these real films its beginning, with seeded damage."""
    whole = tmp_path / name
    media.ffmpeg("-i", str(media.sample(name)), "-t", "1.5", *KEPT, str(whole))
    data = whole.read_bytes()
    gate = asyncio.Semaphore(2)

    async def one(seed: int) -> str:
        folder = tmp_path / str(seed)
        folder.mkdir()
        # The seed in the name, so that a failure says which it was.
        source = folder / f"{seed}-{name}"
        source.write_bytes(mutate(data, seed))
        async with gate:
            return await _end(source, folder)

    # Each to its end: what still runs when a test fails would run into the next one.
    ended = await asyncio.gather(*[one(seed) for seed in seeds], return_exceptions=True)
    bad = {seed: end for seed, end in zip(seeds, ended, strict=True) if end not in ALLOWED}
    assert not bad
    ends = Counter(ended)
    # Damage that nobody notices would prove nothing.
    assert len(seeds) < 100 or len(ends) > 1, ends


def _magicyuv(path: Path) -> Path:
    return media.make(path.with_suffix(".mkv"), "-c:v", "magicyuv", seconds=0.2, audio=None)


def _playlist(path: Path) -> Path:
    path.write_bytes(hostile.texts("http://127.0.0.1:9", path)["playlist by concat"])
    return path


def _nested(path: Path) -> Path:
    path.write_bytes(hostile.nested(100_000))
    return path


MADE: dict[str, tuple[Callable[[Path], Path], str]] = {
    "magicyuv": (_magicyuv, "SOURCE_CODEC_UNSUPPORTED"),
    "a cover that is a bomb": (lambda path: hostile.covered(path.with_suffix(".mp3")),
                               "SOURCE_TOO_LARGE"),
    "a playlist": (_playlist, "SOURCE_NOT_MEDIA"),
    "boxes in boxes": (_nested, "SOURCE_UNREADABLE"),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_a_whole_runner_refuses_what_is_built_to_harm(
    name: str, start: Starter, tmp_path: Path
) -> None:
    make, code = MADE[name]
    run = start(make(tmp_path / "x.mp4"), RECIPE)
    run.finish()
    (report,) = run.api.said("fail")
    assert (report["code"], report["failure"]) == (code, "INPUT"), report
    assert report["hint"]
    assert run.stored() == []
    assert list(run.scratch.iterdir()) == []


async def test_names_of_other_files_and_addresses_are_not_followed(
    listener: socket.socket, tmp_path: Path
) -> None:
    secret = media.make(tmp_path / "secret.mp4", seconds=0.2)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    for number, (name, text) in enumerate(hostile.texts(address, secret).items()):
        source = tmp_path / f"{name}.mp4"
        source.write_bytes(text)
        assert await _end(source, tmp_path / str(number)) == "SOURCE_NOT_MEDIA", name
    with pytest.raises(BlockingIOError):
        listener.accept()


async def test_samples_in_another_file_are_not_read(tmp_path: Path) -> None:
    """QuickTime may say that the samples of a track lie elsewhere; here they are all red there."""
    secret = tmp_path / "secret.mp4"
    red = ("-f", "lavfi", "-i", "color=red:size=320x180:rate=25:duration=1")
    media.ffmpeg(
        *red, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(secret)
    )
    source = hostile.borrowing(tmp_path / "x.mov", secret)
    assert b"file:///" in source.read_bytes()
    bench = await transcode(source, tmp_path / "run", mp4={})
    seen = media.pixels(bench.path("MP4"), size="1x1")
    assert len(seen) == 25
    assert all(max(pixel) - min(pixel) < 100 for pixel in seen), seen[0]


def test_what_has_no_end_is_ended(start: Starter, tmp_path: Path) -> None:
    """A few kilobytes that say they last a day: ten thousand sheets of sprites."""
    source = hostile.endless(tmp_path / "x.mp4", 1e5)
    assert source.stat().st_size < 100_000
    began = time.monotonic()
    run = start(source, {"sprite": {"interval": 0.1}}, limits={"wall_seconds": 4})
    run.finish()
    assert time.monotonic() - began < 20
    (report,) = run.api.said("fail")
    assert (report["code"], report["failure"]) == ("TIME_LIMIT", "TIMEOUT"), report
    assert run.stored() == []
    assert list(run.scratch.iterdir()) == []
    assert run.children == []
