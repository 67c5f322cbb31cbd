"""One film over several runners against the same film in one piece."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from runner import ranges
from runner.errors import Code, RunnerError
from schema.split import SplitPlan
from tests.runner import media
from tests.runner.bench import Bench, joined, kinds, transcode
from tests.runner.splitting import Cutter

pytestmark = pytest.mark.media

LADDER = {"rungs": [{"height": 144}], "segment_seconds": 1}
SMALL = "256x144"
# B-frames that look over keyframes: whoever enters at a keyframe must not trust what is shown
# before it.
OPEN = ("-bf", "2", "-g", "10", "-x264-params", "open-gop=1:scenecut=0")


def _frames(path: Path) -> list[float]:
    return sorted(float(packet["pts_time"]) for packet in media.packets(path, "v"))


def _likeness(one: Path, other: Path) -> list[float]:
    """PSNR of each frame in dB; those that are equal count as 100."""
    command = [media.tools().ffmpeg, "-nostdin", "-v", "error", "-i", str(one), "-i", str(other)]
    command += ["-lavfi", "[0:v][1:v]psnr=stats_file=-", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = re.findall(r"psnr_avg:(\S+)", done.stdout)
    return [100.0 if value == "inf" else float(value) for value in found]


def compare(split: Bench, whole: Bench, slack: float = 0.03) -> None:
    """The same frames at the same times in the same segments; and they look alike."""
    assert kinds(split) == kinds(whole)
    for one, other in zip(split.made.outputs, whole.made.outputs, strict=True):
        # A decoder rounds sound to whole frames and guesses how long an irregular picture lasts.
        assert one.duration == (other.duration and pytest.approx(other.duration, abs=slack))
        assert (one.files, one.width, one.renditions) == (
            other.files,
            other.width,
            other.renditions,
        )
    if "HLS" in kinds(whole):
        roots = [bench.path("HLS").parent for bench in (split, whole)]
        for track in sorted(path.parent.name for path in roots[1].glob("*/media.m3u8")):
            mine, theirs = (joined(root / track) for root in roots)
            playlists = [(root / track / "media.m3u8").read_text() for root in roots]
            if slack > 0.1:
                # The packager reads lengths off decoding times, which at a join are those of an
                # encoder that begins. Where frames come irregularly they differ; borders do not.
                playlists = [re.sub(r"EXTINF:.*|DURATION:.*", "", text) for text in playlists]
            assert playlists[0] == playlists[1]
            listed = [
                [(p["pts_time"], p["flags"]) for p in media.packets(path, "0")]
                for path in (mine, theirs)
            ]
            assert listed[0] == listed[1]
            if track.startswith("audio"):
                assert mine.read_bytes() == theirs.read_bytes()
            else:
                assert min(_likeness(mine, theirs)) > 30
    if "MP4" in kinds(whole):
        mine, theirs = split.path("MP4"), whole.path("MP4")
        assert _frames(mine) == _frames(theirs)
        assert min(_likeness(mine, theirs)) > 30
    if "POSTER" in kinds(whole):
        assert split.path("POSTER").read_bytes() == whole.path("POSTER").read_bytes()
    if "PREVIEW" in kinds(whole):
        mine, theirs = split.path("PREVIEW"), whole.path("PREVIEW")
        assert _frames(mine) == _frames(theirs)
        # Taken on the way, a frame may be the neighbour of one that is sought.
        assert min(_likeness(mine, theirs)) > 20


async def both(source: Path, folder: Path, *, slack: float = 0.03, **recipe: Any) -> SplitPlan:
    """Make it both ways and compare."""
    cutter = Cutter(source, folder / "split", dict(recipe))
    plan, split = await cutter.run()
    whole = await transcode(source, folder / "whole", limits=cutter.limits, **recipe)
    compare(split, whole, slack)
    return plan


@pytest.mark.parametrize("recipe", [{"mp4": {}}, {"ladder": LADDER}])
async def test_a_sprite_is_that_of_one_piece(recipe: dict[str, Any], tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", *OPEN, size=SMALL, seconds=6.2)
    sprite = {"columns": 4, "rows": 2, "tile_width": 96}
    await both(source, tmp_path, **recipe, sprite=sprite)
    roots = [tmp_path / name / "out" for name in ("split", "whole")]
    one, other = (next(root.rglob("sprite.vtt")) for root in roots)
    assert one.read_text() == other.read_text()
    alike = _likeness(*(path.with_name("sprite_001.jpg") for path in (one, other)))
    assert min(alike) > 30, alike


async def test_ladder_mp4_and_poster_are_those_of_one_piece(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", *OPEN, size=SMALL, rate="24000/1001", seconds=6.2)
    wish = {"format": "MP4", "duration": 1, "pieces": 3}
    plan = await both(source, tmp_path, ladder=LADDER, mp4={}, poster={}, preview=wish)
    assert (len(plan.slices), plan.chunks) == (3, 4)
    assert [piece.first for piece in plan.slices] == [0, pytest.approx(2.002), pytest.approx(5.005)]


@pytest.mark.parametrize("index", ["end", "front"])
async def test_pieces_of_a_big_film_fetch_only_their_own_bytes(
    index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "LEAST_SIZE", 0)
    flags = ("-movflags", "+faststart") if index == "front" else ()
    options = (*OPEN, *flags)
    source = media.make(tmp_path / "x.mp4", *options, size=SMALL, seconds=14)
    recipe: dict[str, Any] = {"ladder": LADDER}
    cutter = Cutter(source, tmp_path / "split", recipe, chunk_seconds=3.5)
    plan, split = await cutter.run()
    compare(split, await transcode(source, tmp_path / "whole", limits=cutter.limits, **recipe))
    assert len(cutter.storage.sparses) == len(plan.slices) == 4
    fetched = [sparse.bytes_read for sparse in cutter.storage.sparses]
    assert max(fetched) < 0.7 * source.stat().st_size


def _variable(path: Path) -> Path:
    """Frames that come at very irregular times."""
    shaken = "setpts='PTS+if(mod(N,3),0.011,0)/TB+floor(N/20)*0.3/TB'"
    options = ("-vf", shaken, "-fps_mode", "vfr", "-enc_time_base", "1/90000", *OPEN)
    return media.make(path, *options, size=SMALL, seconds=5)


def _turned(path: Path) -> Path:
    plain = media.make(path.with_name("plain.mp4"), *OPEN, size="144x256", seconds=5)
    media.ffmpeg("-display_rotation", "90", "-i", str(plain), "-c", "copy", str(path))
    return path


def _interlaced(path: Path) -> Path:
    options = ("-vf", "interlace", "-flags", "+ildct+ilme", "-x264opts", "tff=1", "-g", "12")
    return media.make(path, *options, size=SMALL, rate="50", seconds=5)


def _edited(path: Path) -> Path:
    """Begins in the middle of a GOP: an edit list leaves out what stands before."""
    plain = media.make(path.with_name("plain.mp4"), "-g", "20", "-bf", "2", size=SMALL, seconds=7)
    media.ffmpeg("-ss", "1.3", "-i", str(plain), "-c", "copy", str(path))
    return path


def _late(path: Path) -> Path:
    """The sound begins first, and the file counts from somewhere."""
    plain = media.make(path.with_name("plain.mp4"), *OPEN, size=SMALL, seconds=5)
    options = ("-output_ts_offset", "10", "-c", "copy", "-f", "matroska")
    late = ("-itsoffset", "0.7", "-i", str(plain), "-i", str(plain), "-map", "0:v", "-map", "1:a")
    media.ffmpeg(*late, *options, str(path))
    return path


def _jittering(path: Path) -> Path:
    """Milliseconds of Matroska at a rate that does not fit them."""
    return media.make(path, *OPEN, "-f", "matroska", size=SMALL, rate="60000/1001", seconds=5)


def _hdr(path: Path) -> Path:
    tags = ("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc")
    x265 = ("-c:v", "libx265", "-x265-params", "log-level=none:keyint=10", "-pix_fmt")
    return media.make(path, *x265, "yuv420p10le", *tags, "-tag:v", "hvc1", size=SMALL, seconds=5)


@pytest.mark.slow
@pytest.mark.parametrize(
    "made",
    [_variable, _turned, _interlaced, _edited, _late, _jittering, _hdr],
    ids=lambda made: made.__name__.strip("_"),
)
async def test_odd_sources_are_joined_exactly(made: object, tmp_path: Path) -> None:
    assert callable(made)
    source = made(tmp_path / "x.mp4")
    slack = 0.5 if made is _variable else 0.03
    plan = await both(source, tmp_path, slack=slack, ladder=LADDER, mp4={})
    assert len(plan.slices) >= 2


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["libvpx-vp9", "mpeg4", "mpeg2video", "libsvtav1"])
async def test_other_codecs_are_joined_exactly(codec: str, tmp_path: Path) -> None:
    options = ("-c:v", codec, "-g", "10", "-f", "matroska", "-b:v", "1M")
    options += ("-bf", "2") if "mpeg" in codec else ()
    quick = {"libvpx-vp9": ("-deadline", "realtime", "-cpu-used", "8")}
    options = (*options, *quick.get(codec, ()))
    source = tmp_path / "x.mkv"
    pattern = f"testsrc2=size={SMALL}:rate=25:duration=5"
    media.ffmpeg("-f", "lavfi", "-i", pattern, *options, "-pix_fmt", "yuv420p", str(source))
    await both(source, tmp_path, ladder=LADDER)


async def test_a_film_that_cannot_be_split_is_made_whole_by_its_plan_task(tmp_path: Path) -> None:
    """One keyframe: every piece would decode the film from its beginning."""
    source = media.make(tmp_path / "x.mp4", "-g", "999", size=SMALL, seconds=3)
    made = await Cutter(source, tmp_path / "split", {"mp4": {}}, chunk_seconds=0.5).plan()
    assert not isinstance(made, SplitPlan)
    assert [output.kind for output in made.outputs] == ["MP4"]


async def test_pieces_of_another_film_are_refused(tmp_path: Path) -> None:
    """And a piece that is gone is no fault of the source."""
    one = media.make(tmp_path / "1.mp4", "-g", "10", size=SMALL, seconds=3, audio=None)
    cutter = Cutter(one, tmp_path / "split", {"ladder": LADDER}, chunk_seconds=1.5)
    plan = await cutter.plan()
    assert isinstance(plan, SplitPlan)
    chunks = [await cutter.chunk(plan, index) for index in range(plan.chunks)]
    swapped = [chunks[0], chunks[0], *chunks[2:]]
    with pytest.raises(RunnerError) as refused:
        await cutter.assemble(plan, swapped)
    assert refused.value.code is Code.PIECES_DIFFER
    spoilt = cutter.folder / "out" / chunks[1].prefix / "rung_144.mp4"
    spoilt.write_bytes(spoilt.read_bytes()[:-1] + b"x")
    (cutter.folder / "assemble-0").rename(tmp_path / "first")
    with pytest.raises(RunnerError) as refused:
        await cutter.assemble(plan, chunks)
    assert refused.value.code is Code.PIECE_LOST
    assert not (cutter.folder / "out" / "p" / "assemble").exists(), "something was published"


async def test_a_framed_film_is_that_of_one_piece(tmp_path: Path) -> None:
    source = _turned(tmp_path / "x.mp4")
    framed = {"crop": {"top": 40, "left": 10}, "pad": {"width": 1, "height": 1}}
    await both(source, tmp_path, ladder=LADDER, sprite={"columns": 2, "rows": 2}, **framed)
