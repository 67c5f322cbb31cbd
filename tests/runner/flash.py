"""A film whose geometry, colours and timing can be read off its decoded pictures and samples.

Four corners of four colours on grey; for a moment the middle is white, and a beep sounds with it.
Nothing here asks our own code: times come from FFprobe's packets and FFmpeg's decoded frames.
"""

from __future__ import annotations

import array
import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.runner import media
from tests.runner.bench import Bench, joined

AT, LASTS = 1.0, 0.2  # when picture and sound say it, in seconds
SYNC = 0.040  # seconds that picture and sound may part on the way
RGB = tuple[int, int, int]
RED, GREEN, BLUE, YELLOW = (200, 40, 40), (40, 160, 60), (40, 60, 200), (200, 180, 40)
CORNERS = (RED, GREEN, BLUE, YELLOW)  # top left, top right, bottom left, bottom right
GRID = 16  # pictures are looked at in so many columns and rows


def _hex(colour: RGB) -> str:
    return "0x" + bytes(colour).hex()


def picture(
    size: str = "320x180", rate: str = "25", seconds: float = 2.0, *, at: float = AT
) -> str:
    """The picture as a lavfi graph: BT.709, limited range, 4:4:4."""
    boxes = [
        f"drawbox=x={x}:y={y}:w=iw*5/16:h=ih*5/16:c={_hex(colour)}:t=fill"
        for (x, y), colour in zip(
            (("0", "0"), ("iw*11/16", "0"), ("0", "ih*11/16"), ("iw*11/16", "ih*11/16")),
            CORNERS,
            strict=True,
        )
    ]
    # Half a frame early: at exactly the time rounding would decide.
    on = f"between(t,{at - 0.005:g},{at + LASTS - 0.005:g})"
    white = f"drawbox=x=iw*5/16:y=ih*5/16:w=iw*6/16:h=ih*6/16:c=white:t=fill:enable='{on}'"
    return (
        f"color=0x404040:s={size}:r={rate}:d={seconds:g},format=gbrp,{','.join(boxes)},{white},"
        "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,"
        "format=yuv444p,setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
    )


def sound(seconds: float = 2.0, *, at: float = AT, rate: int = 48_000, volume: float = 0.4) -> str:
    """The beep as one channel of a lavfi graph."""
    beep = f"if(between(t,{at:g},{at + LASTS:g}),{volume:g}*sin(2*PI*1000*t),0)"
    return f"aevalsrc='{beep}':s={rate}:d={seconds:g}"


@dataclass(frozen=True)
class Seen:
    """What a file shows. Times in seconds; None where there is no picture or no sound.

    `ends` is when the last frame is over and `sound_ends` the last sample.
    """

    size: tuple[int, int] | None = None
    corners: tuple[RGB, ...] = ()
    times: tuple[float, ...] = ()
    ends: float | None = None
    flash: float | None = None
    beep: float | None = None
    sound_ends: float | None = None

    @property
    def drift(self) -> float:
        """Seconds that the beep is later than the flash."""
        assert self.flash is not None
        assert self.beep is not None
        return self.beep - self.flash


def see(path: Path, *options: str, video: str = "v:0", audio: str = "a:0") -> Seen:
    """Decode a file and look. `options` stand before its `-i`."""
    streams = media.look(path, *(("-allowed_extensions", "ALL") if _hls(path) else ()))
    kinds = {found["codec_type"] for found in streams["streams"]}
    found = Seen()
    if "video" in kinds:
        found = _picture(path, video, options)
    if "audio" not in kinds:
        return found
    heard = _heard(path, audio, options)
    beep = next((n for n, value in enumerate(heard) if abs(value) > 0.1), None)
    sounds = None if beep is None else beep / 48_000
    return replace(found, beep=sounds, sound_ends=len(heard) / 48_000)


def _hls(path: Path) -> bool:
    return path.suffix == ".m3u8"


def _input(path: Path, options: tuple[str, ...]) -> list[str]:
    local = ["-allowed_extensions", "ALL"] if _hls(path) else []
    return [media.tools().ffmpeg, "-nostdin", "-hide_banner", *local, *options, "-i", str(path)]


def _picture(path: Path, stream: str, options: tuple[str, ...]) -> Seen:
    """Every decoded frame, upright as a player shows it, and when."""
    look = f"showinfo,scale={GRID}:{GRID}:flags=area,format=rgb24"
    command = [*_input(path, options), "-map", f"0:{stream}", "-vf", look]
    command += ["-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    told = re.findall(
        rb" pts_time:([-\d.]+) +duration: *\d+ duration_time:([-\d.]+).* s:(\d+)x(\d+)", done.stderr
    )
    step = GRID * GRID * 3
    shown = sorted(
        (float(time), float(lasts), done.stdout[n * step : (n + 1) * step])
        for n, (time, lasts, _, _) in enumerate(told)
    )
    assert len(shown) * step == len(done.stdout), (len(shown), len(done.stdout) / step, told[:1])
    flash = next((time for time, _, frame in shown if _at(frame, 8, 8)[1] > 120), None)
    first = shown[0][2]
    return Seen(
        size=(int(told[0][2]), int(told[0][3])),
        corners=tuple(_at(first, x, y) for x, y in ((2, 2), (13, 2), (2, 13), (13, 13))),
        times=tuple(time for time, _, _ in shown),
        ends=shown[-1][0] + shown[-1][1],
        flash=flash,
    )


def _at(frame: bytes, x: int, y: int) -> RGB:
    at = 3 * (y * GRID + x)
    return frame[at], frame[at + 1], frame[at + 2]


def _heard(path: Path, stream: str, options: tuple[str, ...]) -> array.array[float]:
    """All channels as one, from zero on: where sound begins later, there is silence before."""
    placed = "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=mono"
    command = [*_input(path, options), "-v", "error", "-map", f"0:{stream}"]
    command += ["-af", placed, "-f", "f32le", "-"]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    return array.array("f", raw)


SDR = ("bt709", "bt709", "bt709", "tv", "yuv420p")
TURNED = {0: (0, 1, 2, 3), 90: (1, 3, 0, 2), 180: (3, 2, 1, 0), 270: (2, 0, 3, 1)}


def judge(
    bench: Bench,
    before: Seen,
    *,
    size: tuple[int, int],
    frame: float,
    turned: int = 0,
    tags: tuple[str, ...] = SDR,
    pure: bool = True,
) -> None:
    """The MP4 and the ladder against the source: geometry, colours, tags, duration, sync.

    `frame` in seconds; `turned` is how far the source's tag turns it, against the clock;
    `pure` that the corners, read as BT.709, are those that were drawn.
    """
    folder = bench.path("HLS").parent
    rung = joined(folder / f"video_{min(size)}")
    for path in (bench.path("MP4"), rung):
        _check_stream(media.look(path)["streams"][0], size, tags)
    # FFmpeg counts a playlist's time from the packet that only warms the decoder of AAC up, which
    # players leave out as its edit list says: the beep seems 0.02 s late there.
    # What a player shows as the length: where frames are reordered, the last one has another's.
    (video, *_) = media.look(bench.path("MP4"))["streams"]
    assert float(video["duration"]) == pytest.approx(before.ends, abs=frame)
    segments = re.findall(r"#EXTINF:([\d.]+)", (rung.parent / "media.m3u8").read_text())
    assert sum(map(float, segments)) == pytest.approx(before.ends, abs=frame)
    for after in (see(bench.path("MP4")), see(bench.path("HLS"))):
        assert after.size == size
        for mine, theirs in zip(after.corners, before.corners, strict=True):
            assert mine == pytest.approx(theirs, abs=8)
        for number, at in enumerate(TURNED[turned]) if pure else ():
            assert after.corners[number] == pytest.approx(CORNERS[at], abs=12)
        assert len(after.times) == len(before.times)
        assert after.times[-1] == pytest.approx(before.times[-1], abs=frame)
        # The last packet of AAC is filled up with silence.
        assert after.sound_ends == pytest.approx(before.sound_ends, abs=frame + 1024 / 44_100)
        assert after.drift == pytest.approx(before.drift, abs=SYNC)


def _check_stream(stream: dict[str, Any], size: tuple[int, int], tags: tuple[str, ...]) -> None:
    names = ("color_primaries", "color_transfer", "color_space", "color_range", "pix_fmt")
    assert tuple(stream[name] for name in names) == tags
    assert (stream["width"], stream["height"]) == size
    assert stream["sample_aspect_ratio"] == "1:1"
    assert stream.get("field_order", "progressive") == "progressive"  # other codecs say nothing
    kinds = {data["side_data_type"] for data in stream.get("side_data_list", ())}
    assert "Display Matrix" not in kinds, "still tagged as turned"
