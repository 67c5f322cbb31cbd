"""Damage that FFmpeg's exit code 0 would hide. Each case breaks one thing in good outputs."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from runner.command import Writer
from runner.deadline import Deadline
from runner.encode import Encoded, Encoder
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.probe import examine
from runner.verify import Checker
from tests.runner import media
from tests.runner.values import plan

WATCH = Watch(Deadline.after(3600), 60)
RECIPE = {
    "ladder": {"rungs": [{"height": 180}, {"height": 144}], "segment_seconds": 1},
    "mp4": {},
    "poster": {},
    "clips": [{"start": 0.4, "end": 1.2}],
}


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Encoded]:
    """Good outputs, as they lie in scratch before the check."""
    folder = tmp_path_factory.mktemp("made")
    media.make(folder / "in", "-f", "mp4", seconds=2)
    found = await examine(media.tools(), folder, "in", 10**8, WATCH)
    wanted = plan(found.probe, **RECIPE)
    encoder = Encoder(
        tools=media.tools(),
        folder=folder,
        plan=wanted,
        container=found.container,
        writer=Writer(wanted, found.container, 2, 10**8),
        watch=WATCH,
        on_progress=lambda part, speed: None,
    )
    return folder, await encoder.run()


async def _check(folder: Path, encoded: Encoded) -> dict[str, float]:
    checker = Checker(
        tools=media.tools(),
        folder=folder,
        threads=2,
        watch=WATCH,
        encoded=encoded,
        on_progress=lambda part: None,
    )
    return dict(await checker.run())


async def test_good_outputs_pass(made: tuple[Path, Encoded]) -> None:
    folder, encoded = made
    assert await _check(folder, encoded) == {
        "ladder": pytest.approx(2, abs=0.05),
        "file.mp4": pytest.approx(2, abs=0.05),
        "clip_1.mp4": pytest.approx(0.8, abs=0.05),
    }


def _delete(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def _empty(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).write_bytes(b"")


def _cut(path: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        data = (folder / path).read_bytes()
        (folder / path).write_bytes(data[: len(data) // 2])

    return damage


def _rubbish(path: str) -> Callable[[Path], None]:
    """Other bytes behind the headers, where the coded pictures are."""

    def damage(folder: Path) -> None:
        data = bytearray((folder / path).read_bytes())
        for at in range(len(data) // 2, len(data)):
            data[at] = (at * 7919 >> 3) & 0xFF
        (folder / path).write_bytes(data)

    return damage


def _swap(path: str, other: str) -> Callable[[Path], None]:
    return lambda folder: shutil.copyfile(folder / other, folder / path)


def _edit(path: str, old: str, new: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new))

    return damage


@pytest.mark.parametrize(
    "damage",
    [
        _delete("ladder/video_180/00002.m4s"),
        _delete("ladder/audio/init.mp4"),
        _delete("ladder/manifest.mpd"),
        _empty("ladder/video_144/00001.m4s"),
        _cut("ladder/video_180/00001.m4s"),
        _rubbish("ladder/video_144/00002.m4s"),
        _rubbish("ladder/video_180/00002.m4s"),
        _swap("ladder/video_180/00002.m4s", "ladder/video_180/00001.m4s"),
        _edit("ladder/master.m3u8", "video_144/media.m3u8", "video_999/media.m3u8"),
        _edit("ladder/video_180/media.m3u8", "#EXT-X-ENDLIST", ""),
        _edit("ladder/video_180/media.m3u8", "#EXTINF:1.000,\n00002.m4s\n", ""),
        _edit("ladder/manifest.mpd", "static", "dynamic"),
        _edit("ladder/manifest.mpd", 'startNumber="1"', 'startNumber="2"'),
        _cut("file.mp4"),
        _rubbish("file.mp4"),
        _swap("file.mp4", "clip_1.mp4"),
        _swap("clip_1.mp4", "file.mp4"),
        _cut("poster.jpg"),
        _empty("poster.jpg"),
    ],
)
async def test_damage_is_found(
    damage: Callable[[Path], object], made: tuple[Path, Encoded], tmp_path: Path
) -> None:
    folder, encoded = made
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    damage(broken)
    with pytest.raises(RunnerError) as refused:
        await _check(broken, encoded)
    assert refused.value.code is Code.VERIFY_FAILED


async def test_streams_that_were_not_planned(made: tuple[Path, Encoded]) -> None:
    folder, encoded = made
    silent = replace(encoded.made["file.mp4"], streams=encoded.made["file.mp4"].streams[:1])
    without_sound = replace(encoded, made={**encoded.made, "file.mp4": silent})
    with pytest.raises(RunnerError, match="instead of"):
        await _check(folder, without_sound)


async def test_damage_shows_without_the_smoothing_of_edges(
    made: tuple[Path, Encoded], tmp_path: Path
) -> None:
    """Each of thirty changed bits is complained of, or not, whether edges are smoothed or not."""
    folder, _ = made
    good = (folder / "file.mp4").read_bytes()
    begin, chance = good.index(b"mdat") + 4, random.Random(7)
    complained = 0
    for _ in range(30):
        data = bytearray(good)
        data[chance.randrange(begin, len(data))] ^= 1 << chance.randrange(8)
        (tmp_path / "changed.mp4").write_bytes(data)
        plain = await _complaint(tmp_path, ())
        rough = await _complaint(tmp_path, ("-skip_loop_filter:v", "all"))
        assert bool(rough) == bool(plain), (rough, plain)
        complained += bool(plain)
    assert complained > 10


async def _complaint(folder: Path, options: tuple[str, ...]) -> str:
    words = ("-nostdin", "-v", "error", "-xerror", "-threads", "1", *options)
    argv = [media.tools().ffmpeg, *words, "-f", "mov", "-i", "file:changed.mp4", "-f", "null", "-"]
    try:
        return (await run(argv, cwd=folder, watch=WATCH)).stderr.strip()
    except ChildFailedError as error:
        return f"{error}: {error.log}"
