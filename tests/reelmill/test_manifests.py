"""What playlists and manifests refer to."""

from __future__ import annotations

import pytest

from reelmill.errors import ProtocolError
from reelmill.manifests import references

MASTER = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,URI="audio/media.m3u8",GROUP-ID="audio"
#EXT-X-STREAM-INF:BANDWIDTH=1
video 720/media.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=3,URI="video_720/iframe.m3u8"
"""
MPD = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet>
<Representation id="0"><SegmentTemplate initialization="v/init.mp4"
 media="v/$Number%05d$.m4s" startNumber="1"><SegmentTimeline><S t="0" d="5" r="1"/><S d="2"/>
</SegmentTimeline></SegmentTemplate></Representation></AdaptationSet></Period></MPD>"""


def test_a_playlist() -> None:
    assert references("master.m3u8", MASTER) == [
        "audio/media.m3u8",
        "video 720/media.m3u8",
        "video_720/iframe.m3u8",
    ]
    media = '#EXT-X-MAP:URI="init.mp4"\n#EXT-X-BYTERANGE:5@0\n1.m4s\n#EXT-X-BYTERANGE:5@5\n1.m4s\n'
    assert references("media.m3u8", media) == ["init.mp4", "1.m4s"]


def test_a_manifest() -> None:
    assert references("manifest.mpd", MPD) == [
        "v/init.mp4",
        "v/00001.m4s",
        "v/00002.m4s",
        "v/00003.m4s",
    ]


@pytest.mark.parametrize(
    "text", ["<MPD", MPD.replace('r="1"', 'r="99999999999"'), MPD.replace("<S ", "<T ")]
)
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(ProtocolError):
        references("manifest.mpd", text)
