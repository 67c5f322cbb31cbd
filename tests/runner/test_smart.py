"""Smart cuts: frame-exact, with the packets of the source in their middle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from runner import avcc
from runner.keyframes import Packet, Place
from runner.smart import NotJoinedError, parts
from schema.output import OutputFacts
from tests.runner import media
from tests.runner.bench import Bench, transcode

pytestmark = pytest.mark.media

H264 = ("-c:v", "libx264", "-qp", "1", "-g", "10", "-sc_threshold", "0", "-profile:v", "high")


def _greys(path: Path, *options: str, frames: int = 32, rate: str = "25") -> Path:
    """Each frame has its own grey: 7 more than the one before."""
    grey = f"color=black:s=160x120:r={rate},format=yuv420p,geq=lum='16+7*N':cb=128:cr=128"
    sound = ("-f", "lavfi", "-i", "sine=frequency=300:r=48000:d=2")
    media.ffmpeg(
        *("-f", "lavfi", "-i", grey, *(() if "-an" in options else sound)),
        *(*H264, "-frames:v", str(frames), *options, "-shortest", str(path)),
    )
    return path


def _grey(frame: bytes) -> int:
    return round(frame[len(frame) // 2] * 219 / 255 / 7)


async def _cut(source: Path, folder: Path, start: float, end: float | None, **more: Any) -> Bench:
    """The same clip twice: smart and exact."""
    span = {"start": start} | ({} if end is None else {"end": end})
    clips = [span | {"mode": "SMART"}, span]
    return await transcode(source, folder / "run", clips=clips, **more)


def _both(bench: Bench) -> tuple[Path, Path]:
    smart, exact = (bench.out / output.key for output in bench.made.outputs)
    return smart, exact


def _kept(smart: Path, source: Path) -> int:
    """How many packets of the picture are the very ones of the source. Slices that we encode name
    other parameter sets, so no two packets are equal by chance."""
    found = []
    for path in (smart, source):
        with av.open(str(path)) as container:
            found.append([bytes(packet) for packet in container.demux(video=0) if packet.size])
    return sum(packet in set(found[1]) for packet in found[0])


SPANS: list[tuple[tuple[float, float | None], range, range]] = [
    ((0.32, 0.96), range(8, 24), range(10, 20)),  # something at both ends
    ((0.31, 0.97), range(8, 25), range(10, 20)),  # between frames
    ((0.4, 0.8), range(10, 20), range(10, 20)),  # at keyframes: nothing is encoded
    ((0.0, 0.9), range(23), range(20)),
    ((0.7, None), range(18, 32), range(20, 32)),
]
FILMS = [
    ("x.mp4", ("-bf", "2"), SPANS),
    ("x.mkv", ("-bf", "2"), SPANS),
    ("x.mp4", ("-bf", "0"), SPANS[:1]),
    ("x.mp4", ("-bf", "3", "-b_strategy", "0", "-profile:v", "main"), SPANS[:1]),
    ("x.mp4", ("-bf", "0", "-profile:v", "baseline"), SPANS[:1]),
    ("x.mp4", ("-bf", "2", "-an"), SPANS[3:4]),
    ("x.mov", ("-bf", "2", "-video_track_timescale", "25"), SPANS[1:2]),
]


@pytest.mark.parametrize(
    ("name", "options", "span", "frames", "kept"),
    [(name, options, *span) for name, options, spans in FILMS for span in spans],
)
async def test_smart_clip_has_exactly_its_frames(
    name: str, options: tuple[str, ...], span: tuple[float, float | None],
    frames: range, kept: range, *, tmp_path: Path,
) -> None:  # fmt: skip
    source = _greys(tmp_path / name, *options)
    bench = await _cut(source, tmp_path, *span)
    assert bench.made.notes == ()
    smart, exact = _both(bench)
    assert [_grey(frame) for frame in media.pixels(smart)] == list(frames)
    times = [(frame - frames[0]) / 25 for frame in frames]
    assert media.shown(smart) == pytest.approx(times, abs=0.0011)
    if "-an" not in options:
        assert media.samples(smart) == media.samples(exact)
    assert _kept(smart, source) == len(kept)


async def test_what_decoders_must_know_stands_in_front(tmp_path: Path) -> None:
    """Apple's players read parameter sets there and nowhere else."""
    bench = await _cut(_greys(tmp_path / "x.mp4", "-bf", "2"), tmp_path, 0.32, 0.96)
    smart, _ = _both(bench)
    assert media.stream(smart, "video")["codec_tag_string"] == "avc1"
    with av.open(str(smart)) as container:
        sets = container.streams.video[0].codec_context.extradata or b""
        assert (sets[5] & 31, sets[0]) == (3, 1)
        kinds = {data[4] & 31 for data in map(bytes, container.demux(video=0)) if data}
    assert 7 not in kinds
    facts: OutputFacts = bench.made.outputs[0]
    assert (facts.start, facts.width, facts.height) == (0.32, 160, 120)
    assert facts.duration == pytest.approx(0.64, abs=0.05)


async def test_irregular_frames_keep_their_times(tmp_path: Path) -> None:
    source = _greys(
        tmp_path / "x.mp4", "-bf", "2", "-g", "5", "-vf", r"select=not(between(mod(n\,7)\,2\,3))",
        *("-fps_mode", "passthrough"), frames=22,
    )  # fmt: skip
    smart, exact = _both(await _cut(source, tmp_path, 0.3, 1.1))
    assert [_grey(f) for f in media.pixels(smart)] == [_grey(f) for f in media.pixels(exact)]
    assert media.shown(smart) == pytest.approx(media.shown(exact), abs=0.0011)
    assert _kept(smart, source) > 0


async def test_rotation_stays(tmp_path: Path) -> None:
    upright = _greys(tmp_path / "upright.mp4", "-bf", "2")
    source = tmp_path / "x.mp4"
    media.ffmpeg("-display_rotation", "90", "-i", str(upright), "-c", "copy", str(source))
    bench = await _cut(source, tmp_path, 0.32, 0.96)
    smart, _ = _both(bench)
    (side,) = media.stream(smart, "video")["side_data_list"]
    assert side["rotation"] == 90
    assert (bench.made.outputs[0].width, bench.made.outputs[0].height) == (120, 160)
    assert [_grey(frame) for frame in media.pixels(smart)] == list(range(8, 24))


async def test_sound_is_brought_to_its_loudness(tmp_path: Path) -> None:
    source = _greys(tmp_path / "x.mp4", "-bf", "2")
    bench = await _cut(source, tmp_path, 0.32, 0.96, loudness={"target": -30})
    smart, exact = _both(bench)
    assert media.samples(smart) == media.samples(exact)
    loudness = bench.made.outputs[0].loudness
    assert loudness is not None
    assert loudness.made.integrated == pytest.approx(-30, abs=1)


@pytest.mark.parametrize(
    ("options", "span", "more", "why"),
    [
        (("-c:v", "mpeg4", "-profile:v", "0"), (0.32, 0.96), {}, "mpeg4 in mov cannot be joined"),
        (("-pix_fmt", "yuv444p", "-profile:v", "high444"), (0.3, 0.9), {}, "High 4:4:4"),
        (("-bf", "2"), (0.44, 0.76), {}, "no whole group of pictures is in it"),
        (("-bf", "2"), (0.32, 0.96), {"crop": {"left": 8}}, "every frame is cropped, padded"),
        (("-g", "90"), (0.3, None), {}, "no keyframe is in it"),
        (("-bf", "2", "-x264-params", "open-gop=1"), (0.3, 0.9), {}, "cannot be entered"),
    ],
)
async def test_what_cannot_be_joined_is_encoded_whole(
    options: tuple[str, ...],
    span: tuple[float, float | None],
    more: dict[str, Any],
    why: str,
    tmp_path: Path,
) -> None:
    bench = await _cut(_greys(tmp_path / "x.mp4", *options), tmp_path, *span, **more)
    (note,) = bench.made.notes
    assert note.startswith("clip 1 (SMART) is encoded whole: ")
    assert why in note
    smart, exact = _both(bench)
    assert len(media.pixels(smart)) == len(media.pixels(exact))


def test_a_keyframe_that_later_frames_look_behind_is_no_entry() -> None:
    """Decoded 0 3 1 2 | 6 4 5 | 7: frames 4 and 5 are shown before the keyframe 6."""
    order, keys = [0, 3, 1, 2, 6, 4, 5, 7, 10, 8, 9], {0, 6, 7}
    packets = [Packet(float(t), float(n - 2), t in keys) for n, t in enumerate(order)]
    found = parts(packets, 0.0, 9.0, 1.0)
    assert (found.keep, found.leave) == (Place(0.0, -2.0), Place(7.0, 5.0))
    assert (found.frames, found.kept) == (9, 7)
    with pytest.raises(NotJoinedError, match="no whole group"):
        parts(packets, 5.0, 8.0, 1.0)


def test_numbers_of_parameter_sets_must_differ() -> None:
    sets = avcc.Sets(b"\x01\x64\x00\x1e", (b"\x67\x64\x00\x1e\xac",), (b"\x68\xee",), b"")
    assert sets.numbers() == {0}
    with pytest.raises(ValueError, match="meet"):
        avcc.merged(sets, [sets])
