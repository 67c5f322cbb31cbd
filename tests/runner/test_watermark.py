"""An image on the picture: where it stands, how large, how strong and when, as decoded pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.errors import Code
from schema.job import Limits
from tests.runner import media
from tests.runner.bench import joined, refusal, transcode

GREY, BLUE = (96, 96, 96), (30, 60, 220)
WIDTH, HEIGHT = 320, 180
Shape = tuple[int, int]


def _film(path: Path, *, seconds: float = 0.4) -> Path:
    """Nothing but grey."""
    grey = f"color=0x606060:s={WIDTH}x{HEIGHT}:r=25:d={seconds:g},format=gbrp"
    to_video = "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    tags = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709")
    media.ffmpeg(
        *("-f", "lavfi", "-i", f"{grey},{to_video}", "-c:v", "libx264", "-qp", "5"),
        *(*tags, "-g", "5", str(path)),
    )
    return path


def _logo(path: Path, *, hole: bool = False, size: str = "80x40") -> Path:
    """Blue, and in a format that has one, with a transparent middle half."""
    alpha = "if(between(X,W/4,3*W/4-1)*between(Y,H/4,3*H/4-1),0,255)" if hole else "255"
    blue = f"color=black:s={size}:d=0.04,format=rgba,geq=r={BLUE[0]}:g={BLUE[1]}:b={BLUE[2]}"
    lossless = ("-lossless", "1") if path.suffix == ".webp" else ()
    quality = ("-q:v", "1") if path.suffix == ".jpg" else ()
    media.ffmpeg(
        *("-f", "lavfi", "-i", f"{blue}:a='{alpha}'", "-frames:v", "1", *lossless, *quality),
        str(path),
    )
    return path


def _frames(path: Path, size: Shape = (WIDTH, HEIGHT)) -> list[bytes]:
    return media.pixels(path, size=f"{size[0]}x{size[1]}")


def _at(frame: bytes, x: int, y: int, width: int = WIDTH) -> tuple[int, ...]:
    begin = 3 * (y * width + x)
    return tuple(frame[begin : begin + 3])


def _box(frame: bytes, size: Shape = (WIDTH, HEIGHT)) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is blue."""
    width, height = size
    blue = [
        (x, y)
        for y in range(height)
        for x in range(width)
        if _at(frame, x, y, width)[2] - _at(frame, x, y, width)[0] > 95
    ]
    assert blue, "there is no watermark"
    left, top = min(x for x, _ in blue), min(y for _, y in blue)
    return left, top, max(x for x, _ in blue) - left + 1, max(y for _, y in blue) - top + 1


@pytest.mark.parametrize(
    ("place", "box"),
    [
        # 25 percent of 320, and half as high; 5 percent of 180 from the edges.
        ({"corner": "TOP_LEFT"}, (9, 9, 80, 40)),
        ({"corner": "TOP_RIGHT"}, (231, 9, 80, 40)),
        ({"corner": "BOTTOM_LEFT"}, (9, 131, 80, 40)),
        ({}, (231, 131, 80, 40)),
        ({"point": {"x": 50, "y": 0}}, (120, 0, 80, 40)),
        ({"point": {"x": 100, "y": 50}}, (240, 70, 80, 40)),
    ],
)
async def test_it_stands_where_it_is_wanted(
    place: dict[str, Any], box: tuple[int, ...], tmp_path: Path
) -> None:
    _logo(tmp_path / "logo.png")
    mark = {"image": {"key": "logo.png"}, "width": 25, "margin": 5, **place}
    bench = await transcode(_film(tmp_path / "x.mp4"), tmp_path, mp4={}, watermark=mark)
    frames = _frames(bench.path("MP4"))
    assert len(frames) == 10
    for frame in (frames[0], frames[-1]):
        # Colours have half the pixels.
        assert _box(frame) == pytest.approx(box, abs=2)
        middle = (box[0] + box[2] // 2, box[1] + box[3] // 2)
        assert _at(frame, *middle) == pytest.approx(BLUE, abs=8)


@pytest.mark.parametrize("name", ["logo.png", "logo.jpg", "logo.webp"])
async def test_every_rung_has_it_in_its_size(name: str, tmp_path: Path) -> None:
    _logo(tmp_path / name)
    recipe = {"ladder": {"rungs": [{"height": 180}, {"height": 144}]}, "poster": {}, "sprite": {}}
    mark = {"image": {"key": name}, "width": 25, "corner": "TOP_LEFT", "margin": 0}
    bench = await transcode(_film(tmp_path / "x.mp4"), tmp_path, **recipe, watermark=mark)
    for size in ((320, 180), (256, 144)):
        frame = _frames(joined(bench.out / "p" / f"video_{size[1]}"), size)[0]
        wanted = (0, 0, size[0] // 4, size[0] // 8)
        assert _box(frame, size) == pytest.approx(wanted, abs=2)
        assert _at(frame, size[0] // 8, size[0] // 16, size[0]) == pytest.approx(BLUE, abs=10)
    # Pictures that stand for the film have none.
    for kind in ("POSTER", "SPRITE"):
        assert _at(media.pixels(bench.path(kind), size="320x180")[0], 4, 4) != pytest.approx(
            BLUE, abs=60
        )


async def test_what_is_transparent_shows_the_film(tmp_path: Path) -> None:
    """And at the hole's edges nothing of the colour that transparent pixels have."""
    _logo(tmp_path / "logo.png", hole=True)
    mark = {"image": {"key": "logo.png"}, "width": 50, "corner": "TOP_LEFT", "margin": 0}
    bench = await transcode(_film(tmp_path / "x.mp4"), tmp_path, mp4={}, watermark=mark)
    frame = _frames(bench.path("MP4"))[0]
    assert _at(frame, 80, 40) == pytest.approx(GREY, abs=6)
    assert _at(frame, 10, 10) == pytest.approx(BLUE, abs=8)


async def test_opacity(tmp_path: Path) -> None:
    _logo(tmp_path / "logo.png")
    mark = {"image": {"key": "logo.png"}, "width": 50, "corner": "TOP_LEFT", "opacity": 0.25}
    bench = await transcode(_film(tmp_path / "x.mp4"), tmp_path, mp4={}, watermark=mark)
    mixed = tuple(0.75 * film + 0.25 * logo for film, logo in zip(GREY, BLUE, strict=True))
    assert _at(_frames(bench.path("MP4"))[0], 60, 30) == pytest.approx(mixed, abs=8)


async def test_times_are_those_of_the_film_also_in_clips(tmp_path: Path) -> None:
    _logo(tmp_path / "logo.png")
    clips = [
        {"start": 0.2, "end": 0.76},
        {"start": 0.4, "end": 0.8},
        {"start": 0.6, "end": 0.8},
        {"start": 0.2, "end": 0.8, "mode": "COPY"},
    ]
    mark = {"image": {"key": "logo.png"}, "width": 50, "corner": "TOP_LEFT"}
    mark |= {"start": 0.28, "end": 0.6}
    source = _film(tmp_path / "x.mp4", seconds=0.8)
    bench = await transcode(source, tmp_path, mp4={}, clips=clips, watermark=mark)
    seen = []
    for output in bench.made.outputs:
        frames = _frames(bench.out / output.key)
        seen.append([number for number, f in enumerate(frames) if _at(f, 60, 30)[2] > 150])
    assert seen == [list(range(7, 15)), list(range(2, 10)), list(range(5)), [], []]


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
async def test_on_hdr_its_white_is_that_of_a_page(transfer: str, tmp_path: Path) -> None:
    black = "color=black:s=320x180:r=25:d=0.2,format=yuv420p10le"
    tags = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    media.ffmpeg(
        *("-f", "lavfi", "-i", f"{black},{tags}", "-c:v", "libx265", "-tag:v", "hvc1"),
        *("-x265-params", "log-level=none:qp=5", str(tmp_path / "x.mp4")),
    )
    media.ffmpeg("-f", "lavfi", "-i", "color=white:s=80x40", "-frames:v", "1", f"{tmp_path}/l.png")
    mark = {"image": {"key": "l.png"}, "width": 50, "corner": "TOP_LEFT"}
    recipe = {"ladder": {"codec": "HEVC", "rungs": [{"height": 180}]}, "mp4": {}}
    bench = await transcode(tmp_path / "x.mp4", tmp_path, **recipe, watermark=mark, tier="DRAFT")
    kept = joined(bench.out / "p" / "video_180")
    assert media.stream(kept, "video")["color_transfer"] == transfer
    # ITU-R BT.2408: 58 percent of the signal of PQ, 75 of that of HLG.
    wanted = 64 + 876 * {"smpte2084": 0.58, "arib-std-b67": 0.75}[transfer]
    assert _luma(kept, 60, 30) == pytest.approx(wanted, abs=12)
    assert _at(_frames(bench.path("MP4"))[0], 60, 30) == pytest.approx((255, 255, 255), abs=6)


def _luma(path: Path, x: int, y: int) -> int:
    """One sample of the first frame, of 10 bits."""
    raw = path.with_suffix(".yuv")
    media.ffmpeg("-i", str(path), "-frames:v", "1", "-f", "rawvideo", str(raw))
    at = 2 * (y * WIDTH + x)
    return int.from_bytes(raw.read_bytes()[at : at + 2], "little")


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0 a JPEG that breaks off",
        b"RIFF\x08\x00\x00\x00WEBPVP8 ",
        b"#EXTM3U\nfile:///etc/passwd",
    ],
)
async def test_no_image(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    mark = {"image": {"key": "logo.png"}}
    refused = await refusal(_film(tmp_path / "x.mp4"), tmp_path, mp4={}, watermark=mark)
    assert (refused.code, "logo.png" in refused.message) == (Code.IMAGE_UNREADABLE, True)


async def test_half_an_image(tmp_path: Path) -> None:
    noise = tmp_path / "noise.png"
    picture = "nullsrc=s=200x200,geq=random(1)*255"
    media.ffmpeg("-f", "lavfi", "-i", picture, "-frames:v", "1", str(noise))
    (tmp_path / "half.png").write_bytes(noise.read_bytes()[: noise.stat().st_size // 2])
    mark = {"image": {"key": "half.png"}}
    refused = await refusal(_film(tmp_path / "x.mp4"), tmp_path, mp4={}, watermark=mark)
    assert refused.code is Code.IMAGE_UNREADABLE


async def test_more_pixels_than_a_film_may_have(tmp_path: Path) -> None:
    limits = Limits(wall_seconds=100, max_pixels=WIDTH * HEIGHT)
    _logo(tmp_path / "large.png", size="300x300")
    recipe = {"mp4": {}, "watermark": {"image": {"key": "large.png"}}, "limits": limits}
    refused = await refusal(_film(tmp_path / "x.mp4"), tmp_path, **recipe)
    assert refused.code is Code.IMAGE_UNREADABLE


async def test_a_film_is_no_image(tmp_path: Path) -> None:
    film = _film(tmp_path / "x.mp4")
    mark = {"image": {"key": "x.mp4"}}
    refused = await refusal(film, tmp_path, mp4={}, watermark=mark)
    assert refused.code is Code.IMAGE_UNREADABLE
