"""How decoder, filters and encoders of one command share its threads."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.outputs import Picture, VideoTrack
from runner.threads import Shares
from schema.codecs import Tier, VideoCodec

TRACK = VideoTrack(
    codec=VideoCodec.H264,
    tier=Tier.STANDARD,
    width=1280,
    height=720,
    crf=23,
    cap=None,
    bitrate=None,
    depth=8,
    hdr=False,
    gop=100,
    key_every=4.0,
)

PICTURE = Picture(
    stream=0,
    codec="h264",
    width=1280,
    height=720,
    frame_rate=25.0,
    variable=False,
    deinterlace=False,
    matrix_guess=None,
    other_matrix=False,
    transfer=None,
)


def rungs(*heights: int) -> list[VideoTrack]:
    return [replace(TRACK, width=height * 16 // 9, height=height) for height in heights]


@pytest.mark.parametrize(
    ("total", "heights", "reading", "writing"),
    [
        (2, (720, 480, 360), 1, [4, 2, 1]),
        (1, (720, 480, 360), 1, [2, 1, 1]),
        (8, (720, 480, 360), 4, [13, 7, 4]),
        # With more than these x264 would look for motion less far.
        (16, (1080, 720, 64), 8, [19, 13, 1]),
        (3, (720,), 2, [6]),
        # Where less is encoded than decoded, the decoder is what takes time.
        (4, (240,), 4, [4]),
    ],
)
def test_shares(total: int, heights: tuple[int, ...], reading: int, writing: list[int]) -> None:
    tracks = rungs(*heights)
    found = Shares.of(total, PICTURE, tracks)
    assert found.reading == reading
    assert [found.writing[track] for track in tracks] == writing


def test_sound_alone() -> None:
    assert Shares.of(4, None, []) == Shares(4, {})


def test_only_x264_gets_more_threads_than_there_are_processors() -> None:
    (track,) = rungs(720)
    hevc = replace(track, codec=VideoCodec.HEVC)
    assert Shares.of(4, PICTURE, [hevc]).writing == {hevc: 4}
