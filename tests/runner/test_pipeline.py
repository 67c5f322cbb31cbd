"""The whole story on real media: ladders, files, manifests, progress."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from runner.errors import Code
from runner.progress import COPY_WEIGHTS, ENCODE_WEIGHTS
from runner.tools import require_recent
from schema.job import Limits, Phase
from tests.runner import media
from tests.runner.bench import Bench, facts, joined, kinds, refusal, transcode

LADDER = {"rungs": [{"height": 180}], "segment_seconds": 1}


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
    assert kinds(bench) == ["HLS", "DASH", "MP4", "POSTER"]
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
        [p["pts_time"] for p in media.packets(joined(root / name), "v") if "K" in p["flags"]]
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
    assert facts(bench, "MP4").duration == pytest.approx(1, abs=0.09)
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
    assert facts(bench, "MP4").duration == pytest.approx(4, abs=0.25)


async def test_whole_real_film(tmp_path: Path) -> None:
    bench = await transcode(media.sample("demo.wmv"), tmp_path, mp4={})
    assert int(media.stream(bench.path("MP4"), "video")["nb_frames"]) == 1441
    assert facts(bench, "MP4").duration == pytest.approx(60.2, abs=0.05)


@pytest.mark.parametrize("name", ["demo.mp4", "demo.mkv"])
async def test_a_film_that_was_cut_by_copying(name: str, tmp_path: Path) -> None:
    """Its last frames refer to some that the cut has left out."""
    source = tmp_path / name
    whole = ("-i", f"file:{media.sample(name)}")
    media.ffmpeg(*whole, "-t", "5", "-c", "copy", str(source))
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    assert kinds(bench) == ["HLS", "DASH", "MP4"]
    assert facts(bench, "MP4").duration == pytest.approx(5.2, abs=0.1)


@pytest.mark.parametrize("name", ["demo.mp3", "demo.wav", "demo.aac", "withcover.mp3"])
async def test_sound_alone(name: str, tmp_path: Path) -> None:
    bench = await transcode(media.sample(name), tmp_path, ladder={}, poster={})
    assert kinds(bench) == ["HLS", "DASH"]
    hls = facts(bench, "HLS")
    assert (hls.video_codec, hls.audio_codec, hls.renditions) == (None, "aac", ())
    assert hls.duration == pytest.approx(15.52, abs=0.05)
    assert 'CODECS="mp4a.40.2"' in bench.path("HLS").read_text()


async def test_picture_alone(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", audio=None)
    bench = await transcode(source, tmp_path, ladder=LADDER, mp4={})
    assert "AUDIO" not in bench.path("HLS").read_text()
    assert [s["codec_type"] for s in media.look(bench.path("MP4"))["streams"]] == ["video"]
    assert facts(bench, "MP4").audio_codec is None


@pytest.mark.parametrize(("hls", "dash"), [(True, False), (False, True)])
async def test_one_manifest_is_enough(hls: bool, dash: bool, tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", seconds=0.4)
    bench = await transcode(source, tmp_path, ladder={**LADDER, "hls": hls, "dash": dash})
    assert kinds(bench) == (["HLS"] if hls else ["DASH"])
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


async def test_wishes_that_the_film_cannot_fulfil(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", seconds=0.4)
    for number, (recipe, code) in enumerate(
        [
            ({"clips": [{"start": 5, "end": 6}]}, Code.CLIP_BEYOND_END),
            ({"poster": {"at": 9}}, Code.POSTER_BEYOND_END),
        ]
    ):
        refused = await refusal(source, tmp_path / str(number), **recipe)
        assert refused.code is code


async def test_time_limit_of_the_task(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size="1280x720", seconds=4)
    limits = Limits(wall_seconds=1.2, threads=1)
    refused = await refusal(source, tmp_path, mp4={"crf": 1}, ladder={}, limits=limits)
    assert refused.code is Code.TIME_LIMIT


async def test_an_ffmpeg_with_holes_encodes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(_program: str, _folder: Path) -> str:
        require_recent("ffmpeg version 8.1.2")
        return ""

    source = media.make(tmp_path / "x.mp4", seconds=1)
    monkeypatch.setattr("tests.runner.bench.version", ask)
    refused = await refusal(source, tmp_path, mp4={})
    assert refused.code is Code.TOOL_OUTDATED


@pytest.mark.parametrize(
    ("recipe", "begins"),
    [
        ({"audio": [{}]}, ENCODE_WEIGHTS),
        ({"clips": [{"mode": "COPY"}], "metadata": True}, COPY_WEIGHTS),
        ({"clips": [{"mode": "COPY"}], "sprite": {}}, ENCODE_WEIGHTS),
    ],
)
async def test_fetching_is_most_of_the_work_only_where_nothing_is_encoded(
    recipe: dict[str, Any], begins: Mapping[Phase, float], tmp_path: Path
) -> None:
    source = media.make(tmp_path / "film.mp4", seconds=1)
    bench = await transcode(source, tmp_path / "run", **recipe)
    first = next(s.fraction for s in bench.standings if s.phase is Phase.ENCODING)
    assert first == pytest.approx(begins[Phase.FETCHING] + begins[Phase.PROBING], abs=0.005)
