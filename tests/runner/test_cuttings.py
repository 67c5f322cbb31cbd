"""Copied clips of which only some bytes are fetched are those that the whole file gives."""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from runner import cuttings, frugal, headers
from runner.errors import Code, RunnerError
from runner.sparse import RangelessError
from tests.runner import clip_films, media
from tests.runner.bench import Bench, FolderSparse, transcode
from tests.runner.clip_films import FILMS, OTHERS, SECONDS

pytestmark = pytest.mark.media

CLIPS = [{"start": 8.1, "end": 9.0}]
NEVER = 1 << 60


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films that a test can make would all be fetched whole."""
    monkeypatch.setattr(frugal, "LEAST_SIZE", 0)
    monkeypatch.setattr(frugal, "GAP", 0)
    monkeypatch.setattr(frugal, "MOST_RANGES", 1000)
    monkeypatch.setattr(cuttings, "MOST_PART", 1.0)
    monkeypatch.setattr(headers, "FIRST", 4096)


async def _cut(source: Path, folder: Path, clips: list[dict[str, Any]] = CLIPS) -> Bench:
    return await transcode(source, folder, clips=[clip | {"mode": "COPY"} for clip in clips])


async def _whole(source: Path, folder: Path, clips: list[dict[str, Any]] = CLIPS) -> Bench:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(frugal, "LEAST_SIZE", NEVER)
        return await _cut(source, folder, clips)


async def _outcome(cut: Any, source: Path, folder: Path) -> Any:
    """Every byte that was made, or the code."""
    try:
        return _bytes(await cut(source, folder))
    except RunnerError as error:
        return error.code


def _bytes(bench: Bench) -> dict[str, bytes]:
    return {p.relative_to(bench.out).as_posix(): p.read_bytes() for p in bench.out.rglob("*.*")}


@pytest.mark.parametrize("name", FILMS)
async def test_the_clips_are_those_of_the_whole_file(name: str, tmp_path: Path) -> None:
    source = FILMS[name](tmp_path / "film.mp4")
    some, whole = await _cut(source, tmp_path / "some"), await _whole(source, tmp_path / "whole")
    assert _bytes(some) == _bytes(whole)
    assert some.made.outputs == whole.made.outputs
    (sparse,) = some.storage.sparses
    assert some.storage.fetched == 0
    assert sparse.bytes_read < 0.6 * source.stat().st_size
    # What only the whole would tell is not told.
    told = {"sha256": None, "md5": None, "etag": "pinned"}
    assert some.made.source == whole.made.source.model_copy(update=told)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["index at the end", "long groups", "edit lists"])
@settings(max_examples=5, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
@given(
    starts=st.lists(
        st.tuples(st.floats(0, SECONDS - 3), st.floats(0.05, 6)), min_size=1, max_size=4
    )
)
def test_any_clips_of_a_film(
    name: str, tmp_path_factory: pytest.TempPathFactory, starts: list[tuple[float, float]]
) -> None:
    folder = tmp_path_factory.mktemp("clips")
    source = FILMS[name](folder / "film.mp4")
    clips = [{"start": at, "end": min(at + length, SECONDS - 1.5)} for at, length in starts]

    async def both() -> None:
        some = await _outcome(partial(_cut, clips=clips), source, folder / "some")
        assert some == await _outcome(partial(_whole, clips=clips), source, folder / "whole")

    asyncio.run(both())


@pytest.mark.parametrize("name", OTHERS)
async def test_other_films_are_fetched_whole(name: str, tmp_path: Path) -> None:
    source = OTHERS[name](tmp_path / "film.mp4")
    some, whole = await _cut(source, tmp_path / "some"), await _whole(source, tmp_path / "whole")
    assert _bytes(some) == _bytes(whole)
    assert some.storage.fetched == 1
    assert some.made.source == whole.made.source


async def test_a_clip_that_needs_nearly_everything_takes_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cuttings, "MOST_PART", 0.5)
    source = clip_films.film(tmp_path / "film.mp4")
    bench = await _cut(source, tmp_path / "run", [{"start": 1.0, "end": 20.0}])
    assert bench.storage.fetched == 1
    assert bench.storage.sparses[0].bytes_read < 0.2 * source.stat().st_size
    assert bench.made.source.sha256 is not None


@pytest.mark.parametrize("read", [1, 50_000], ids=["at once", "later"])
async def test_a_store_without_ranges_sends_everything(
    read: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FolderSparse, "broken", (read, RangelessError("200")))
    source = clip_films.film(tmp_path / "film.mp4")
    bench = await _cut(source, tmp_path / "run")
    assert (bench.storage.fetched, bench.made.source.sha256 is None) == (1, False)


@pytest.mark.parametrize("read", [1, 50_000], ids=["at once", "later"])
async def test_a_source_that_changes_meanwhile_is_not_cut(
    read: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = RunnerError(Code.SOURCE_CHANGED, "changed")
    monkeypatch.setattr(FolderSparse, "broken", (read, gone))
    source = clip_films.film(tmp_path / "film.mp4")
    assert await _outcome(_cut, source, tmp_path / "run") is Code.SOURCE_CHANGED
    assert not (tmp_path / "run" / "out").exists()


async def test_holes_that_are_cut_out_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were a packet forgotten, the check of the clip would see it, and the whole is fetched."""
    plain = frugal.packets.ranges

    def forgetful(*given: Any) -> list[tuple[int, int]]:
        found = plain(*given)
        middle = (found[0][0] + found[-1][1]) // 2
        return [(begin, min(end, middle)) for begin, end in found if begin < middle]

    source = clip_films.film(tmp_path / "film.mp4")
    whole = await _whole(source, tmp_path / "whole")
    monkeypatch.setattr(frugal.packets, "ranges", forgetful)
    some = await _cut(source, tmp_path / "some")
    assert some.storage.fetched == 1
    assert _bytes(some) == _bytes(whole)


def _changed(path: Path, kind: bytes, change: Callable[[bytearray, int], None]) -> Path:
    """A film of which every box of a kind in its index is changed; the place is behind its name."""
    data, at = bytearray(path.read_bytes()), 0
    while (at := data.find(kind, at)) >= 0:
        at += 4
        change(data, at)
    path.write_bytes(data)
    return path


def _far(data: bytearray, at: int) -> None:
    (count,) = struct.unpack_from(">I", data, at + 4)
    struct.pack_into(f">{count}I", data, at + 8, *(0xF0000000 + n for n in range(count)))


def _same(data: bytearray, at: int) -> None:
    (count,) = struct.unpack_from(">I", data, at + 4)
    struct.pack_into(f">{count}I", data, at + 8, *[60] * count)


def _billions(data: bytearray, at: int) -> None:
    struct.pack_into(">II", data, at + 4, 1, 0x7FFFFFFF)


@pytest.mark.parametrize(
    ("kind", "change"), [(b"stco", _far), (b"stco", _same), (b"stsz", _billions)]
)
async def test_a_hostile_index_gives_what_the_whole_file_gives(
    kind: bytes, change: Callable[[bytearray, int], None], tmp_path: Path
) -> None:
    source = _changed(clip_films.film(tmp_path / "film.mp4"), kind, change)
    some = await _outcome(_cut, source, tmp_path / "some")
    assert some == await _outcome(_whole, source, tmp_path / "whole")
    assert isinstance(some, Code)


@pytest.mark.parametrize("kept", [0.3, 0.7], ids=["before the clip", "behind it"])
async def test_a_file_that_ends_before_its_index_says_so(kept: float, tmp_path: Path) -> None:
    source = clip_films.film(tmp_path / "film.mp4", "-movflags", "+faststart")
    data = source.read_bytes()
    source.write_bytes(data[: int(kept * len(data))])
    some = await _outcome(_cut, source, tmp_path / "some")
    assert some == await _outcome(_whole, source, tmp_path / "whole")
    assert isinstance(some, Code) == (kept < 0.4)


async def test_a_clip_behind_the_end_reads_no_film(tmp_path: Path) -> None:
    source = clip_films.film(tmp_path / "film.mp4")
    with pytest.raises(RunnerError) as refused:
        await _cut(source, tmp_path / "run", [{"start": 30.0, "end": 40.0}])
    assert refused.value.code is Code.CLIP_BEYOND_END
    # A whole source would be there without holes.
    left = (tmp_path / "run" / "scratch" / "in").stat()
    assert left.st_blocks * 512 < 0.3 * left.st_size


async def test_a_list_of_clips_says_that_the_content_is_not_known(tmp_path: Path) -> None:
    source = clip_films.film(tmp_path / "film.mp4")
    clip = CLIPS[0] | {"mode": "COPY"}
    bench = await transcode(source, tmp_path / "run", clips=[clip], metadata=True)
    told = json.loads(bench.path("METADATA").read_text("utf-8"))
    assert told["source"]["sha256"] is None
    assert told["source"]["size"] == source.stat().st_size
    assert bench.storage.fetched == 0


@pytest.mark.parametrize(
    "recipe",
    [{"clips": [CLIPS[0]]}, {"clips": [CLIPS[0] | {"mode": "COPY"}], "poster": {}}],
    ids=["exact", "with a poster"],
)
async def test_what_decodes_fetches_everything(recipe: dict[str, Any], tmp_path: Path) -> None:
    source = media.make(tmp_path / "film.mp4", seconds=10)
    bench = await transcode(source, tmp_path / "run", **recipe)
    assert (bench.storage.fetched, bench.storage.sparses) == (1, [])
