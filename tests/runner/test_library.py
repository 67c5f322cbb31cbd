"""A little of a file says the same as all of it; what is no media is refused as ever."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from runner import library, remote
from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.ffmpeg import Watch
from runner.headers import Budget
from runner.library import Reader
from runner.probe import examine
from schema.probe import Probe
from schema.probing import ProbeItem, ProbeLimits, ProbeOutcome, ProbeResult
from tests.runner import media

SMALL = (Budget(64 * 1024, 32 * 1024), Budget(1024 * 1024, 512 * 1024))
# What tells files apart in the library. Estimates and counts of frames are left out.
FACTS = {"index", "kind", "codec", "width", "height", "rotation", "sample_rate", "channels"}


class Files(httpx.AsyncBaseTransport):
    """A store of one file. `broken` answers in its place while it returns something."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ranges: list[tuple[int, int]] = []
        self.broken: Callable[[httpx.Request], httpx.Response | None] = lambda _: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if (answer := self.broken(request)) is not None:
            return answer
        first, last = map(int, request.headers["range"].removeprefix("bytes=").split("-"))
        self.ranges.append((first, last + 1))
        with self.path.open("rb") as file:
            file.seek(first)
            return httpx.Response(206, stream=httpx.ByteStream(file.read(last + 1 - first)))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The samples are small, so the budgets are, too."""
    monkeypatch.setattr(library, "BUDGETS", SMALL)
    monkeypatch.setattr(remote, "PAUSES", (0.0, 0.0))


async def frugal(store: Files, folder: Path, **limits: Any) -> ProbeResult:
    (folder / "frugal").mkdir(exist_ok=True)
    item = ProbeItem(
        asset_id="a", url="http://store/x?signed", etag="e", size=store.path.stat().st_size
    )
    async with httpx.AsyncClient(transport=store) as client:
        reader = Reader(client, media.tools(), folder / "frugal", ProbeLimits(**limits))
        try:
            return await reader.read(item)
        finally:
            assert list((folder / "frugal").iterdir()) == []


async def thorough(path: Path, folder: Path) -> Probe:
    (folder / "copy").write_bytes(path.read_bytes())
    watch = Watch(Deadline.after(60))
    return (await examine(media.tools(), folder, "copy", 10**9, watch)).probe


def facts(probe: Probe) -> list[dict[str, Any]]:
    return [stream.model_dump(include=FACTS) for stream in probe.streams]


def sound(path: Path, *options: str) -> Path:
    media.ffmpeg("-f", "lavfi", "-i", "anoisesrc=duration=20", *options, str(path))
    return path


def fragmented(path: Path) -> Path:
    media.ffmpeg(
        "-i", str(media.sample("demo.mp4")), "-c", "copy", "-movflags", "frag_keyframe+empty_moov",
        str(path),
    )  # fmt: skip
    return path


SOURCES: dict[str, Callable[[Path], Path]] = {
    **{
        f"demo.{name}": lambda _, name=name: media.sample(f"demo.{name}")  # type: ignore[misc]
        for name in ("mp4", "mkv", "avi", "mov", "webm", "flv", "wmv", "m4v", "mpg", "3gp")
    },
    **{f"demo.{n}": lambda _, n=n: media.sample(f"demo.{n}") for n in ("mp3", "wav", "aif")},  # type: ignore[misc]
    "demo.ogg": lambda _: media.inside("iscc_samples", "files/audio/demo.ogg"),
    "cover.mp3": lambda _: media.inside("iscc_samples", "files/audio/withcover.mp3"),
    "noise.flac": lambda folder: sound(folder / "x.flac"),
    "noise.m4a": lambda folder: sound(folder / "x.m4a", "-c:a", "alac"),
    "noise.aac": lambda folder: sound(folder / "x.aac", "-b:a", "256k"),
    "fragmented.mp4": lambda folder: fragmented(folder / "x.mp4"),
}


@pytest.mark.parametrize("name", SOURCES)
async def test_a_part_says_what_the_whole_says(name: str, tmp_path: Path) -> None:
    path = SOURCES[name](tmp_path)
    store = Files(path)
    result = await frugal(store, tmp_path)
    assert result.outcome is ProbeOutcome.READ, result
    assert result.probe is not None
    whole = await thorough(path, tmp_path)
    assert facts(result.probe) == facts(whole)
    # An ADTS file says nowhere how long it is: that is an estimate.
    close = 0.1 if name.endswith(".aac") else 0.01
    assert result.probe.duration == pytest.approx(whole.duration, rel=close)
    assert result.probe.size == whole.size
    assert result.bytes_read == sum(end - start for start, end in store.ranges)
    # Fragments have an index each, all over the file.
    most = whole.size if name == "fragmented.mp4" else 200_000
    assert result.bytes_read <= most
    covered = sorted(store.ranges)
    assert all(a[1] <= b[0] for a, b in pairwise(covered)), "read twice"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", Code.SOURCE_EMPTY),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", Code.SOURCE_NOT_MEDIA),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", Code.SOURCE_NOT_MEDIA),
        (b"hello " * 100_000, Code.SOURCE_NOT_MEDIA),
        (b"\x1a\x45\xdf\xa3" + bytes(3_000_000), Code.SOURCE_UNREADABLE),
        (media.sample("demo.mp4").read_bytes()[:1_500_000], Code.SOURCE_TRUNCATED),
    ],
    ids=["empty", "playlist", "concat", "text", "zeros", "cut"],
)
async def test_what_is_no_media(body: bytes, code: Code, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(body)
    result = await frugal(Files(path), tmp_path)
    assert (result.outcome, result.code) == (ProbeOutcome.BROKEN, code.name)
    assert result.hint
    assert result.bytes_read <= 2_000_000


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (403, ProbeOutcome.DENIED),
        (404, ProbeOutcome.MISSING),
        (412, ProbeOutcome.CHANGED),
        (416, ProbeOutcome.CHANGED),
    ],
)
async def test_what_the_store_says(status: int, outcome: ProbeOutcome, tmp_path: Path) -> None:
    store = Files(media.sample("demo.mp4"))
    store.broken = lambda _: httpx.Response(status)
    assert (await frugal(store, tmp_path)).outcome is outcome


async def test_only_the_bytes_of_that_etag_are_asked_for(tmp_path: Path) -> None:
    store = Files(media.sample("demo.mp4"))
    seen = []
    store.broken = lambda request: seen.append(request.headers["if-match"])
    await frugal(store, tmp_path)
    assert set(seen) == {'"e"'}


async def test_a_store_that_is_away_ends_the_batch_and_one_that_stumbles_does_not(
    tmp_path: Path,
) -> None:
    store = Files(media.sample("demo.mp4"))
    answers = [httpx.Response(503), httpx.Response(206, stream=httpx.ByteStream(b"short"))]
    store.broken = lambda _: answers.pop() if answers else None
    assert (await frugal(store, tmp_path)).outcome is ProbeOutcome.READ
    store.broken = lambda _: httpx.Response(503)
    with pytest.raises(RunnerError) as caught:
        await frugal(store, tmp_path)
    assert caught.value.code is Code.STORAGE_UNAVAILABLE
    assert "signed" not in str(caught.value)


async def test_more_is_not_read_than_is_asked_for(tmp_path: Path) -> None:
    """A store may ignore the range and send everything."""
    path = media.sample("demo.mp4")
    store = Files(path)
    store.broken = lambda request: (
        httpx.Response(200, stream=httpx.ByteStream(path.read_bytes()))
        if request.headers["range"].startswith("bytes=0-")
        else None
    )
    assert (await frugal(store, tmp_path)).outcome is ProbeOutcome.READ


async def test_headers_without_an_end_are_left_to_a_job(tmp_path: Path) -> None:
    store = Files(media.sample("demo.mp4"))
    result = await frugal(store, tmp_path, asset_bytes=80_000)
    assert (result.outcome, result.code) == (ProbeOutcome.UNREAD, "TIME_LIMIT")
    assert result.bytes_read <= 80_000
    assert result.hint == library.UNREAD_HINT


async def test_a_mistake_of_ours_ends_no_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Reader, "_look", wrong)
    result = await frugal(Files(media.sample("demo.mp4")), tmp_path)
    assert (result.outcome, result.code) == (ProbeOutcome.UNREAD, "INTERNAL_ERROR")
