"""Real files of every kind that phones, cameras, editors and other encoders make.

Each comes out right in geometry, colour tags, duration (one frame) and sync (40 ms), as the MP4 and
as the ladder: judged by FFprobe and decoded pictures and samples, never by our own report.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.runner import media
from tests.runner.bench import transcode
from tests.runner.flash import AT, SYNC, judge, picture, see, sound

pytestmark = pytest.mark.media

FRAME = 1 / 25
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
HEVC10 = (
    *("-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1"),
    *("-x265-params", "log-level=none"),
)
AAC = ("-c:a", "aac")
OPUS = ("-c:a", "libopus")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p")


@dataclass(frozen=True)
class Case:
    """One kind of file: how it is made, and what size must come out."""

    name: str
    options: tuple[str, ...]
    size: tuple[int, int] = (320, 180)
    picture: str = picture()
    frame: float = FRAME
    rotated: int = 0


CASES = {
    "plain": Case("x.mp4", (*X264, *AAC)),
    "phone": Case("x.mov", (*HEVC10, *AAC, "-ac", "1", "-ar", "44100"), (180, 320), rotated=90),
    "upside down": Case("x.mp4", (*X264, *AAC), rotated=180),
    "portrait": Case("x.mp4", (*X264, *AAC), (180, 320), picture("180x320")),
    "10-bit HEVC": Case("x.mp4", (*HEVC10, *AAC)),
    "VP9 in WebM": Case("x.webm", (*VP9, *OPUS)),
    "VP9 in MP4": Case("x.mp4", (*VP9, *AAC)),
    "AV1 in MKV": Case(
        "x.mkv", ("-c:v", "libsvtav1", "-preset", "12", "-pix_fmt", "yuv420p", *OPUS)
    ),
    "full range": Case(
        "x.mp4",
        ("-vf", "scale=out_range=pc,format=yuvj420p", "-color_range", "pc", *X264[:4], *AAC),
    ),
    "5.1": Case("x.mkv", (*X264, "-c:a", "ac3", "-ac", "6")),
    "odd sizes": Case(
        "x.mp4", (*X264[:4], "-pix_fmt", "yuv444p", *AAC), picture=picture("321x181")
    ),
    "interlaced": Case(
        "x.mp4",
        ("-vf", "interlace", *X264, "-flags", "+ildct+ilme", "-x264opts", "tff=1", *AAC),
        picture=picture(rate="50"),
    ),
    "anamorphic PAL": Case(
        "x.mpg",
        (
            *("-vf", "scale=out_color_matrix=bt601,setsar=64/45,format=yuv420p"),
            *("-c:v", "mpeg2video", "-q:v", "3", "-c:a", "mp2"),
        ),
        (512, 288),
        picture("360x288"),
    ),
    "NTSC rate": Case(
        "x.mov",
        (*X264, "-c:a", "pcm_s16le"),
        picture=picture(rate="30000/1001"),
        frame=1001 / 30000,
    ),
    "B-frames in TS": Case(
        "x.ts", (*X264, "-bf", "3", "-output_ts_offset", "95440", *AAC)
    ),
}  # fmt: skip


def _film(path: Path, case: Case) -> Path:
    straight = path.with_name(f"straight-{path.name}") if case.rotated else path
    media.ffmpeg(
        *("-f", "lavfi", "-i", case.picture, "-f", "lavfi", "-i", sound()),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"),
        *case.options,
        str(straight),
    )
    if case.rotated:
        turn = ("-display_rotation", str(case.rotated))
        media.ffmpeg(*turn, "-i", str(straight), "-c", "copy", str(path))
    return path


@pytest.mark.parametrize("kind", CASES)
async def test_kind(kind: str, tmp_path: Path) -> None:
    case = CASES[kind]
    source = _film(tmp_path / case.name, case)
    before = see(source)
    assert before.flash == pytest.approx(AT, abs=case.frame)
    assert abs(before.drift) < SYNC, "the source itself is not in sync"
    bench = await transcode(source, tmp_path, ladder={"segment_seconds": 1}, mp4={})
    judge(bench, before, size=case.size, frame=case.frame, turned=case.rotated)
