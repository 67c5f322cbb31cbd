"""Colours: HDR, wide gamut, full range, other matrices, 10 bit and RGB."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runner import media
from tests.runner.bench import transcode

pytestmark = pytest.mark.media

# What zscale calls it, where that is not its name.
ZSCALE = {"bt2020-10": "2020_10"}
GREYS = "255*floor(X/40)/7"
PATTERN = (
    "color=black:s=320x180:r=25:d=0.2,format=gbrp,"
    f"geq=r='if(lt(Y,90),{GREYS},if(lt(X,160),200,40))'"
    f":g='if(lt(Y,90),{GREYS},30)':b='if(lt(Y,90),{GREYS},if(lt(X,160),30,200))',"
    "scale=out_color_matrix=bt709:out_range=tv,format=yuv444p"
)


def _tagged(path: Path, transfer: str) -> Path:
    """The pattern as HDR, its white at 203 cd/m2; `bt709` gives the same as plain SDR."""
    hdr = (
        ",zscale=tin=709:pin=709:min=709:rin=tv:t=linear:npl=203:p=2020:m=gbr,format=gbrpf32le,"
        f"zscale=t={ZSCALE.get(transfer, transfer)}:m=2020_ncl:r=tv:npl=203,format=yuv420p10le"
    )
    wide = transfer != "bt709"
    space, primaries = ("bt2020nc", "bt2020") if wide else ("bt709", "bt709")
    codec = ("-c:v", "libx265", "-x265-params", "log-level=none:qp=5", "-tag:v", "hvc1")
    media.ffmpeg(
        *("-f", "lavfi", "-i", PATTERN, "-vf", f"null{hdr if wide else ',format=yuv420p'}"),
        *(codec if wide else ("-c:v", "libx264", "-qp", "5")),
        *("-color_trc", transfer, "-colorspace", space, "-color_primaries", primaries, str(path)),
    )
    return path


@pytest.mark.parametrize("transfer", ["bt709", "smpte2084", "arib-std-b67", "bt2020-10"])
async def test_colours_survive(transfer: str, tmp_path: Path) -> None:
    """HDR must come out as the SDR film that it was made from, but for the highlights."""
    bench = await transcode(_tagged(tmp_path / "x.mp4", transfer), tmp_path, mp4={}, poster={})
    picture = media.stream(bench.path("MP4"), "video")
    assert picture["pix_fmt"] == "yuv420p"
    for tag in ("color_space", "color_transfer", "color_primaries"):
        assert picture[tag] == "bt709"
    assert picture["color_range"] == "tv"
    for path in (bench.path("MP4"), bench.path("POSTER")):
        (frame, *_) = media.pixels(path, size="8x4")
        greys = [frame[3 * at] for at in range(8)]
        assert greys[:6] == pytest.approx([0, 36, 72, 109, 145, 182], abs=4)
        assert greys[7] > 222
        red, blue = frame[3 * 25 : 3 * 25 + 3], frame[3 * 30 : 3 * 30 + 3]
        assert tuple(red) == pytest.approx((200, 30, 30), abs=14)
        assert tuple(blue) == pytest.approx((40, 30, 200), abs=14)


@pytest.mark.parametrize("codec", ["HEVC", "AV1"])
@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
async def test_hdr_is_kept(transfer: str, codec: str, tmp_path: Path) -> None:
    """The same levels under the same tags; the poster beside it is for all screens."""
    source = _tagged(tmp_path / "x.mp4", transfer)
    recipe = {"mp4": {"codec": codec, "crf": 12}, "poster": {}, "tier": "DRAFT"}
    bench = await transcode(source, tmp_path, **recipe)
    picture = media.stream(bench.path("MP4"), "video")
    assert (picture["codec_name"], picture["pix_fmt"]) == (codec.lower(), "yuv420p10le")
    assert (picture["color_transfer"], picture["color_primaries"]) == (transfer, "bt2020")
    assert (picture["color_space"], picture["color_range"]) == ("bt2020nc", "tv")
    ((mine, *_), (theirs, *_)) = (
        media.pixels(path, size="8x4") for path in (bench.path("MP4"), source)
    )
    assert list(mine) == pytest.approx(list(theirs), abs=4)
    (poster, *_) = media.pixels(bench.path("POSTER"), size="8x4")
    assert [poster[3 * at] for at in range(6)] == pytest.approx([0, 36, 72, 109, 145, 182], abs=4)


@pytest.mark.parametrize(
    "options",
    [
        ("-vf", "scale=out_range=pc:out_color_matrix=bt709", "-color_range", "pc",
         "-pix_fmt", "yuvj420p", "-colorspace", "bt709"),
        # Standard definition without tags is BT.601.
        ("-vf", "scale=out_color_matrix=bt601:out_range=tv"),
        ("-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p10le",
         "-pix_fmt", "yuv420p10le", "-colorspace", "bt709"),
        ("-vf", "format=gbrp", "-c:v", "libx264rgb", "-pix_fmt", "rgb24"),
    ],
    ids=["full range", "untagged", "10 bit", "RGB"],
)  # fmt: skip
async def test_other_codings_of_the_same_colours(options: tuple[str, ...], tmp_path: Path) -> None:
    source = tmp_path / "x.mkv"
    source_pattern = PATTERN.rpartition(",scale=")[0]
    media.ffmpeg("-f", "lavfi", "-i", source_pattern, "-qp", "5", *options, str(source))
    bench = await transcode(source, tmp_path, mp4={}, poster={})
    for path in (bench.path("MP4"), bench.path("POSTER")):
        (frame, *_) = media.pixels(path, size="8x4")
        greys = [frame[3 * at] for at in range(8)]
        assert greys == pytest.approx([0, 36, 72, 109, 145, 182, 218, 255], abs=6)
        assert tuple(frame[3 * 25 : 3 * 25 + 3]) == pytest.approx((200, 30, 30), abs=14)
        assert tuple(frame[3 * 30 : 3 * 30 + 3]) == pytest.approx((40, 30, 200), abs=14)
