"""Rules for playlists and manifests: ours keep them, and what breaks one is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner import lint
from runner.playlists import BadPlaylistError
from tests.runner import media
from tests.runner.bench import transcode

MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,URI="a/m.m3u8",GROUP-ID="audio",NAME="one, two",DEFAULT=YES
#EXT-X-MEDIA:TYPE=AUDIO,URI="b/m.m3u8",GROUP-ID="audio",NAME="three",DEFAULT=NO
#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=800,CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio"
v/m.m3u8
"""
MEDIA = """#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="init.mp4"
#EXTINF:4.400,
1.m4s
#EXTINF:1.0,
2.m4s
#EXT-X-ENDLIST
"""
IFRAMES = "#EXTINF:4.0,\n#EXT-X-BYTERANGE:6@4\n1.m4s\n"
MANIFEST = """<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet>
<Representation id="0" bandwidth="1" codecs="avc1" mimeType="video/mp4">
<SegmentTemplate timescale="10"><SegmentTimeline><S t="0" d="40" r="1"/><S t="80" d="7"/>
</SegmentTimeline></SegmentTemplate></Representation>
<Representation id="1" bandwidth="1" mimeType="text/vtt"><BaseURL>x.vtt</BaseURL></Representation>
</AdaptationSet></Period></MPD>"""


def test_what_keeps_the_rules(tmp_path: Path) -> None:
    (tmp_path / "1.m4s").write_bytes(bytes(10))
    lint.check_master(MASTER)
    lint.check_durations(MEDIA)
    lint.check_ranges(tmp_path, IFRAMES)
    lint.check_manifest(MANIFEST)


def test_attributes_may_hold_commas() -> None:
    said = lint.attributes(MASTER.splitlines()[1])
    assert (said["NAME"], said["DEFAULT"]) == ("one, two", "YES")


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ('CODECS="avc1.64001f,mp4a.40.2",', "", "without CODECS"),
        (":BANDWIDTH=900,AVERAGE", ":AVERAGE", "without BANDWIDTH"),
        ("=800", "=901", "above its peak"),
        ('AUDIO="audio"', 'AUDIO="sound"', "not there: sound"),
        ("three", "one, two", "one name"),
        ("DEFAULT=NO", "DEFAULT=YES", "two defaults"),
        ("#EXT-X-STREAM-INF", "#X", "no variant"),
    ],
)
def test_broken_masters(good: str, bad: str, words: str) -> None:
    assert good in MASTER
    with pytest.raises(BadPlaylistError, match=words):
        lint.check_master(MASTER.replace(good, bad))


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [("4.400", "4.500", "longer"), ("#EXT-X-TARGETDURATION:4", "", "no target")],
)
def test_broken_durations(good: str, bad: str, words: str) -> None:
    with pytest.raises(BadPlaylistError, match=words):
        lint.check_durations(MEDIA.replace(good, bad))


def test_broken_ranges(tmp_path: Path) -> None:
    (tmp_path / "1.m4s").write_bytes(bytes(9))
    with pytest.raises(BadPlaylistError, match="behind its end"):
        lint.check_ranges(tmp_path, IFRAMES)
    with pytest.raises(BadPlaylistError, match="no I-frames"):
        lint.check_ranges(tmp_path, MEDIA)


@pytest.mark.parametrize(
    ("good", "bad", "words"),
    [
        ('codecs="avc1" ', "", "codecs"),
        ('bandwidth="1" mimeType="text/vtt"', 'mimeType="text/vtt"', "bandwidth"),
        ('id="1"', 'id="0"', "one id"),
    ],
)
def test_broken_manifests(good: str, bad: str, words: str) -> None:
    assert good in MANIFEST
    with pytest.raises(BadPlaylistError, match=words):
        lint.check_manifest(MANIFEST.replace(good, bad))


async def test_a_ladder_without_sound_and_one_without_picture(tmp_path: Path) -> None:
    silent = media.make(tmp_path / "silent.mp4", size="160x90", audio=None)
    heard = media.make(tmp_path / "heard.m4a", video=False)
    for source in (silent, heard):
        bench = await transcode(source, tmp_path / source.stem, ladder={}, tier="DRAFT")
        lint.check_master(bench.path("HLS").read_text())
