"""Where a cut without encoding begins and ends."""

from __future__ import annotations

import pytest

from runner.errors import Code, RunnerError
from runner.keyframes import Place, find_end, find_start, read

LISTING = b"""1.000000,0.920000,K__
1.200000,0.960000,___
1.080000,1.000000,___
2.000000,1.920000,K_D
2.200000,1.960000,___
"""


@pytest.mark.parametrize(
    ("wanted", "shown"), [(1.0, 1.0), (1.99, 1.0), (1.9995, 2.0), (2.0, 2.0), (9.0, 2.0)]
)
def test_the_last_keyframe_at_or_before(wanted: float, shown: float) -> None:
    found = find_start(read(LISTING), wanted, 0.04)
    assert found == Place(shown, pytest.approx(shown - 0.08))


def test_missing_decoding_times_are_counted_back() -> None:
    packets = read(b"1.000000,N/A,K__\n1.200000,N/A,___\n1.080000,1.000000,___\n")
    assert find_start(packets, 1.5, 0.04) == Place(1.0, pytest.approx(0.92))


def test_missing_times_of_showing_fall_back_to_decoding() -> None:
    assert find_start(read(b"N/A,0.500000,K__\n"), 1.0, 0.04) == Place(0.5, 0.5)


def test_no_keyframe_is_a_broken_source() -> None:
    with pytest.raises(RunnerError) as refused:
        find_start(read(b"1.0,1.0,___\nrubbish\n"), 5.0, 0.04)
    assert refused.value.code is Code.SOURCE_UNREADABLE


# In the order of decoding: I0 P3 B1 B2 P6 B4 B5 I7, each a tenth of a second.
REORDERED = b"".join(
    b"%.1f,%.1f,%s\n" % (shown / 10, (place - 1) / 10, b"K__" if shown in {0, 7} else b"___")
    for place, shown in enumerate([0, 3, 1, 2, 6, 4, 5, 7])
)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (0.05, Place(0.1, 0.0)),
        (0.2, Place(0.4, 0.3)),
        (0.4, Place(0.4, 0.3)),
        (0.5, Place(0.7, 0.6)),
        (0.7, Place(0.7, 0.6)),
        (0.8, None),
    ],
)
def test_the_end_leaves_no_gap(wanted: float, expected: Place | None) -> None:
    assert find_end(read(REORDERED), wanted) == expected
