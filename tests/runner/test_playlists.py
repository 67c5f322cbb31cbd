"""Reading our own playlists, manifests and segment indexes."""

from __future__ import annotations

import struct

import pytest

from runner import playlists
from runner.playlists import (
    BadPlaylistError,
    SegmentIndex,
    read_index,
    read_manifest,
    read_master,
    read_media,
)

MEDIA = """#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:3
#EXT-X-MAP:URI="init.mp4"
#EXTINF:2.000,
00001.m4s
#EXTINF:1.280,
00002.m4s
#EXT-X-ENDLIST
"""

MANIFEST = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>
<Representation><SegmentTemplate initialization="v/init.mp4" media="v/$Number%05d$.m4s"
 startNumber="1"><SegmentTimeline><S t="0" d="2" r="1"/><S t="4" d="1"/></SegmentTimeline>
</SegmentTemplate></Representation></AdaptationSet></Period></MPD>"""


def test_media_playlist() -> None:
    media = read_media(MEDIA)
    assert media.init == "init.mp4"
    assert media.segments == (("00001.m4s", 2.0), ("00002.m4s", 1.28))
    assert media.complete
    assert not read_media(MEDIA.replace("#EXT-X-ENDLIST", "")).complete


@pytest.mark.parametrize(
    "text",
    ["", "hello", MEDIA.replace("#EXTINF:1.280,\n", ""), MEDIA.split("#EXTINF", maxsplit=1)[0],
     MEDIA.replace("#EXT-X-MAP", "#X")],
)  # fmt: skip
def test_broken_media_playlists(text: str) -> None:
    with pytest.raises(BadPlaylistError):
        read_media(text)


def test_master_names_playlists_in_lines_and_attributes() -> None:
    text = '#EXTM3U\n#EXT-X-MEDIA:X,URI="audio/media.m3u8"\n#EXT-X-STREAM-INF:X\nv/media.m3u8\n'
    assert read_master(text) == {"audio/media.m3u8", "v/media.m3u8"}
    with pytest.raises(BadPlaylistError):
        read_master("no playlist")


def test_manifest_names_every_segment() -> None:
    assert read_manifest(MANIFEST) == {"v/init.mp4", "v/00001.m4s", "v/00002.m4s", "v/00003.m4s"}


@pytest.mark.parametrize(
    "text",
    ["", "<MPD", "<a/>", MANIFEST.replace("static", "dynamic"), MANIFEST.replace("SegmentT", "X")],
)
def test_broken_manifests(text: str) -> None:
    with pytest.raises(BadPlaylistError):
        read_manifest(text)


def _sidx(version: int, start: int, entries: list[tuple[int, int]]) -> bytes:
    body = struct.pack(">B3xII", version, 1, 12_800)
    body += struct.pack(">QQ" if version else ">II", start, 0)
    body += struct.pack(">HH", 0, len(entries))
    body += b"".join(struct.pack(">III", 1000, duration, sap << 31) for duration, sap in entries)
    return struct.pack(">I4s", len(body) + 8, b"sidx") + body


@pytest.mark.parametrize("version", [0, 1])
def test_segment_index(version: int) -> None:
    head = struct.pack(">I4s4s", 12, b"styp", b"msdh") + _sidx(version, 51_200, [(100, 1), (50, 0)])
    assert read_index(head) == SegmentIndex(12_800, 51_200, 150, starts_with_keyframe=True)
    assert not read_index(_sidx(version, 0, [(1, 0)])).starts_with_keyframe


@pytest.mark.parametrize("head", [b"", b"\0\0\0\0free", _sidx(0, 0, [])])
def test_broken_indexes(head: bytes) -> None:
    with pytest.raises(BadPlaylistError):
        read_index(head)


def test_the_peak_of_a_rung_is_never_below_its_average() -> None:
    text = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,URI="audio/media.m3u8",GROUP-ID="audio",DEFAULT=NO,AUTOSELECT=YES
#EXT-X-STREAM-INF:BANDWIDTH=100,AVERAGE-BANDWIDTH=120,CODECS="avc1.64001f"
a.m3u8
#EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=90,BANDWIDTH=100
b.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,AVERAGE-BANDWIDTH=2,URI="BANDWIDTH=1"
"""
    mended = playlists.mend_master(text, "audio/media.m3u8")
    assert "STREAM-INF:BANDWIDTH=120,AVERAGE-BANDWIDTH=120," in mended
    assert "AVERAGE-BANDWIDTH=90,BANDWIDTH=100\n" in mended
    assert 'I-FRAME-STREAM-INF:BANDWIDTH=2,AVERAGE-BANDWIDTH=2,URI="BANDWIDTH=1"' in mended
    assert ",DEFAULT=YES,AUTOSELECT=YES" in mended
    assert playlists.mend_master(mended, "audio/media.m3u8") == mended
