"""What a runner is given: more for more work, twice as much after it was too little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.sizing import MIB, of_task
from schema.job import FailureClass
from schema.presets import builtin
from schema.probe import Probe, Stream, StreamKind
from schema.recipe import Clip, ClipMode, Ladder, Mp4, Poster, Recipe

GIB = 1024 * MIB


def probe(width: int, height: int, seconds: float) -> Probe:
    video = Stream(index=0, kind=StreamKind.VIDEO, codec="h264", width=width, height=height)
    return Probe(container="mov", duration=seconds, size=1, streams=(video,))


def test_what_nobody_has_read_is_two_gigabytes_and_a_quarter_of_an_hour() -> None:
    size = of_task(Recipe(ladder=Ladder()), None, 0, {})
    assert size.storage > 2 * GIB + 15 * 60 * 500_000
    assert size == of_task(Recipe(ladder=Ladder()), probe(1920, 1080, 900), 2 * GIB, {})


def test_more_pixels_need_more_memory_and_a_clip_that_is_copied_needs_little() -> None:
    web = Recipe(ladder=Ladder(), mp4=Mp4(max_height=2160))
    sizes = [of_task(web, probe(w, h, 60), GIB, {}) for w, h in ((640, 360), (1920, 1080))]
    huge = of_task(web, probe(3840, 2160, 60), GIB, {})
    assert sizes[0].memory < sizes[1].memory < huge.memory < 8 * GIB
    assert (sizes[0].cpu_milli, huge.cpu_milli) == (2000, 4000)
    copy = of_task(Recipe(clips=(Clip(mode=ClipMode.COPY),)), probe(3840, 2160, 60), GIB, {})
    assert (copy.cpu_milli, copy.memory) == (500, 512 * MIB)
    assert copy.storage >= 2 * GIB
    assert of_task(Recipe(poster=Poster()), None, GIB, {}).memory == 512 * MIB


@pytest.mark.parametrize("name", sorted(builtin()))
def test_every_preset_fits_a_small_node(name: str) -> None:
    size = of_task(builtin()[name].recipe, probe(1920, 1080, 60), 100 * MIB, {})
    assert size.memory < 3 * GIB
    assert size.storage < 2 * GIB


@given(
    st.builds(probe, st.integers(0, 8192), st.integers(0, 4320), st.floats(0, 1e6)),
    st.integers(0, 10**12),
    st.sampled_from([FailureClass.OOM, FailureClass.DISK]),
    st.integers(1, 3),
)
def test_want_doubles_what_was_wanting_and_nothing_else(
    source: Probe, size: int, failure: FailureClass, times: int
) -> None:
    recipe = Recipe(ladder=Ladder())
    first = of_task(recipe, source, size, {"DISRUPTED": 7})
    then = of_task(recipe, source, size, {failure: times})
    if failure is FailureClass.OOM:
        assert (then.memory, then.storage) == (first.memory * 2**times, first.storage)
    else:
        assert (then.memory, then.storage) == (first.memory, first.storage * 2**times)
