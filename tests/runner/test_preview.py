"""A small moving picture of a film: which frames it shows and how it is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from runner import command_pictures, preview
from runner.errors import Code, RunnerError
from runner.pictures import PreviewPlan
from tests.runner import media
from tests.runner.argv import lines, writer
from tests.runner.bench import facts, kinds, refusal, transcode
from tests.runner.values import audio, plan, probe, video
from tests.runner.webp import Seen, look

pytestmark = pytest.mark.media

RATE = 25


def _film(path: Path, *options: str, frames: int = 150, size: str = "64x36") -> Path:
    """Each frame tells its number by two greys, to the base of 13."""
    grey = f"nullsrc=s={size}:r={RATE}:d={frames / RATE:g},format=yuv420p"
    digit = "16*(if(lt(X,W/2),floor(N/13),mod(N,13)))"
    media.ffmpeg(
        *("-f", "lavfi", "-i", f"{grey},geq=lum='24+{digit}':cb=128:cr=128"),
        *("-c:v", "libx264", "-qp", "1", "-g", "20", *options, str(path)),
    )
    return path


def _numbers(path: Path) -> list[int]:
    """Which frame of the film each frame shows."""
    demuxer = ("-f", "webp_anim") if path.suffix == ".webp" else ()
    found = []
    for frame in media.pixels(path, *demuxer, size="8x4"):
        greys = (frame[3 * (8 + at) + 1] * 219 / 255 + 16 - 24 for at in (2, 5))
        thirteens, ones = (round(grey / 16) for grey in greys)
        found.append(13 * thirteens + ones)
    return found


def _wanted(first: float, count: int, rate: float = 15) -> list[float]:
    """Frames of the film at that many steps of the preview."""
    return [(first + step) * RATE / rate for step in range(count)]


def _seen(path: Path) -> Seen:
    """Size, frames and seconds, by FFprobe or by reading a WebP."""
    if path.suffix == ".webp":
        return look(path)
    found = media.stream(path, "video")
    size = int(found["width"]), int(found["height"])
    return Seen(*size, int(found["nb_frames"]), float(found["duration"]))


@pytest.mark.parametrize("form", ["WEBP", "MP4"])
@pytest.mark.parametrize("beside", [{}, {"mp4": {}}], ids=["alone", "on its way"])
async def test_it_is_spread_over_the_film(
    form: str, beside: dict[str, Any], tmp_path: Path
) -> None:
    """Two pieces of fifteen frames, with as much around them: sought alone, or decoded anyway."""
    wish = {"format": form, "duration": 2, "pieces": 2}
    bench = await transcode(_film(tmp_path / "x.mp4"), tmp_path, **beside, preview=wish)
    path = bench.path("PREVIEW")
    assert path.name == f"preview.{form.lower()}"
    seen = _seen(path)
    assert (seen.width, seen.height, seen.frames) == (64, 36, 30)
    assert seen.seconds == pytest.approx(2, abs=0.01)
    wanted = _wanted(15, 15) + _wanted(15 + 15 + 30, 15)
    assert _numbers(path) == pytest.approx(wanted, abs=1)
    told = facts(bench, "PREVIEW")
    assert (told.width, told.height, told.duration) == (64, 36, pytest.approx(2, abs=0.01))
    kind = {"WEBP": "image/webp", "MP4": "video/mp4"}[form]
    assert (told.content_type, bench.storage.types[told.key]["ContentType"]) == (kind, kind)
    assert kinds(bench) == ([*(["MP4"] if beside else []), "PREVIEW"])


@pytest.mark.parametrize("name", ["x.mp4", "x.ts"])
async def test_from_a_start(name: str, tmp_path: Path) -> None:
    """Also where nothing can be sought, and the film does not begin at zero."""
    options = ("-output_ts_offset", "3") if name == "x.ts" else ("-movflags", "+faststart")
    wish = {"format": "MP4", "start": 3, "duration": 1, "frame_rate": 25}
    bench = await transcode(_film(tmp_path / name, *options), tmp_path, preview=wish)
    assert _numbers(bench.path("PREVIEW")) == pytest.approx(_wanted(75, 25, 25), abs=0)
    assert all(s["codec_type"] == "video" for s in media.look(bench.path("PREVIEW"))["streams"])


async def test_a_film_that_is_shorter_is_shown_whole(tmp_path: Path) -> None:
    bench = await transcode(_film(tmp_path / "x.mp4", frames=20), tmp_path, preview={})
    assert _numbers(bench.path("PREVIEW")) == pytest.approx(_wanted(0, 12), abs=1)


async def test_what_does_not_move_is_a_picture(tmp_path: Path) -> None:
    black = ("-f", "lavfi", "-i", "color=black:s=64x36:r=25:d=1")
    media.ffmpeg(*black, str(tmp_path / "x.mp4"))
    bench = await transcode(tmp_path / "x.mp4", tmp_path, preview={})
    data = bench.path("PREVIEW").read_bytes()
    assert (data[8:12], b"ANMF" in data) == (b"WEBP", False)


async def test_the_picture_ends_before_the_sound(tmp_path: Path) -> None:
    """Where a piece has no frames the last one stands."""
    tone = ("-f", "lavfi", "-i", "sine=d=4")
    media.ffmpeg("-i", str(_film(tmp_path / "v.mp4", frames=25)), *tone, str(tmp_path / "x.mp4"))
    wish = {"format": "MP4", "duration": 2, "pieces": 2, "frame_rate": 5}
    bench = await transcode(tmp_path / "x.mp4", tmp_path, preview=wish)
    numbers = _numbers(bench.path("PREVIEW"))
    assert numbers == pytest.approx([*_wanted(2, 3, 5), *[20] * 7], abs=0)


@pytest.mark.parametrize(
    ("size", "options", "expected"),
    [
        ("640x360", (), (320, 180)),
        ("360x640", (), (320, 568)),
        ("720x576", ("-aspect", "16:9"), (320, 180)),
        ("321x181", ("-pix_fmt", "yuv444p"), (320, 180)),
    ],
)
async def test_sizes(
    size: str, options: tuple[str, ...], expected: tuple[int, int], tmp_path: Path
) -> None:
    source = _film(tmp_path / "x.mp4", *options, frames=10, size=size)
    seen = _seen((await transcode(source, tmp_path, preview={})).path("PREVIEW"))
    assert (seen.width, seen.height) == expected


async def test_a_rotated_film_is_upright_and_cropped(tmp_path: Path) -> None:
    plain, turned = _film(tmp_path / "plain.mp4", frames=10), tmp_path / "x.mp4"
    media.ffmpeg("-display_rotation", "90", "-i", str(plain), "-c", "copy", str(turned))
    bench = await transcode(turned, tmp_path, crop={"left": 4, "right": 4}, preview={})
    seen = _seen(bench.path("PREVIEW"))
    assert (seen.width, seen.height) == (28, 64)


@pytest.mark.parametrize("form", ["WEBP", "MP4"])
async def test_hdr_becomes_sdr(form: str, tmp_path: Path) -> None:
    """The white of a page is white, which as HDR it is not."""
    hdr = "zscale=tin=709:pin=709:min=709:rin=tv:t=linear:npl=203:p=2020:m=gbr,format=gbrpf32le"
    pq = "zscale=t=smpte2084:m=2020_ncl:r=tv:npl=203,format=yuv420p10le"
    media.ffmpeg(
        *("-f", "lavfi", "-i", f"color=0xb4b4b4:s=64x36:r=25:d=1,format=yuv444p,{hdr},{pq}"),
        *("-vf", "drawbox=w=16:c=black:t=fill:enable='lt(mod(n,10),5)'", "-c:v", "libx265"),
        *("-x265-params", "log-level=none:qp=5", "-color_trc", "smpte2084", "-colorspace"),
        *("bt2020nc", "-color_primaries", "bt2020", "-tag:v", "hvc1", str(tmp_path / "x.mp4")),
    )
    bench = await transcode(tmp_path / "x.mp4", tmp_path, preview={"format": form})
    demuxer = ("-f", "webp_anim") if form == "WEBP" else ()
    frame = media.pixels(bench.path("PREVIEW"), *demuxer, size="8x4")[0]
    assert tuple(frame[18:21]) == pytest.approx((180, 180, 180), abs=6)


def _pieces(film: float, **wish: Any) -> PreviewPlan:
    made = plan(probe(video(frame_rate=25.0), audio(), duration=film), preview=wish)
    assert made.preview
    return made.preview


def test_pieces() -> None:
    spread = _pieces(60)
    assert spread.pieces == ((82, 15), (262, 15), (442, 15), (622, 15), (802, 15))
    assert (spread.frames, spread.seconds, spread.width, spread.height) == (75, 5.0, 320, 180)
    # Hardly longer than the preview, and shorter.
    assert _pieces(5.2).pieces == ((0, 15), (15, 15), (31, 15), (47, 15), (62, 15))
    assert _pieces(3).pieces == ((0, 45),)
    assert _pieces(60, pieces=7, duration=1).frames == 15
    assert _pieces(60, start=30).pieces == ((450, 75),)
    # It ends with the film.
    assert _pieces(60, start=58).pieces == ((825, 75),)
    assert _pieces(60, frame_rate=30).rate == 25
    assert _pieces(0.01).pieces == ((0, 1),)


def test_a_tower_stays_small() -> None:
    made = plan(probe(video(width=100, height=4000)), preview={"width": 100})
    assert made.preview
    assert (made.preview.width, made.preview.height) == (8, 300)


async def test_a_start_behind_the_end(tmp_path: Path) -> None:
    refused = await refusal(_film(tmp_path / "x.mp4", frames=5), tmp_path, preview={"start": 3})
    assert refused.code is Code.PREVIEW_BEYOND_END


async def test_sound_has_none(tmp_path: Path) -> None:
    tone = media.make(tmp_path / "x.m4a", video=False)
    assert (await refusal(tone, tmp_path / "a", preview={})).code is Code.NO_PICTURE
    assert kinds(await transcode(tone, tmp_path / "b", mp4={}, preview={})) == ["MP4"]


def _cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _shortened(path: Path) -> None:
    other = "testsrc2=s=64x36:r=15:d=0.5"
    media.ffmpeg("-f", "lavfi", "-i", other, "-c:v", "libwebp_anim", "-f", "webp", str(path))


@pytest.mark.parametrize("harm", [_cut_short, _shortened])
async def test_a_bad_one_is_not_published(
    harm: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from runner.picturing import Picturer

    made = Picturer.preview

    async def harmed(self: Picturer, wanted: PreviewPlan) -> None:
        await made(self, wanted)
        harm(self.folder / preview.file_name(wanted))

    monkeypatch.setattr(Picturer, "preview", harmed)
    refused = await refusal(_film(tmp_path / "x.mp4"), tmp_path, preview={"duration": 1})
    assert refused.code is Code.VERIFY_FAILED


HDR = video(color_transfer="smpte2084", color_primaries="bt2020", color_space="bt2020nc")


def _alone(number: int | None, **wish: Any) -> Sequence[str]:
    made = plan(probe(video(), audio(), start_time=1.4), preview=wish)
    assert made.preview
    given = (writer(made), made.preview)
    if number is None:
        return command_pictures.preview_joined(*given).arguments
    return command_pictures.preview_piece(*given, number).arguments


def _main(*streams: Any, **recipe: Any) -> Sequence[str]:
    main = writer(plan(probe(*streams), **recipe)).main()
    assert main
    return main.arguments


COMMANDS: dict[str, Callable[[], Sequence[str]]] = {
    "preview_beside_an_mp4": lambda: _main(mp4={}, preview={}),
    "preview_of_hdr": lambda: _main(HDR, sprite={}, preview={"format": "MP4", "start": 3}),
    "preview_piece": lambda: _alone(4),
    "preview_joined": lambda: _alone(None),
    "preview_joined_as_mp4": lambda: _alone(None, format="MP4"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"argv/{name}.txt", lines(COMMANDS[name]()))


def test_an_error_says_what_to_do() -> None:
    with pytest.raises(RunnerError, match="from 60 s is asked of a film"):
        _pieces(60, start=60)
