"""Pictures that are cropped and padded, as their decoded corners show it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runner.errors import Code, RunnerError
from runner.framing import Framing, frame
from schema.picture import Crop, Pad
from tests.runner import media
from tests.runner.bench import facts, joined, refusal, transcode
from tests.runner.flash import BLUE, GREEN, RED, YELLOW, picture, see, sound

pytestmark = pytest.mark.media

BLACK = (0, 0, 0)
GREY = (64, 64, 64)


def _film(path: Path, *options: str, size: str = "320x180") -> Path:
    """Its coloured corners are five sixteenths of each side."""
    media.ffmpeg(
        *("-f", "lavfi", "-i", picture(size, seconds=0.4), "-f", "lavfi", "-i", sound(0.4)),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "1", *options),
        *("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", str(path)),
    )
    return path


@pytest.mark.parametrize(
    ("recipe", "size", "corners"),
    [
        # All that is left of the film is its right upper quarter.
        ({"crop": {"left": 160, "bottom": 90}}, (160, 90), (GREY, GREEN, GREY, GREY)),
        ({"crop": {"left": 110, "right": 110}}, (100, 180), (GREY, GREY, GREY, GREY)),
        ({"pad": {"width": 1, "height": 1}}, (320, 320), (BLACK, BLACK, BLACK, BLACK)),
        ({"pad": {"width": 16, "height": 9}}, (320, 180), (RED, GREEN, BLUE, YELLOW)),
        (
            {"crop": {"right": 220}, "pad": {"width": 16, "height": 9}},
            (320, 180),
            (BLACK, BLACK, BLACK, BLACK),
        ),
    ],
    ids=["a quarter", "the middle", "a square", "its own shape", "bars beside a part"],
)
async def test_framed_film(
    recipe: dict[str, Any], size: tuple[int, int], corners: tuple[Any, ...], tmp_path: Path
) -> None:
    bench = await transcode(_film(tmp_path / "x.mp4"), tmp_path, ladder={}, mp4={}, **recipe)
    for path in (bench.path("MP4"), joined(bench.out / "p" / f"video_{min(size)}")):
        after = see(path)
        assert after.size == size
        for mine, wanted in zip(after.corners, corners, strict=True):
            assert mine == pytest.approx(wanted, abs=12)
        assert media.look(path)["streams"][0]["sample_aspect_ratio"] == "1:1"


async def test_every_picture_is_framed_but_copied_packets(tmp_path: Path) -> None:
    clips = [{"end": 0.2}, {"end": 0.2, "mode": "COPY"}]
    recipe = {"poster": {}, "sprite": {"columns": 1, "rows": 1}, "clips": clips}
    source = _film(tmp_path / "x.mp4")
    bench = await transcode(source, tmp_path, **recipe, crop={"left": 160, "bottom": 90})
    sizes = {(o.kind, o.width, o.height) for o in bench.made.outputs if o.width}
    assert sizes == {
        *{("POSTER", 160, 90), ("SPRITE", 160, 90), ("CLIP", 160, 90), ("CLIP", 320, 180)}
    }
    for output in bench.made.outputs:
        if output.width:
            stream = media.look(bench.out / output.key)["streams"][0]
            assert (stream["width"], stream["height"]) == (output.width, output.height)
    assert see(bench.path("POSTER")).corners[1] == pytest.approx(GREEN, abs=12)


async def test_sides_are_those_of_the_upright_picture(tmp_path: Path) -> None:
    """A phone held upright, with pixels that are not square."""
    straight = _film(tmp_path / "straight.mp4", "-aspect", "32:9")
    turned = tmp_path / "x.mp4"
    media.ffmpeg("-display_rotation", "90", "-i", str(straight), "-c", "copy", str(turned))
    upright = see(turned)
    # 640x180 as shown, turned: 180x640. The upper half is what is cut off.
    bench = await transcode(turned, tmp_path, mp4={}, crop={"top": 320})
    after = see(bench.path("MP4"))
    assert after.size == (180, 320)
    assert after.corners[2:] == tuple(pytest.approx(c, abs=12) for c in upright.corners[2:])
    assert after.corners[0] == pytest.approx(GREY, abs=12)
    assert (facts(bench, "MP4").width, facts(bench, "MP4").height) == (180, 320)


async def test_too_little_is_left(tmp_path: Path) -> None:
    source = _film(tmp_path / "x.mp4")
    refused = await refusal(source, tmp_path, mp4={}, crop={"left": 200, "right": 110})
    assert (refused.code, "10x180" in refused.message) == (Code.CROP_TOO_LARGE, True)


def test_parts() -> None:
    assert frame(320, 180, None, None) == (None, 320, 180)
    found = frame(320, 180, Crop(left=80, top=18), Pad(width=1, height=1))
    assert found == (Framing((0.25, 0.1, 0.75, 0.9), (1.0, 240 / 162)), 240, 240)
    with pytest.raises(RunnerError):
        frame(320, 180, Crop(top=170), None)
