"""Real encodes of small media, looked at by FFprobe and by decoded pictures and sound."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from runner.errors import Code, RunnerError
from schema.job import Limits, Phase
from tests.runner import media
from tests.runner.bench import Bench, transcode

HLS = ("-allowed_extensions", "ALL")
LADDER = {"rungs": [{"height": 180}], "segment_seconds": 1}


def _kinds(bench: Bench) -> list[str]:
    return [output.kind.value for output in bench.made.outputs]


def _facts(bench: Bench, kind: str) -> Any:
    return next(output for output in bench.made.outputs if output.kind == kind)


async def _refusal(source: Path, folder: Path, **recipe: Any) -> RunnerError:
    with pytest.raises(RunnerError) as refused:
        await transcode(source, folder, **recipe)
    assert not (folder / "out").exists(), "something was published"
    return refused.value


async def test_real_film_as_ladder_mp4_and_poster(tmp_path: Path) -> None:
    """Big Buck Bunny: 720p with 5.1 sound, everything at once."""
    ladder = {"rungs": [{"height": 360}, {"height": 240}], "segment_seconds": 2}
    bench = await transcode(
        media.big_buck_bunny(),
        tmp_path,
        title="Big/Buck",
        ladder=ladder,
        mp4={"max_height": 360},
        poster={},
    )
    assert _kinds(bench) == ["HLS", "DASH", "MP4", "POSTER"]
    hls, dash, mp4, poster = bench.made.outputs
    assert (hls.width, hls.height, hls.renditions) == (640, 360, (360, 240))
    assert hls.duration == pytest.approx(5.312, abs=0.05)
    assert (hls.video_codec, hls.audio_codec, dash.duration) == ("h264", "aac", hls.duration)
    assert mp4.key == "p/Big_Buck.mp4"
    assert (mp4.width, mp4.height, mp4.duration) == (640, 360, pytest.approx(5.312, abs=0.05))
    assert (poster.width, poster.height, poster.duration) == (1280, 720, None)
    _check_ladder(bench)
    _check_mp4(bench.path("MP4"))
    assert media.stream(bench.path("POSTER"), "video")["codec_name"] == "mjpeg"
    # Each output's size is that of the files it uses; the two manifests share the segments.
    files = {path.relative_to(bench.out).as_posix(): path for path in bench.out.rglob("*.*")}
    segments = [path for name, path in files.items() if name.endswith(("m4s", "init.mp4"))]
    own = [path for name, path in files.items() if name.endswith("m3u8")]
    assert (hls.size, hls.files) == (_size(segments + own), len(segments + own))
    assert dash.size == _size(segments) + files["p/manifest.mpd"].stat().st_size
    # Everything that was stored is of a known kind, and the source was hashed.
    assert bench.made.source.md5 == "d55bddf8d62910879ed9f605522149a8"
    assert bench.made.source.size == 1_055_736


def _size(paths: list[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _check_ladder(bench: Bench) -> None:
    root = bench.path("HLS").parent
    master = (root / "master.m3u8").read_text()
    assert "#EXT-X-INDEPENDENT-SEGMENTS" in master
    assert 'TYPE=AUDIO,URI="audio/media.m3u8",GROUP-ID="audio"' in master
    assert "DEFAULT=YES" in master
    variants = re.findall(r"#EXT-X-STREAM-INF:(.*)\n(.*)", master)
    assert [uri for _, uri in variants] == ["video_360/media.m3u8", "video_240/media.m3u8"]
    assert [re.findall(r"RESOLUTION=(\d+x\d+)", line)[0] for line, _ in variants] == [
        "640x360",
        "426x240",
    ]
    for line, uri in variants:
        assert re.search(r'CODECS="avc1\.64[0-9a-f]{4},mp4a\.40\.2"', line)
        assert "FRAME-RATE=25.000" in line
        peak, average = (int(n) for n in re.findall(r"BANDWIDTH=(\d+)", line))
        stored = sum(p.stat().st_size for p in (root / uri).parent.glob("*.m4s")) * 8 / 5.28
        sound = sum(p.stat().st_size for p in (root / "audio").glob("*.m4s")) * 8 / 5.31
        assert average == pytest.approx(stored + sound, rel=0.02)
        assert peak >= average
    assert "#EXT-X-I-FRAME-STREAM-INF" in master
    # Keyframes stand at the borders, at the same times in all rungs.
    keys = [
        [p["pts_time"] for p in media.packets(_joined(root / name), "v") if "K" in p["flags"]]
        for name in ("video_360", "video_240")
    ]
    assert keys[0] == keys[1]
    assert [float(key) for key in keys[0]] == [0.0, 2.0, 4.0]
    # No clock time and no address stands in what is published.
    for path in (*root.rglob("*.m3u8"), *root.rglob("*.mpd")):
        text = path.read_text()
        assert "PROGRAM-DATE" not in text
        assert "availabilityStartTime" not in text
        assert not re.search(r'(?m)^(/|https?:|file:)|URI="(/|http)|>(/|http)', text)


def _joined(track: Path) -> Path:
    """One track as one file: the init segment and all media segments."""
    joined = track / "joined.mp4"
    names = ["init.mp4", *sorted(path.name for path in track.glob("*.m4s"))]
    joined.write_bytes(b"".join((track / name).read_bytes() for name in names))
    return joined


def _check_mp4(path: Path) -> None:
    picture, sound = media.stream(path, "video"), media.stream(path, "audio")
    assert (picture["codec_name"], picture["profile"]) == ("h264", "High")
    assert (sound["codec_name"], sound["profile"], sound["channels"]) == ("aac", "LC", 2)
    head = path.read_bytes()[:4096]
    assert head.index(b"moov") < 100, "the index must stand at the front"
    assert media.look(path)["format"]["tags"].get("encoder") is None


async def test_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    """With one thread: with more, x264 now and then codes the same picture in other bits."""
    source = media.make(tmp_path / "x.mp4", seconds=1.5)
    limits = Limits(wall_seconds=100, stall_seconds=30, threads=1)
    made = [
        await transcode(source, tmp_path / name, ladder=LADDER, mp4={}, poster={}, limits=limits)
        for name in ("one", "two")
    ]
    one, two = (
        {p.relative_to(bench.out).as_posix(): p.read_bytes() for p in bench.out.rglob("*.*")}
        for bench in made
    )
    assert one == two


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.mkv", ("-c:v", "libx265", "-x265-params", "log-level=none", "-c:a", "libopus")),
        ("x.webm", ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis")),
        ("x.avi", ("-c:v", "mpeg4", "-c:a", "libmp3lame")),
        ("x.wmv", ("-c:v", "wmv2", "-c:a", "wmav2")),
        ("x.flv", ("-c:v", "flv", "-c:a", "libmp3lame", "-ar", "44100")),
        ("x.mpg", ("-c:v", "mpeg2video", "-c:a", "mp2")),
        ("x.ts", ("-c:a", "ac3")),
        ("x.ogv", ("-c:v", "libtheora", "-c:a", "libvorbis")),
        ("x.mov", ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-c:a", "pcm_s16le")),
    ],
)
async def test_containers_and_codecs(name: str, options: tuple[str, ...], tmp_path: Path) -> None:
    bench = await transcode(media.make(tmp_path / name, *options), tmp_path, mp4={})
    mp4 = bench.path("MP4")
    # One frame more or less: some containers round their times.
    assert int(media.stream(mp4, "video")["nb_frames"]) in {24, 25, 26}
    assert _facts(bench, "MP4").duration == pytest.approx(1, abs=0.09)
    assert media.stream(mp4, "audio")["codec_name"] == "aac"


@pytest.mark.parametrize(
    "name", ["demo.mp4", "demo.mkv", "demo.webm", "demo.avi", "demo.flv", "demo.3gp", "demo.mpg"]
)
async def test_real_films(name: str, tmp_path: Path) -> None:
    """The first four seconds of a minute; the packets are those of the camera."""
    source = tmp_path / name
    media.ffmpeg("-i", str(media.sample(name)), "-t", "4", "-map", "0", "-c", "copy", str(source))
    bench = await transcode(source, tmp_path, mp4={})
    frames = int(media.stream(bench.path("MP4"), "video")["nb_frames"])
    assert frames == pytest.approx(len(media.shown(source)), abs=1)
    assert frames == pytest.approx(96, abs=4)
    assert _facts(bench, "MP4").duration == pytest.approx(4, abs=0.25)


async def test_whole_real_film(tmp_path: Path) -> None:
    bench = await transcode(media.sample("demo.wmv"), tmp_path, mp4={})
    assert int(media.stream(bench.path("MP4"), "video")["nb_frames"]) == 1441
    assert _facts(bench, "MP4").duration == pytest.approx(60.2, abs=0.05)


@pytest.mark.parametrize("name", ["demo.mp3", "demo.wav", "demo.aac", "withcover.mp3"])
async def test_sound_alone(name: str, tmp_path: Path) -> None:
    bench = await transcode(media.sample(name), tmp_path, ladder={}, poster={})
    assert _kinds(bench) == ["HLS", "DASH"]
    hls = _facts(bench, "HLS")
    assert (hls.video_codec, hls.audio_codec, hls.renditions) == (None, "aac", ())
    assert hls.duration == pytest.approx(15.52, abs=0.05)
    assert 'CODECS="mp4a.40.2"' in bench.path("HLS").read_text()


async def test_picture_alone(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", audio=None)
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    assert "AUDIO" not in bench.path("HLS").read_text()
    assert [s["codec_type"] for s in media.look(bench.path("MP4"))["streams"]] == ["video"]
    assert _facts(bench, "MP4").audio_codec is None


@pytest.mark.parametrize(("rotation", "corner"), [(90, 2), (-90, 1), (180, 3)])
async def test_rotated_film_stands_upright(rotation: int, corner: int, tmp_path: Path) -> None:
    """A white corner of the coded picture must be where a player would show it."""
    box = "color=black:s=320x180:r=25:d=0.4,drawbox=w=80:h=45:c=white:t=fill"
    plain, turned = tmp_path / "plain.mp4", tmp_path / "turned.mp4"
    media.ffmpeg("-f", "lavfi", "-i", box, "-pix_fmt", "yuv420p", str(plain))
    media.ffmpeg("-display_rotation", str(rotation), "-i", str(plain), "-c", "copy", str(turned))
    bench = await transcode(turned, tmp_path, ladder={}, mp4={}, poster={})
    size = (320, 180) if rotation == 180 else (180, 320)
    for kind in ("MP4", "POSTER"):
        path = bench.path(kind)
        picture = media.stream(path, "video")
        assert (picture["width"], picture["height"]) == size
        assert "side_data_list" not in picture, "still tagged as rotated"
        (shown, *_) = media.pixels(path, size="4x4")
        bright = {at for at in range(4) if shown[3 * (0, 3, 12, 15)[at]] > 128}
        assert bright == {corner}
    assert _facts(bench, "HLS").renditions == (180,)


@pytest.mark.parametrize(
    ("size", "options", "expected"),
    [
        ("180x320", (), (180, 320)),
        ("321x181", ("-c:v", "mpeg4", "-f", "matroska"), (320, 180)),
        ("180x144", ("-aspect", "16:9"), (256, 144)),
        ("16x16", (), (16, 16)),
        ("20x400", ("-c:v", "mpeg4"), (20, 400)),
    ],
)
async def test_sizes(
    size: str, options: tuple[str, ...], expected: tuple[int, int], tmp_path: Path
) -> None:
    source = media.make(tmp_path / "x.mp4", *options, size=size, seconds=0.4)
    bench = await transcode(source, tmp_path, ladder={}, mp4={}, poster={})
    for path in (bench.path("MP4"), _joined(bench.out / "p" / f"video_{min(expected)}")):
        picture = media.stream(path, "video")
        assert (picture["width"], picture["height"]) == expected
        assert picture["sample_aspect_ratio"] == "1:1"


@pytest.mark.parametrize("frames", [1, 2, 3])
async def test_very_short_films(frames: int, tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", "-frames:v", str(frames), audio=None)
    bench = await transcode(source, tmp_path, ladder={}, mp4={}, poster={})
    assert int(media.stream(bench.path("MP4"), "video")["nb_frames"]) == frames
    assert _facts(bench, "HLS").duration == pytest.approx(frames / 25, abs=0.01)


async def test_irregular_frames_keep_their_times(tmp_path: Path) -> None:
    shaken = "settb=1/90000,setpts='PTS+if(mod(N,2),700,0)+if(gt(N,20),3000*N/7,0)'"
    options = ("-vf", shaken, "-fps_mode", "vfr", "-enc_time_base", "1/90000")
    source = media.make(
        tmp_path / "x.mp4", *options, "-video_track_timescale", "90000", rate="30", seconds=2
    )
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    before = sorted(float(p["pts_time"]) for p in media.packets(source, "v"))
    for path in (bench.path("MP4"), _joined(bench.out / "p" / "video_180")):
        after = sorted(float(p["pts_time"]) for p in media.packets(path, "v"))
        assert after == pytest.approx(before, abs=0.001)


async def test_odd_frame_rate(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", rate="24000/1001", seconds=3)
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    assert media.stream(bench.path("MP4"), "video")["r_frame_rate"] == "24000/1001"
    assert "FRAME-RATE=23.976" in bench.path("HLS").read_text()


async def test_interlaced_film_is_deinterlaced(tmp_path: Path) -> None:
    """A bar that moves fast: interlaced, its edge is a comb of every second line."""
    source = tmp_path / "x.mp4"
    media.ffmpeg(
        *("-f", "lavfi", "-i", "color=black:s=320x180:r=50:d=0.8"),
        *("-f", "lavfi", "-i", "color=white:s=40x180:r=50:d=0.8"),
        *("-filter_complex", "[0][1]overlay=x='mod(20*n,280)',interlace"),
        *("-c:v", "libx264", "-flags", "+ildct+ilme", "-x264opts", "tff=1", str(source)),
    )
    assert media.stream(source, "video")["field_order"] == "tt"
    bench = await transcode(source, tmp_path, mp4={"crf": 5})
    before, after = _combing(source), _combing(bench.path("MP4"))
    assert before > 10
    assert after < before / 4
    assert media.stream(bench.path("MP4"), "video")["field_order"] == "progressive"


def _combing(path: Path) -> float:
    """How much each line differs from the mean of its neighbours, over a frame."""
    frame = media.pixels(path, size="320x180")[8]
    rows = [frame[at * 960 : at * 960 + 960 : 3] for at in range(180)]
    worst = [
        sum(abs(2 * b - a - c) for a, b, c in zip(*rows[y - 1 : y + 2], strict=True)) / 320
        for y in range(1, 179)
    ]
    return sum(worst) / len(worst)


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
        f"zscale=t={transfer}:m=2020_ncl:r=tv:npl=203,format=yuv420p10le"
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


@pytest.mark.parametrize("transfer", ["bt709", "smpte2084", "arib-std-b67"])
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


def _flash(path: Path, *options: str, picture_from: float = 0, sound_from: float = 0) -> Path:
    """Black and silent but for a white flash and a beep, both at two seconds."""
    flash = (
        "color=black:s=160x120:r=25:d=3,drawbox=c=white:t=fill:enable='between(t,1.999,2.1)'"
        f",trim=start={picture_from}"
    )
    beep = (
        "aevalsrc='if(between(t,2,2.1),0.5*sin(2*PI*1000*t),0)':s=48000:d=3"
        f",atrim=start={sound_from}"
    )
    media.ffmpeg(
        *("-f", "lavfi", "-i", flash, "-f", "lavfi", "-i", beep, "-pix_fmt", "yuv420p"),
        *("-c:v", "libx264", "-bf", "2", "-g", "50", "-c:a", "aac", "-copyts", *options, str(path)),
    )
    return path


def _events(path: Path, *options: str) -> tuple[float, float, float]:
    """First frame, flash and beep in seconds."""
    frames = media.pixels(path, *options, size="2x2")
    times = sorted(media.shown(path, *options))
    flash = next(n for n, frame in enumerate(frames) if frame[0] > 128)
    sound = media.samples(path, *options)
    beep = next(n for n, value in enumerate(sound) if abs(value) > 0.1) / 48_000
    return times[0], times[flash], beep


@pytest.mark.parametrize(
    ("name", "options", "late"),
    [
        ("x.mp4", (), {}),
        ("x.mp4", (), {"sound_from": 1.0}),
        ("x.mkv", (), {"picture_from": 0.5}),
        ("x.mp4", (), {"picture_from": 0.5}),
        ("x.ts", ("-output_ts_offset", "100"), {}),
        ("x.mkv", ("-output_ts_offset", "7"), {}),
    ],
    ids=["plain", "late sound", "late picture", "late picture, edit list", "offset", "offset mkv"],
)
async def test_picture_and_sound_stay_together(
    name: str, options: tuple[str, ...], late: dict[str, float], tmp_path: Path
) -> None:
    source = _flash(tmp_path / name, *options, **late)
    bench = await transcode(source, tmp_path, ladder={"segment_seconds": 1}, mp4={})
    first, flash, beep = _events(bench.path("MP4"))
    assert first == 0
    assert (flash, beep) == (pytest.approx(2, abs=0.041), pytest.approx(2, abs=0.03))
    track = bench.path("HLS").parent
    shown = [float(p["pts_time"]) for p in media.packets(_joined(track / "video_120"), "v")]
    assert min(shown) == 0
    _, flash, _ = _events(bench.path("MP4"))
    beep = (
        next(n for n, v in enumerate(media.samples(_joined(track / "audio"))) if abs(v) > 0.1)
        / 48_000
    )
    # Decoded on its own, AAC begins with a frame that only warms the decoder up.
    assert beep == pytest.approx(2, abs=0.05)


async def test_cut_film_with_an_edit_list_stays_together(tmp_path: Path) -> None:
    whole, cut = _flash(tmp_path / "whole.mp4"), tmp_path / "cut.mp4"
    media.ffmpeg("-ss", "1.3", "-i", str(whole), "-c", "copy", str(cut))
    bench = await transcode(cut, tmp_path, mp4={})
    _, flash, beep = _events(bench.path("MP4"))
    assert (flash, beep) == (pytest.approx(0.7, abs=0.041), pytest.approx(0.7, abs=0.03))


def _tones(path: Path) -> Path:
    """5.1 with the centre alone: speech."""
    layout = "0|0|0.5*sin(2*PI*440*t)|0|0|0"
    source = f"aevalsrc='{layout}':channel_layout=5.1:s=48000:d=1"
    media.ffmpeg("-f", "lavfi", "-i", source, "-c:a", "flac", str(path))
    return path


async def test_speech_keeps_its_level_in_stereo(tmp_path: Path) -> None:
    """The centre goes to both sides at -3 dB, which together is as loud as before."""
    bench = await transcode(_tones(tmp_path / "x.flac"), tmp_path, mp4={})
    peak = max(media.samples(bench.path("MP4"))[4800:-4800])
    assert peak == pytest.approx(0.5 * 0.7071, rel=0.03)


async def test_loud_channels_together_do_not_clip(tmp_path: Path) -> None:
    tone = "0.9*sin(2*PI*440*t)"
    source = tmp_path / "x.flac"
    six = f"aevalsrc='{'|'.join([tone] * 6)}':channel_layout=5.1:s=48000:d=1"
    media.ffmpeg("-f", "lavfi", "-i", six, "-c:a", "flac", str(source))
    bench = await transcode(source, tmp_path, mp4={})
    heard = media.samples(bench.path("MP4"))[4800:-4800]
    assert 0.9 < max(heard) <= 1.0


async def test_mono_keeps_its_level(tmp_path: Path) -> None:
    source = tmp_path / "x.wav"
    tone = "aevalsrc='0.5*sin(2*PI*440*t)':s=22050:d=1"
    media.ffmpeg("-f", "lavfi", "-i", tone, str(source))
    bench = await transcode(source, tmp_path, mp4={})
    assert media.stream(bench.path("MP4"), "audio")["channels"] == 2
    assert max(media.samples(bench.path("MP4"))[4800:-4800]) == pytest.approx(0.5, rel=0.03)


@pytest.mark.parametrize(("hls", "dash"), [(True, False), (False, True)])
async def test_one_manifest_is_enough(hls: bool, dash: bool, tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", seconds=0.4)
    bench = await transcode(source, tmp_path, ladder={**LADDER, "hls": hls, "dash": dash})
    assert _kinds(bench) == (["HLS"] if hls else ["DASH"])
    names = {path.suffix for path in bench.out.rglob("*.*")}
    assert names == {".mp4", ".m4s", ".m3u8" if hls else ".mpd"}


async def test_what_is_stored_has_types_and_may_be_cached(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", seconds=0.4)
    bench = await transcode(source, tmp_path, ladder=LADDER, poster={})
    types = {key.rsplit(".", 1)[1]: h["ContentType"] for key, h in bench.storage.types.items()}
    assert types == {
        "m3u8": "application/vnd.apple.mpegurl",
        "mpd": "application/dash+xml",
        "mp4": "video/mp4",
        "m4s": "video/iso.segment",
        "jpg": "image/jpeg",
    }
    assert all("immutable" in headers["CacheControl"] for headers in bench.storage.types.values())
    assert bench.storage.order[-2:] in (
        ["p/manifest.mpd", "p/master.m3u8"],
        ["p/master.m3u8", "p/manifest.mpd"],
    )


async def test_progress_rises_from_nothing_to_all(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", seconds=2)
    bench = await transcode(source, tmp_path, ladder=LADDER, clips=[{"end": 1}])
    fractions = [standing.fraction for standing in bench.standings]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == pytest.approx(1)
    phases = [standing.phase for standing in bench.standings]
    assert list(dict.fromkeys(phases)) == list(Phase)


async def test_poster_shows_the_asked_moment(tmp_path: Path) -> None:
    """Each frame has its own grey: 8 more than the one before."""
    source = _greys(tmp_path / "x.mp4", "-g", "30")
    alone = await transcode(source, tmp_path / "a", poster={"at": 0.5, "width": 80})
    beside = await transcode(source, tmp_path / "b", poster={"at": 0.5, "width": 80}, mp4={})
    for bench in (alone, beside):
        assert _grey(media.pixels(bench.path("POSTER"))[0]) == 13
        assert _facts(bench, "POSTER").width == 80


async def test_poster_where_the_picture_is_over(tmp_path: Path) -> None:
    source = tmp_path / "x.mp4"
    media.ffmpeg(
        *("-f", "lavfi", "-i", "testsrc2=s=160x90:r=25:d=1", "-f", "lavfi", "-i", "sine=d=16"),
        *("-c:v", "libx264", str(source)),
    )
    alone = await transcode(source, tmp_path / "a", poster={"at": 15})
    beside = await transcode(source, tmp_path / "b", poster={"at": 15}, mp4={})
    assert alone.path("POSTER").stat().st_size > 0
    assert beside.path("POSTER").stat().st_size > 0


def _greys(path: Path, *options: str) -> Path:
    grey = "color=black:s=160x120:r=25:d=1.2,format=yuv420p,geq=lum='16+7*N':cb=128:cr=128"
    media.ffmpeg(
        *("-f", "lavfi", "-i", grey, "-f", "lavfi", "-i", "sine=r=48000:d=1.2", *options),
        *(("-c:v", "libx264", "-qp", "1", "-bf", "2") if "-c:v" not in options else ()),
        str(path),
    )
    return path


def _grey(frame: bytes) -> int:
    """The number of the frame, from its grey as RGB."""
    return round(frame[len(frame) // 2] * 219 / 255 / 7)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.mp4", ("-g", "10")),
        ("x.mkv", ("-g", "10")),
        ("x.ts", ("-g", "10")),
        ("x.mpg", ("-c:v", "mpeg2video", "-q:v", "1", "-bf", "2", "-g", "10")),
        ("x.webm", ("-c:v", "libvpx", "-crf", "4", "-b:v", "9M", "-g", "10", "-c:a", "libopus")),
        ("x.avi", ("-c:v", "mpeg4", "-q:v", "1", "-g", "10")),
        ("x.flv", ("-c:v", "flv", "-q:v", "1", "-ar", "44100")),
        ("x.wmv", ("-c:v", "wmv2", "-q:v", "1")),
        ("x.ogv", ("-c:v", "libtheora", "-q:v", "10", "-c:a", "libvorbis")),
    ],
)
async def test_exact_clip_has_exactly_its_frames(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    source = _greys(tmp_path / name, *options)
    # 0.5 s stands between frames 12 and 13; 1.0 s is the first moment that is not shown.
    bench = await transcode(source, tmp_path, clips=[{"start": 0.5, "end": 1.0}, {"start": 0.8}])
    greys = [_grey(frame) for frame in media.pixels(bench.path("CLIP"))]
    # Some containers begin a frame late or round to milliseconds; ask what they say themselves.
    zero = float(media.look(source)["format"]["start_time"])
    times = [time - zero for time in media.shown(source, "-copyts")]
    assert greys == [n for n, time in enumerate(times) if 0.5 <= time + 1e-6 < 1.0]
    first, second = bench.made.outputs
    assert (first.key, second.key) == ("p/Film_clip_1.mp4", "p/Film_clip_2.mp4")
    assert first.duration == pytest.approx(0.5, abs=0.05)
    assert second.duration == pytest.approx(0.4, abs=0.1)
    assert float(media.stream(bench.path("CLIP"), "video")["start_time"]) == 0


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("x.mp4", ("-g", "10")),
        ("x.mkv", ("-g", "10", "-c:a", "aac")),
        ("x.ts", ("-g", "10", "-c:a", "aac")),
    ],
)
async def test_copied_clip_begins_at_a_keyframe(
    name: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    source = _greys(tmp_path / name, *options, "-sc_threshold", "0")
    bench = await transcode(source, tmp_path, clips=[{"start": 0.5, "end": 0.9, "mode": "COPY"}])
    clip = bench.path("CLIP")
    greys = [_grey(frame) for frame in media.pixels(clip)]
    # Frame 10 is the keyframe before 0.5 s; frames may be decoded in groups of up to four.
    assert 22 <= greys[-1] <= 25
    assert greys == list(range(10, greys[-1] + 1))
    (note,) = bench.made.notes
    assert re.search(r"clip 1 \(COPY\) begins at the keyframe at 0\.4\d\d s; asked.*0\.500", note)
    facts = _facts(bench, "CLIP")
    assert (facts.video_codec, facts.audio_codec, facts.width) == ("h264", "aac", 160)
    # The very packets of the source.
    assert media.stream(clip, "video")["profile"] == media.stream(source, "video")["profile"]


async def test_copied_clip_of_sound(tmp_path: Path) -> None:
    bench = await transcode(
        media.sample("demo.mp3"), tmp_path, clips=[{"start": 2, "end": 5, "mode": "COPY"}]
    )
    assert _facts(bench, "CLIP").duration == pytest.approx(3, abs=0.1)
    assert _facts(bench, "CLIP").audio_codec == "mp3"


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("x.mp4", ("-movflags", "+faststart"), Code.SOURCE_TRUNCATED),
        ("x.mkv", (), Code.SOURCE_TRUNCATED),
    ],
)
async def test_film_that_ends_too_early(
    name: str, options: tuple[str, ...], code: Code, tmp_path: Path
) -> None:
    """The index promises four seconds; the second half of the file is missing."""
    whole = media.make(tmp_path / f"whole-{name}", *options, seconds=4).read_bytes()
    cut = tmp_path / name
    cut.write_bytes(whole[: len(whole) // 2])
    refused = await _refusal(cut, tmp_path, mp4={})
    assert refused.code is code
    assert "4.0 s" in refused.message


async def test_wishes_that_the_film_cannot_fulfil(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", seconds=0.4)
    for number, (recipe, code) in enumerate(
        [
            ({"clips": [{"start": 5, "end": 6}]}, Code.CLIP_BEYOND_END),
            ({"poster": {"at": 9}}, Code.POSTER_BEYOND_END),
        ]
    ):
        refused = await _refusal(source, tmp_path / str(number), **recipe)
        assert refused.code is code


async def test_hopelessly_damaged_film(tmp_path: Path) -> None:
    data = bytearray(media.make(tmp_path / "whole.mp4", seconds=2).read_bytes())
    start = data.index(b"mdat") + 8
    for at in range(start, data.index(b"moov") - 8):
        data[at] = (at * 7919 >> 5) & 0xFF
    broken = tmp_path / "x.mp4"
    broken.write_bytes(data)
    refused = await _refusal(broken, tmp_path, mp4={})
    assert refused.code in {Code.SOURCE_UNREADABLE, Code.SOURCE_TRUNCATED}


async def test_time_limit_of_the_task(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size="1280x720", seconds=4)
    limits = Limits(wall_seconds=1.2, threads=1)
    refused = await _refusal(source, tmp_path, mp4={"crf": 1}, ladder={}, limits=limits)
    assert refused.code is Code.TIME_LIMIT


async def test_lossless_is_asked_of_a_profile_that_has_none(tmp_path: Path) -> None:
    bench = await transcode(media.make(tmp_path / "x.mp4", seconds=0.2), tmp_path, mp4={"crf": 0})
    assert media.stream(bench.path("MP4"), "video")["profile"] == "High"
