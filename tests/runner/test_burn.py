"""Subtitles that are drawn into the picture, as decoded pixels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from runner.command import Command
from runner.errors import Code, RunnerError
from runner.split import WholeError, worth
from runner.vmaf import VmafWriter
from schema.split import Splitting
from tests.runner import media
from tests.runner.argv import MOV, lines, writer
from tests.runner.bench import joined, refusal, transcode
from tests.runner.fonts import needs_a_font
from tests.runner.values import audio, plan, probe, text, video

pytestmark = [pytest.mark.media, needs_a_font]
WIDTH, HEIGHT = 320, 180
SRT = "1\n00:00:00,400 --> 00:00:00,800\n<b>Hello</b> {x} \\N & <you>\n"


def _film(path: Path, *options: str, seconds: float = 1.2, size: str = "320x180") -> Path:
    """Nothing but dark grey."""
    grey = f"color=0x303030:s={size}:r=25:d={seconds:g}"
    media.ffmpeg(
        *("-f", "lavfi", "-i", grey, "-c:v", "libx264", "-qp", "5", "-pix_fmt", "yuv420p"),
        *("-g", "5", *options, str(path)),
    )
    return path


def _titled(path: Path, *texts: tuple[str, str], size: str = "320x180") -> Path:
    """A film with text tracks: a language and SubRip each."""
    plain = _film(path.with_name("plain.mp4"), size=size)
    given: list[str] = ["-i", str(plain)]
    named: list[str] = ["-map", "0"]
    for number, (language, srt) in enumerate(texts):
        file = path.with_name(f"{number}.srt")
        file.write_text(srt, "utf-8")
        given += ["-i", str(file)]
        named += ["-map", str(number + 1), f"-metadata:s:s:{number}", f"language={language}"]
    kind = "mov_text" if path.suffix == ".mp4" else "srt"
    media.ffmpeg(*given, *named, "-c", "copy", "-c:s", kind, str(path))
    return path


def _bright(frame: bytes, size: tuple[int, int]) -> list[tuple[int, int]]:
    """Where the text is: pixels that are nearly white."""
    width, height = size
    return [
        (x, y) for y in range(height) for x in range(width) if frame[3 * (y * width + x) + 1] > 200
    ]


def _shown(path: Path, size: tuple[int, int] = (WIDTH, HEIGHT)) -> list[int]:
    """The frames that have text, all of it in the lower third and in the middle."""
    found = []
    for number, frame in enumerate(media.pixels(path, size=f"{size[0]}x{size[1]}")):
        if bright := _bright(frame, size):
            assert min(y for _, y in bright) > size[1] * 0.6
            assert max(y for _, y in bright) < size[1]
            left, right = min(x for x, _ in bright), max(x for x, _ in bright)
            assert left + right == pytest.approx(size[0], abs=size[0] * 0.08)
            found.append(number)
    return found


@pytest.mark.parametrize("name", ["x.mp4", "x.mkv"])
async def test_it_is_seen_in_its_time_and_no_other(name: str, tmp_path: Path) -> None:
    source = _titled(tmp_path / name, ("eng", SRT))
    rungs = [{"height": 180}, {"height": 144}]
    recipe = {"ladder": {"rungs": rungs}, "mp4": {}, "poster": {"at": 0.6}, "preview": {}}
    bench = await transcode(source, tmp_path, **recipe, burn={})
    assert _shown(bench.path("MP4")) == list(range(10, 20))
    for size in ((320, 180), (256, 144)):
        assert _shown(joined(bench.out / "p" / f"video_{size[1]}"), size) == list(range(10, 20))
    # Pictures that stand for the film have none.
    assert not _bright(media.pixels(bench.path("POSTER"), size="320x180")[0], (320, 180))


async def test_clips_show_what_is_said_in_them(tmp_path: Path) -> None:
    clips: list[dict[str, Any]] = [
        {"start": 0.2, "end": 1.0},
        {"start": 0.6, "end": 1.0},
        {"start": 0.88, "end": 1.0},
        {"start": 0.4, "end": 0.8, "mode": "SMART"},
        {"start": 0.2, "end": 1.0, "mode": "COPY"},
    ]
    source = _titled(tmp_path / "x.mp4", ("eng", SRT))
    bench = await transcode(source, tmp_path, clips=clips, burn={})
    shown = [_shown(bench.out / output.key) for output in bench.made.outputs]
    assert shown == [list(range(5, 15)), list(range(5)), [], list(range(10)), []]


async def test_a_film_that_does_not_begin_at_zero(tmp_path: Path) -> None:
    """Its clock begins at 5 s; times of text count from its beginning, as all others."""
    plain = _titled(tmp_path / "a.mkv", ("eng", SRT))
    late = tmp_path / "x.mkv"
    media.ffmpeg("-itsoffset", "5", "-i", str(plain), "-map", "0", "-c", "copy", str(late))
    clip = {"start": 0.2, "end": 1.0}
    bench = await transcode(late, tmp_path, mp4={}, clips=[clip], burn={})
    assert _shown(bench.path("MP4")) == list(range(10, 20))
    assert _shown(bench.path("CLIP")) == list(range(5, 15))


def _said(first: int, words: str = "WORD") -> str:
    """A text from a frame on, for two frames."""
    begin, end = (f"00:00:{at:06.3f}".replace(".", ",") for at in (first / 25, first / 25 + 0.08))
    return f"1\n{begin} --> {end}\n{words}\n"


@pytest.mark.parametrize(
    ("wish", "frame"),
    [({}, 5), ({"language": "de"}, 10), ({"language": "ger"}, 10), ({"track": 3}, 15)],
)
async def test_tracks_are_chosen(wish: dict[str, Any], frame: int, tmp_path: Path) -> None:
    texts = [("eng", _said(5)), ("ger", _said(10)), ("fre", _said(15))]
    bench = await transcode(_titled(tmp_path / "x.mkv", *texts), tmp_path, mp4={}, burn=wish)
    assert _shown(bench.path("MP4")) == [frame, frame + 1]


ASS = """[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment
Style: Default,/etc/passwd,400,&H000000FF,8
[Fonts]
fontname: evil.ttf
!!!!
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.40,0:00:00.80,Default,,0,0,0,,{\\an8\\fnEvil\\fs300\\pos(9,9)}WORD
"""
VTT = "WEBVTT\n\n00:00.400 --> 00:00.800 line:0\n<v Anna>WORD</v>\n"


@pytest.mark.parametrize("name", ["t.srt", "t.vtt", "t.ass"])
async def test_a_file_beside_it(name: str, tmp_path: Path) -> None:
    """Of a script of somebody else nothing arrives but the words and their times."""
    (tmp_path / name).write_text({"t.srt": SRT, "t.vtt": VTT, "t.ass": ASS}[name], "utf-8")
    wish = {"file": {"key": name}}
    recipe = {"mp4": {}, "subtitles": {"files": [wish]}, "burn": wish}
    bench = await transcode(_film(tmp_path / "x.mp4"), tmp_path, **recipe)
    assert _shown(bench.path("MP4")) == list(range(10, 20))


@pytest.mark.parametrize(
    ("size", "options", "shape"),
    [
        ("180x320", (), (180, 320)),
        ("180x144", ("-aspect", "16:9"), (256, 144)),
        ("640x360", (), (640, 360)),
    ],
)
async def test_a_line_is_as_high_whatever_the_shape(
    size: str, options: tuple[str, ...], shape: tuple[int, int], tmp_path: Path
) -> None:
    """The letter is a part of the shorter side high, and as wide as it is drawn by its font."""
    (tmp_path / "t.srt").write_text(_said(5, "H"), "utf-8")
    wish = {"file": {"key": "t.srt"}, "size": 15}
    source = _film(tmp_path / "x.mp4", *options, size=size)
    bench = await transcode(source, tmp_path, mp4={}, burn=wish)
    bright = _bright(media.pixels(bench.path("MP4"), size=f"{shape[0]}x{shape[1]}")[5], shape)
    width, height = (max(p[at] for p in bright) - min(p[at] for p in bright) + 1 for at in (0, 1))
    # A capital of DejaVu Sans is 0.63 of a line high, and 0.8 times as wide as high.
    assert height == pytest.approx(min(shape) * 0.15 * 0.63, rel=0.12)
    assert width / height == pytest.approx(0.8, abs=0.12)


async def test_a_rotated_film_is_read_upright(tmp_path: Path) -> None:
    plain, turned = _film(tmp_path / "plain.mp4"), tmp_path / "x.mp4"
    media.ffmpeg("-display_rotation", "90", "-i", str(plain), "-c", "copy", str(turned))
    (tmp_path / "t.srt").write_text(SRT, "utf-8")
    bench = await transcode(turned, tmp_path, mp4={}, burn={"file": {"key": "t.srt"}})
    assert _shown(bench.path("MP4"), (180, 320)) == list(range(10, 20))


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
async def test_on_hdr_its_white_is_that_of_a_page(transfer: str, tmp_path: Path) -> None:
    black = "color=black:s=320x180:r=25:d=0.4,format=yuv420p10le"
    tags = f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    media.ffmpeg(
        *("-f", "lavfi", "-i", f"{black},{tags}", "-c:v", "libx265", "-tag:v", "hvc1"),
        *("-x265-params", "log-level=none:qp=5", str(tmp_path / "x.mp4")),
    )
    (tmp_path / "t.srt").write_text(_said(0, "HHH"), "utf-8")
    wish = {"file": {"key": "t.srt"}, "size": 15}
    recipe = {"ladder": {"codec": "HEVC", "rungs": [{"height": 180}]}, "mp4": {}}
    bench = await transcode(tmp_path / "x.mp4", tmp_path, **recipe, burn=wish, tier="DRAFT")
    kept = joined(bench.out / "p" / "video_180")
    assert media.stream(kept, "video")["color_transfer"] == transfer
    # ITU-R BT.2408: 58 percent of the signal of PQ, 75 of that of HLG.
    wanted = 64 + 876 * {"smpte2084": 0.58, "arib-std-b67": 0.75}[transfer]
    assert _white(kept) == pytest.approx(wanted, abs=12)
    assert max(media.pixels(bench.path("MP4"), size="320x180")[0]) > 245


def _white(path: Path) -> int:
    """One of the brightest samples of the first frame, of 10 bits."""
    raw = path.with_suffix(".yuv")
    media.ffmpeg("-i", str(path), "-frames:v", "1", "-f", "rawvideo", str(raw))
    data = raw.read_bytes()[: 2 * WIDTH * HEIGHT]
    samples = [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]
    return sorted(samples)[-60]


async def test_vmaf_compares_with_the_same_text(tmp_path: Path) -> None:
    (tmp_path / "t.srt").write_text(SRT.replace("00,400", "00,000"), "utf-8")
    recipe = {"mp4": {"crf": 10}, "verify": {"min_vmaf": 90}}
    wish = {"file": {"key": "t.srt"}, "size": 15}
    source = media.make(tmp_path / "x.mp4", "-qp", "5", seconds=0.8)
    bench = await transcode(source, tmp_path, **recipe, burn=wish)
    assert (tmp_path / "scratch" / "burn.ass").exists()
    assert bench.made.outputs[0].report
    assert bench.made.outputs[0].report.vmaf


@pytest.mark.parametrize("wish", [{}, {"language": "fr"}, {"track": 2}])
async def test_what_the_source_has_not_got(wish: dict[str, Any], tmp_path: Path) -> None:
    texts = [("eng", SRT)] if wish else []
    source = _titled(tmp_path / "x.mkv", *texts)
    refused = await refusal(source, tmp_path, mp4={}, burn=wish)
    assert refused.code is Code.NO_SUBTITLES


async def test_sound_alone_has_no_picture_to_draw_on(tmp_path: Path) -> None:
    tone = media.make(tmp_path / "x.m4a", video=False, seconds=0.5)
    bench = await transcode(tone, tmp_path, mp4={}, burn={})
    assert [output.kind for output in bench.made.outputs] == ["MP4"]


@pytest.mark.parametrize("words", ["Привет, мир", "Γειά σου", "שלום עולם", "مرحبا بالعالم", "Åß…♪"])
async def test_other_letters(words: str, tmp_path: Path) -> None:
    (tmp_path / "t.srt").write_text(_said(5, words), "utf-8")
    wish = {"file": {"key": "t.srt"}, "size": 12}
    bench = await transcode(_film(tmp_path / "x.mp4", seconds=0.4), tmp_path, mp4={}, burn=wish)
    assert _shown(bench.path("MP4")) == [5, 6]


async def test_letters_that_no_font_has_are_found_before_anything_is_encoded(
    tmp_path: Path,
) -> None:
    (tmp_path / "t.srt").write_text(_said(5, "\u0e2a\u0e27\u0e31\U00012000"), "utf-8")
    wish = {"file": {"key": "t.srt"}}
    refused = await refusal(_film(tmp_path / "x.mp4"), tmp_path, mp4={}, burn=wish)
    assert refused.code is Code.FONT_INCOMPLETE
    assert not (tmp_path / "scratch" / "file.mp4").exists()


def test_it_is_not_split() -> None:
    made = plan(probe(video(), audio(), text()), mp4={}, burn={})
    with pytest.raises(WholeError, match="drawn on it"):
        worth(made, "mov", Splitting(from_seconds=1, chunk_seconds=1))


BURN = {"language": "en"}
HDR = video(color_transfer="smpte2084", color_primaries="bt2020", color_space="bt2020nc")


def _main(*streams: Any, **recipe: Any) -> Sequence[str]:
    made: Command | None = writer(plan(probe(*streams), **recipe)).main()
    assert made
    return made.arguments


def _clip() -> Sequence[str]:
    made = plan(probe(video(), audio(), text()), clips=[{"start": 1.5, "end": 2.5}], burn=BURN)
    return writer(made).exact_clip(made.clips[0]).arguments


def _vmaf() -> Sequence[str]:
    made = plan(probe(video(), audio(), text()), mp4={}, burn=BURN)
    assert made.mp4
    assert made.mp4.video
    comparing = VmafWriter(made, MOV, threads=2, max_pixels=35_389_440)
    return comparing.compare("file.mp4", made.mp4.video).arguments


COMMANDS: dict[str, Callable[[], Sequence[str]]] = {
    "burn": lambda: _main(
        *(video(), audio(), text()),
        ladder={"rungs": [{"height": 720}]},
        poster={},
        burn=BURN,
        watermark={"image": {"key": "logo.png"}},
    ),
    "burn_on_hdr": lambda: _main(
        HDR, text(), ladder={"codec": "HEVC", "rungs": [{"height": 720}]}, mp4={}, burn=BURN
    ),
    "burn_in_a_clip": _clip,
    "vmaf_of_burned_text": _vmaf,
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"argv/{name}.txt", lines(COMMANDS[name]()))


def test_an_error_says_what_there_is() -> None:
    with pytest.raises(RunnerError, match="no text track in fr to draw: the source has 1"):
        plan(probe(video(), text()), mp4={}, burn={"language": "fr"})
