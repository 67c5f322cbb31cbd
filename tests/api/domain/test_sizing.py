"""What a runner is given: more for more work, twice as much after it was too little."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.sizing import MIB, Rules, Size, of_task, quantity
from schema.inputs import AssetRef
from schema.job import FailureClass
from schema.join import Join
from schema.presets import builtin
from schema.preview import Preview
from schema.probe import Probe, Stream, StreamKind
from schema.recipe import Clip, ClipMode, Poster, Recipe, Verify, Waveform
from schema.streams import Audio, Ladder, Mp4

GIB = 1024 * MIB


def probe(width: int, height: int, seconds: float) -> Probe:
    video = Stream(index=0, kind=StreamKind.VIDEO, codec="h264", width=width, height=height)
    return Probe(container="mov", duration=seconds, size=1, streams=(video,))


def test_what_nobody_has_read_is_two_gigabytes_and_a_quarter_of_an_hour() -> None:
    size = of_task(Recipe(ladder=Ladder()), None, 0)
    assert size.storage > 2 * GIB + 15 * 60 * 500_000
    assert size == of_task(Recipe(ladder=Ladder()), probe(1920, 1080, 900), 2 * GIB)


def test_more_pixels_need_more_memory_and_a_clip_that_is_copied_needs_little() -> None:
    web = Recipe(ladder=Ladder(), mp4=Mp4(max_height=2160))
    sizes = [of_task(web, probe(w, h, 60), GIB) for w, h in ((640, 360), (1920, 1080))]
    huge = of_task(web, probe(3840, 2160, 60), GIB)
    assert sizes[0].memory < sizes[1].memory < huge.memory < 8 * GIB
    assert (sizes[0].cpu_milli, huge.cpu_milli) == (2000, 4000)
    copy = of_task(Recipe(clips=(Clip(mode=ClipMode.COPY),)), probe(3840, 2160, 60), GIB)
    assert (copy.cpu_milli, copy.memory) == (500, 512 * MIB)
    assert copy.storage >= 2 * GIB
    assert of_task(Recipe(poster=Poster()), None, GIB).memory == 512 * MIB


def test_vmaf_needs_memory_for_the_source_whatever_is_made_of_it() -> None:
    small, film = Mp4(max_height=240), probe(1920, 1080, 60)
    alone = of_task(Recipe(mp4=small), film, GIB).memory
    gated = of_task(Recipe(mp4=small, verify=Verify(min_vmaf=80)), film, GIB).memory
    assert alone < 640 * MIB < 1000 * MIB < gated < 1200 * MIB
    assert of_task(Recipe(mp4=small, verify=Verify(max_black_seconds=1)), film, GIB).memory == alone
    huge = of_task(Recipe(mp4=small, verify=Verify(vmaf=True)), probe(3840, 2160, 60), GIB)
    assert huge.memory == gated


def test_sound_alone_needs_a_processor_and_room_for_what_is_not_packed() -> None:
    film = probe(1920, 1080, 7200)
    song, master = Audio(codec="MP3"), Audio(codec="FLAC", channels="SURROUND")
    small, large = (of_task(Recipe(audio=(audio,)), film, GIB) for audio in (song, master))
    assert (small.cpu_milli, small.memory) == (1000, 512 * MIB)
    assert large.storage - small.storage > 5 * GIB
    outline = of_task(Recipe(waveform=Waveform()), film, GIB)
    assert (outline.cpu_milli, outline.memory) == (1000, 512 * MIB)
    beside = of_task(Recipe(mp4=Mp4(), audio=(master,)), film, GIB)
    assert beside.storage > of_task(Recipe(mp4=Mp4()), film, GIB).storage + 5 * GIB


def test_more_sounds_need_more_room() -> None:
    film = probe(1920, 1080, 7200)
    sounds = [Stream(index=n, kind=StreamKind.AUDIO, codec="aac") for n in range(1, 9)]
    many = film.model_copy(update={"streams": (*film.streams, *sounds)})
    recipes = [Recipe(ladder=Ladder(audio_tracks=tracks)) for tracks in ("DEFAULT", "ALL")]
    one, each = (of_task(recipe, many, GIB) for recipe in recipes)
    assert each.storage - one.storage > 7 * 2 * 7200 * 512_000 / 8 - 64 * MIB
    assert each.memory == one.memory


def test_films_that_are_joined_need_room_for_pieces_and_for_the_whole() -> None:
    intro = AssetRef(key="intro.mp4")
    alone = Recipe(poster=Poster())
    joined = Recipe(poster=Poster(), join=Join(before=(intro,)))
    film = probe(1920, 1080, 60)
    # Measured: superfast at crf 8 takes 0.5 to 0.8 bits a pixel.
    least = 2 * 2 * 60 * 25 * 1920 * 1080 * 0.8 / 8
    assert of_task(joined, film, GIB).storage > of_task(alone, film, GIB).storage + least
    assert of_task(joined, film, GIB).cpu_milli == 2000


def test_other_codecs_and_more_bits_need_more_memory() -> None:
    asked = [
        Mp4(),
        Mp4(codec="VP9"),
        Mp4(codec="HEVC"),
        Mp4(codec="AV1"),
        Mp4(codec="AV1", bit_depth=10),
    ]
    film = probe(1920, 1080, 60)
    found = [of_task(Recipe(mp4=mp4), film, GIB).memory for mp4 in asked]
    assert found == sorted(set(found))
    assert found[-1] < 4 * GIB


@pytest.mark.parametrize("name", sorted(builtin()))
def test_every_preset_fits_a_small_node(name: str) -> None:
    size = of_task(builtin()[name].recipe, probe(1920, 1080, 60), 100 * MIB)
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
    needs = of_task(recipe, source, size)
    first = Rules().sized(needs, "web", {"DISRUPTED": 7})
    then = Rules().sized(needs, "web", {failure: times})
    assert first == needs
    if failure is FailureClass.OOM:
        assert (then.memory, then.storage) == (first.memory * 2**times, first.storage)
    else:
        assert (then.memory, then.storage) == (first.memory, first.storage * 2**times)


def test_what_a_preset_names_is_doubled_too_and_never_more_than_the_most() -> None:
    size = Size(cpu_milli=2000, memory=GIB, storage=2 * GIB)
    own = {"uhd": {"cpu": "1500m", "memory": "8Gi", "ephemeral-storage": "20G", "x.com/gpu": "1"}}
    rules = Rules(own=own, most_memory=20 * GIB)
    assert rules.sized(size, "web", {}) == rules.sized(size, None, {}) == size
    assert rules.sized(size, "uhd", {}) == Size(1500, 8 * GIB, 20 * 10**9)
    again = rules.sized(size, "uhd", {FailureClass.OOM: 1, FailureClass.DISK: 1})
    assert again == Size(1500, 16 * GIB, 40 * 10**9)
    assert rules.sized(size, "uhd", {FailureClass.OOM: 2}).memory == 20 * GIB
    assert rules.sized(size, "web", {FailureClass.OOM: 2}).memory == 4 * GIB


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("8Gi", 8 * GIB), ("500M", 500 * 10**6), ("2e9", 2 * 10**9), ("1.5Ki", 1536),
     ("1500m", 2), ("0.5Gi", GIB // 2)],
)  # fmt: skip
def test_quantities(text: str, value: int) -> None:
    assert quantity(text) == value


@pytest.mark.parametrize("text", ["", "8 Gi", "8GiB", "-1", "lots", "1e", "Gi"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match="is no quantity"):
        quantity(text)


def test_a_preview_needs_room_for_its_frames() -> None:
    """And is no encode to speak of."""
    source = probe(1920, 1080, 60)
    plain, most = (
        of_task(Recipe(poster=Poster(), preview=wish), source, GIB)
        for wish in (None, Preview(width=640, frame_rate=30, duration=10))
    )
    assert most.storage - plain.storage >= 2 * 300 * 640 * 3 * 640 * 1.5
    assert (most.memory, most.cpu_milli) == (plain.memory, plain.cpu_milli)


def test_a_smart_cut_needs_room_for_its_parts() -> None:
    source = probe(1920, 1080, 60)
    exact = of_task(Recipe(clips=(Clip(),)), source, GIB)
    smart = of_task(Recipe(clips=(Clip(mode=ClipMode.SMART),)), source, GIB)
    assert smart.storage - exact.storage == 2 * GIB
    assert smart.memory == exact.memory
