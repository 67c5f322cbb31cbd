"""Subtitles of a source: which are taken, what becomes of their text, how players find them."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from runner import groups, split, subtitles
from runner.errors import Code, RunnerError
from runner.split import WholeError
from schema import webvtt
from schema.split import Splitting
from schema.webvtt import Cue
from tests.runner import media
from tests.runner.bench import facts, kinds, refusal, transcode
from tests.runner.values import audio, plan, probe, text, video

DASH = "{urn:mpeg:dash:schema:mpd:2011}"
ENGLISH = """1
00:00:00,200 --> 00:00:00,800
{\\an8}Fish & chips <font color="#ff0000"><i>now</i></font>

2
00:00:00,800 --> 00:00:09,000
Two
lines --> here

3
00:00:08,000 --> 00:00:09,000
nobody sees this
"""
GERMAN = "1\n00:00:00,500 --> 00:00:01,000\nGrüße, „Welt“\n"
READ = [
    Cue(0.2, 0.8, "Fish &amp; chips <i>now</i>"),
    Cue(0.8, 1.0, "Two\nlines --&gt; here"),
]


def _film(path: Path, *codecs: str, late: float = 0.0) -> Path:
    """A second of film with English subtitles, and forced German ones."""
    plain = media.make(path.with_name("plain.mp4"), size="160x90", rate="10")
    inputs = ["-i", str(plain)]
    for name, words in (("en.srt", ENGLISH), ("de.srt", GERMAN)):
        path.with_name(name).write_text(words, "utf-8")
        inputs += ["-i", str(path.with_name(name))]
    chosen = [o for n, codec in enumerate(codecs) for o in (f"-c:s:{n}", codec)]
    media.ffmpeg(
        *inputs,
        *("-map", "0", "-map", "1", "-map", "2", "-c", "copy", *chosen),
        *("-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=ger"),
        *("-disposition:s:0", "default", "-disposition:s:1", "forced"),
        *("-output_ts_offset", f"{late:g}", str(path)),
    )
    return path


@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("x.mkv", ("subrip", "ass")),
        ("late.mkv", ("webvtt", "subrip")),
        ("x.mp4", ("mov_text", "mov_text")),
    ],
)
async def test_every_kind_of_text_becomes_the_same_cues(
    name: str, codecs: tuple[str, ...], tmp_path: Path
) -> None:
    source = _film(tmp_path / name, *codecs, late=5.0 if name == "late.mkv" else 0.0)
    bench = await transcode(source, tmp_path / "a", subtitles={})
    assert kinds(bench) == ["SUBTITLE"] * 4
    told = [(o.key, o.languages, o.content_type) for o in bench.made.outputs]
    assert told == [
        ("p/subtitles_1_en.vtt", ("eng",), "text/vtt"),
        ("p/subtitles_1_en.srt", ("eng",), "application/x-subrip"),
        ("p/subtitles_2_de.vtt", ("deu",), "text/vtt"),
        ("p/subtitles_2_de.srt", ("deu",), "application/x-subrip"),
    ]
    english = webvtt.read(bench.path("SUBTITLE").read_text("utf-8"))
    assert [cue.text for cue in english] == [cue.text for cue in READ]
    for found, wanted in zip(english, READ, strict=True):
        assert (found.start, found.end) == pytest.approx((wanted.start, wanted.end), abs=0.03)
    german = (bench.out / "p" / "subtitles_2_de.srt").read_text("utf-8")
    assert german.split("\n")[2] == "Grüße, „Welt“"
    # FFprobe reads both by rules of its own.
    for output in bench.made.outputs:
        shown = media.packets(bench.out / output.key, "s:0")
        assert len(shown) == (2 if "eng" in output.languages else 1)


async def test_players_find_them_in_hls_and_dash(tmp_path: Path) -> None:
    source = _film(tmp_path / "x.mkv", "subrip", "subrip")
    bench = await transcode(source, tmp_path / "a", ladder={}, subtitles={})
    master = bench.path("HLS").read_text()
    lines = re.findall(r"#EXT-X-MEDIA:TYPE=SUBTITLES,(.*)", master)
    assert [line.split(",", 2)[:2] for line in lines] == [
        [f'URI="text_{number}/media.m3u8"', 'GROUP-ID="text"'] for number in (1, 2)
    ]
    assert [line.split(",", 2)[2] for line in lines] == [
        'LANGUAGE="en",NAME="English",DEFAULT=YES,AUTOSELECT=YES',
        'LANGUAGE="de",NAME="German (forced)",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES',
    ]
    variants = re.findall(r"#EXT-X-STREAM-INF:.*", master)
    assert variants
    assert all(line.endswith(',SUBTITLES="text"') for line in variants)
    period = ET.fromstring(bench.path("DASH").read_text())[0]  # noqa: S314 - our own file
    sets = [s for s in period if s.get("contentType") == "text"]
    roles = [[r.get("value") for r in s.iter(f"{DASH}Role")] for s in sets]
    assert roles == [["subtitle", "main"], ["forced-subtitle"]]
    assert [(s.get("lang"), s.findtext(f"{DASH}Label")) for s in sets] == [
        ("en", "English"),
        ("de", "German (forced)"),
    ]
    assert len({s.get("id") for s in period}) == len(period)
    for found in sets:
        name = found.findtext(f"{DASH}Representation/{DASH}BaseURL")
        assert (bench.out / "p" / str(name)).read_text().startswith("WEBVTT\n\n00:00:00.")
    # FFprobe opens the playlist as a player does.
    look = media.look(bench.out / "p/text_1/media.m3u8", "-allowed_extensions", "ALL")
    assert look["streams"][0]["codec_name"] == "webvtt"
    order = bench.storage.order
    assert order.index("p/text_1/text.vtt") < order.index("p/text_1/media.m3u8")
    assert order[-1] == "p/master.m3u8"


async def test_a_ladder_may_go_without_and_languages_are_chosen(tmp_path: Path) -> None:
    source = _film(tmp_path / "x.mkv", "subrip", "subrip")
    wish = {"ladder": {"subtitles": False}, "subtitles": {"languages": ["de", "fr"]}}
    bench = await transcode(source, tmp_path / "a", **wish)
    assert "SUBTITLES" not in bench.path("HLS").read_text()
    assert facts(bench, "SUBTITLE").key == "p/subtitles_1_de.vtt"
    refused = await refusal(source, tmp_path / "b", subtitles={"languages": ["fr"]})
    assert refused.code is Code.NO_SUBTITLES


ASS = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,16

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.20,0:00:00.80,Default,,0,0,0,,{\\pos(9,9)}Grüße
"""
SIDE = "1\n00:00:00,200 --> 00:00:00,800\nGrüße\n"


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.srt", SIDE.encode("cp1252")),
        ("utf16.srt", SIDE.replace("\n", "\r\n").encode("utf-16")),
        ("x.vtt", b"\xef\xbb\xbfWEBVTT\n\n00:00.200 --> 00:00.800\nGr\xc3\xbc\xc3\x9fe\n"),
        ("x.ass", ASS.encode()),
        ("named.mp4", SIDE.encode()),
    ],
)
async def test_a_file_beside_the_source_is_shown_as_its_own_text_is(
    name: str, body: bytes, tmp_path: Path
) -> None:
    source = _film(tmp_path / "x.mkv", "subrip", "subrip")
    (tmp_path / name).write_bytes(body)
    given = {"file": {"key": name}, "language": "de", "label": "Von <Hand> & Fuß", "default": True}
    wish = {"languages": ["en"], "files": [given]}
    bench = await transcode(source, tmp_path / "a", ladder={}, subtitles=wish)
    written = (bench.out / "p/subtitles_2_de.vtt").read_text("utf-8")
    assert written == "WEBVTT\n\n00:00:00.200 --> 00:00:00.800\nGrüße\n"
    master = bench.path("HLS").read_text("utf-8")
    assert 'LANGUAGE="de",NAME="Von <Hand> & Fuß",DEFAULT=YES' in master
    assert 'LANGUAGE="en",NAME="English",DEFAULT=NO' in master
    manifest = ET.fromstring(bench.path("DASH").read_text("utf-8"))  # noqa: S314 - our own file
    labels = [found.text for found in manifest.iter(f"{DASH}Label")]
    assert labels == ["English", "Von <Hand> & Fuß"]
    assert len(bench.made.inputs) == 1


async def test_a_file_may_be_all_there_is_and_must_be_what_it_should(tmp_path: Path) -> None:
    source = media.make(tmp_path / "x.mp4", size="160x90", rate="10")
    (tmp_path / "x.srt").write_text(SIDE)
    wish = {"embedded": False, "files": [{"file": {"key": "x.srt"}}]}
    bench = await transcode(source, tmp_path / "a", subtitles=wish)
    assert facts(bench, "SUBTITLE").label == "Subtitles 1"
    for number, body in enumerate((b"hello", b"", b"#EXTM3U\nfile:///etc/passwd\n", b"\0" * 99)):
        (tmp_path / "x.srt").write_bytes(body)
        refused = await refusal(source, tmp_path / str(number), subtitles=wish)
        assert refused.code is Code.SUBTITLES_UNREADABLE


@pytest.mark.parametrize(
    ("streams", "taken"),
    [
        ((text(),), ["English"]),
        ((text(), text(index=3)), ["English", "English (2)"]),
        ((text(language=None), text(index=3, language="xx")), ["Subtitles 1", "Subtitles 2"]),
        (
            (text(hearing_impaired=True), text(index=3, forced=True)),
            ["English (SDH)", "English (forced)"],
        ),
        ((text(codec="hdmv_pgs_subtitle"), text(index=3, codec="ass")), ["English"]),
    ],
)
def test_viewers_choose_by_names_of_their_own(
    streams: tuple[object, ...], taken: list[str]
) -> None:
    made = plan(probe(video(), audio(), *streams), mp4={}, subtitles={})
    assert [track.name for track in made.subtitles] == taken


def test_only_pictures_of_text_are_no_subtitles() -> None:
    source = probe(video(), text(codec="dvd_subtitle"))
    assert plan(source, mp4={}, subtitles={}).subtitles == ()
    with pytest.raises(RunnerError, match="NO_SUBTITLES"):
        plan(source, subtitles={})


def test_one_default_at_most_and_never_a_forced_one() -> None:
    streams = [text(index=n, default=True, forced=n == 2) for n in (2, 3, 4)]
    made = plan(probe(video(), *streams), subtitles={})
    assert [track.default for track in made.subtitles] == [False, True, False]


def test_what_a_ladder_shows_is_read_though_the_files_were_made_before() -> None:
    made = plan(probe(video(), text()), ladder={}, subtitles={}).without({"subtitles"})
    assert made.subtitles == ()
    assert [group.name for group in groups.of(made)] == ["English"]
    assert len(made.texts) == 1


def test_a_film_with_subtitles_runs_whole() -> None:
    made = plan(probe(video(), text()), mp4={}, subtitles={})
    with pytest.raises(WholeError, match="subtitles"):
        split.worth(made, "mov", Splitting(from_seconds=10, chunk_seconds=10))


def test_cues_without_words_or_length_are_left_out_and_the_rest_is_in_order() -> None:
    head = "{}\n00:00:{:02},000 --> 00:00:{:02},000\n"
    made = head.format(1, 5, 6) + "b\n\n" + head.format(2, 1, 1) + "x\n\n"
    made += head.format(3, 2, 3) + "{\\pos(1,2)}\n\n" + head.format(4, 1, 2) + "a\n\nstill a\n"
    assert subtitles.read(made) == [Cue(1, 2, "a\nstill a"), Cue(5, 6, "b")]


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.vtt").write_text("no")
    with pytest.raises(RunnerError, match="VERIFY_FAILED"):
        subtitles.check(tmp_path, "x.vtt", 1.0)
    (tmp_path / "x.vtt").write_text(webvtt.write([Cue(0, 2, "x")]))
    with pytest.raises(RunnerError, match="behind the end"):
        subtitles.check(tmp_path, "x.vtt", 1.0)
    subtitles.check(tmp_path, "x.vtt", 2.0)
