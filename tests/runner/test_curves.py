"""Values through a film, as a chart shows them."""

from __future__ import annotations

import statistics
import subprocess
from pathlib import Path

import pytest

from runner import curves
from tests.support.media import ffmpeg


def test_segments_become_bits_a_second() -> None:
    found = curves.of_pieces([(4.0, 1_000_000), (4.0, 500_000), (2.0, 250_000)])
    assert found is not None
    assert (found.step, found.values) == (4.0, (2_000_000, 1_000_000, 1_000_000))


def test_packets_are_gathered_by_the_second() -> None:
    found = curves.of_pieces([(0.04, 5_000)] * 25 + [(0.04, 10_000)] * 30)
    assert found is not None
    assert found.step == 1.0
    assert found.values == pytest.approx((1_000_000, 2_000_000, 2_000_000), abs=2)


def test_what_lies_across_a_step_counts_on_both_sides() -> None:
    found = curves.of_pieces([(0.5, 100), (1.0, 400), (0.5, 100)])
    assert found is not None
    assert found.values == (2_400, 2_400)


@pytest.mark.parametrize(("seconds", "step"), [(240, 1), (241, 2), (6_000, 25)])
def test_a_long_film_has_no_more_points_than_a_chart(seconds: int, step: int) -> None:
    found = curves.of_pieces([(1.0, 125_000)] * seconds)
    assert found is not None
    assert found.step == step
    assert len(found.values) <= 240
    assert set(found.values) == {1_000_000}


@pytest.mark.parametrize("pieces", [[], [(0.0, 10)]])
def test_without_length_there_is_none(pieces: list[tuple[float, int]]) -> None:
    assert curves.of_pieces(pieces) is None


def test_pieces_of_no_length_count_where_they_stand() -> None:
    found = curves.of_pieces([(1.0, 100), (0.0, 100), (1.0, 100), (1.0, 100)])
    assert found is not None
    assert found.values == (800, 1_600, 800)


def test_packets_of_an_index() -> None:
    listing = b"0.040000,1234\nN/A,7\n0.040000,12,\nrubbish\n"
    assert curves.packets(listing) == [(0.04, 1234), (0.0, 7), (0.04, 12)]


def test_a_meter_that_ffmpeg_has_printed(tmp_path: Path) -> None:
    meter = "ebur128=metadata=1,ametadata=mode=print:key=lavfi.r128.M:file=said.txt"
    tones = "sine=frequency=1000:duration=8,volume='if(lt(t,4),0,1)':eval=frame"
    words = [ffmpeg(), "-nostdin", "-v", "error", "-f", "lavfi", "-i", tones, "-af", meter]
    subprocess.run([*words, "-f", "null", "-"], check=True, cwd=tmp_path, timeout=60)
    found = curves.of_meter((tmp_path / "said.txt").read_text())
    assert found is not None
    assert (found.step, len(found.values)) == (1.0, 8)
    # A sine of FFmpeg has an eighth of full scale: -21 LUFS in one channel.
    assert found.values[:4] == (curves.SILENCE,) * 4
    assert found.values[5:] == pytest.approx((-21.0,) * 3, abs=0.2)
    assert found.values[4] == pytest.approx(-21.0, abs=3), "before the meter is full"


def test_a_meter_that_has_said_nothing() -> None:
    assert curves.of_meter("") is None


def test_a_line_stays_level_where_nothing_was_measured() -> None:
    found = curves.of_samples([(2.0, 10.0), (2.5, 20.0), (4.0, 30.0)], statistics.fmean)
    assert found is not None
    assert found.values == (15.0, 15.0, 15.0, 15.0, 30.0)
