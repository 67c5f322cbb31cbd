"""Which bytes are fetched for what FFprobe lists, without FFprobe."""

from __future__ import annotations

import pytest

from runner.packets import Packet, key_before, ranges, reaches, read
from runner.sparse import length, merged

# Picture and sound in turns: half a second each, 100 bytes of the one and 10 of the other.
FILM = [
    packet
    for n in range(20)
    for packet in (
        Packet(0, 0.5 * n + 0.1, 0.5 * n, 110 * n, 110 * n + 100, n % 4 == 0),
        Packet(1, 0.5 * n, 0.5 * n, 110 * n + 100, 110 * n + 110, True),
    )
]


def test_reading_a_listing() -> None:
    listing = b"0,1.040000,0.960000,3167,48,K__\n1,-0.021333,-0.021333,348,3215,KD_,\n"
    assert read(listing) == [
        Packet(0, 1.04, 0.96, 48, 3215, True),
        Packet(1, -0.021333, -0.021333, 3215, 3563, True),
    ]


@pytest.mark.parametrize(
    "line",
    [b"0,N/A,N/A,10,48,K__", b"0,1.0,1.0,10,N/A,K__", b"0,1.0,1.0,10,-1,K__", b"0,1.0", b"no"],
)
def test_a_packet_that_is_nowhere(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(line)


def test_the_keyframe_before_a_time() -> None:
    assert key_before(FILM, 0, 5.0) == pytest.approx(4.1)
    assert key_before(FILM, 0, 4.0999) == pytest.approx(4.1)
    assert key_before(FILM, 0, 0.0) is None


def test_a_listing_reaches_what_it_was_to_reach() -> None:
    # It ended with the file: nothing of it is shown at the wanted end.
    assert reaches(FILM, 20.0, {0: 19.0, 1: 19.0})
    # It ended at a packet of the sound, which runs ahead of the picture.
    ahead = [*FILM[:20], Packet(1, 15.0, 15.0, 0, 1, True)]
    assert reaches(ahead, 14.0, {0: 4.5, 1: 13.0})
    assert not reaches(ahead, 14.0, {0: 5.0, 1: 13.0})
    assert not reaches(ahead, 14.0, {0: 4.5, 2: 1.0})


def test_the_bytes_of_the_streams_that_are_kept() -> None:
    assert ranges(FILM[:4], {0, 1}, 0) == [(0, 220)]
    assert ranges(FILM[:4], {0}, 0) == [(0, 100), (110, 210)]
    assert ranges(FILM[:4], {0}, 10) == [(0, 210)]
    assert ranges([], {0}, 10) == []


def test_ranges_that_overlap_are_one() -> None:
    assert merged([(5, 9), (0, 6), (9, 10), (20, 20), (12, 11)]) == [(0, 10)]
    assert merged([(0, 1), (4, 5), (9, 10)], gap=3) == [(0, 5), (9, 10)]
    assert length([(0, 5), (9, 10)]) == 6
