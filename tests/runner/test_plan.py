"""What is made of which source."""

from __future__ import annotations

import pytest

from runner.errors import Code, RunnerError
from schema.job import FailureClass, Limits
from schema.recipe import ClipMode
from tests.runner.values import audio, plan, probe, video


def _rungs(width: int, height: int, asked: list[int] | None = None, **changes: object) -> list:
    source = probe(video(width=width, height=height, **changes))
    ladder = {"rungs": [{"height": h} for h in asked or []]}
    made = plan(source, ladder=ladder).ladder
    assert made
    return [(rung.name, rung.track.width, rung.track.height) for rung in made.rungs]


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (3840, 2160, [(1080, 1920, 1080), (720, 1280, 720), (480, 854, 480), (360, 640, 360)]),
        (1920, 1080, [(1080, 1920, 1080), (720, 1280, 720), (480, 854, 480), (360, 640, 360)]),
        (1280, 720, [(720, 1280, 720), (480, 854, 480), (360, 640, 360)]),
        # Between two rungs: the size of the source replaces those above it.
        (1920, 800, [(800, 1920, 800), (720, 1728, 720), (480, 1152, 480), (360, 864, 360)]),
        # A rung that is hardly smaller than the source is no choice for a player.
        (650, 366, [(366, 650, 366)]),
        (176, 144, [(144, 176, 144)]),
        # Portrait: a rung is named by the shorter side.
        (1080, 1920, [(1080, 1080, 1920), (720, 720, 1280), (480, 480, 854), (360, 360, 640)]),
        # Odd sizes become even and never larger.
        (321, 181, [(180, 320, 180)]),
    ],
)
def test_auto_ladder_is_capped_at_the_source(
    width: int, height: int, expected: list[tuple[int, int, int]]
) -> None:
    assert _rungs(width, height) == expected


def test_asked_rungs_are_kept_and_never_scaled_up() -> None:
    assert _rungs(1280, 720, [1080, 360, 700]) == [(720, 1280, 720), (360, 640, 360)]
    assert _rungs(1920, 1080, [360, 1080, 1060]) == [
        (1080, 1920, 1080),
        (1060, 1884, 1060),
        (360, 640, 360),
    ]


@pytest.mark.parametrize("rotation", [90, 270])
def test_rotated_source_is_planned_upright(rotation: int) -> None:
    assert _rungs(1280, 720, [720], rotation=rotation) == [(720, 720, 1280)]


def test_anamorphic_source_gets_square_pixels_and_keeps_its_lines() -> None:
    assert _rungs(1440, 1080, [1080], sample_aspect=4 / 3) == [(1080, 1920, 1080)]
    assert _rungs(720, 480, [480], sample_aspect=8 / 9) == [(480, 640, 480)]
    # An aspect that no camera makes is a mistake in the file.
    assert _rungs(1280, 720, [720], sample_aspect=1000.0) == [(720, 1280, 720)]


def test_rungs_share_their_borders_and_have_caps() -> None:
    made = plan(ladder={"segment_seconds": 6, "rungs": [{"height": 720, "video_bitrate": 900_000}]})
    assert made.ladder
    (rung,) = made.ladder.rungs
    assert (rung.track.key_every, rung.track.cap) == (6, 900_000)


def test_sound_only_source_gives_a_sound_only_ladder_and_no_poster() -> None:
    made = plan(probe(audio(index=0)), ladder={}, mp4={}, poster={})
    assert made.ladder
    assert made.ladder.rungs == ()
    assert made.ladder.audio
    assert made.mp4
    assert made.mp4.video is None
    assert made.poster is None


def test_poster_of_sound_alone_is_refused() -> None:
    with pytest.raises(RunnerError) as refused:
        plan(probe(audio(index=0)), poster={})
    assert refused.value.code is Code.NO_PICTURE
    assert refused.value.code.failure is FailureClass.INPUT


def test_cover_art_is_no_picture() -> None:
    cover = video(index=1, codec="png", attached_picture=True)
    assert plan(probe(audio(index=0), cover), mp4={}).picture is None


def test_default_sound_track_is_taken() -> None:
    source = probe(video(), audio(index=1, default=False), audio(index=2, language="deu"))
    made = plan(source, mp4={})
    assert made.sound
    assert (made.sound.stream, made.sound.language) == (2, "deu")


def test_language_that_is_free_text_is_dropped() -> None:
    made = plan(probe(video(), audio(language='x",URI="http://evil')), mp4={})
    assert made.sound
    assert made.sound.language is None


def test_poster_stands_at_a_tenth_and_is_never_wider_than_the_source() -> None:
    made = plan(probe(video(width=640, height=360)), poster={"width": 1280})
    assert made.poster
    assert (made.poster.at, made.poster.width, made.poster.height) == (6.0, 640, 360)


@pytest.mark.parametrize(
    ("recipe", "code"),
    [
        ({"poster": {"at": 60}}, Code.POSTER_BEYOND_END),
        ({"clips": [{"start": 60}]}, Code.CLIP_BEYOND_END),
        ({"clips": [{"start": 1, "end": 60.1}]}, Code.CLIP_BEYOND_END),
    ],
)
def test_times_beyond_the_end_are_refused(recipe: dict[str, object], code: Code) -> None:
    with pytest.raises(RunnerError) as refused:
        plan(**recipe)
    assert refused.value.code is code
    assert "60.000 s" in refused.value.message


def test_clip_may_end_half_a_frame_behind_the_end() -> None:
    (clip,) = plan(clips=[{"start": 10, "end": 60.02}]).clips
    assert (clip.number, clip.file.start, clip.file.seconds) == (1, 10, 50)


def test_clip_without_an_end_runs_to_the_end() -> None:
    (clip,) = plan(clips=[{"start": 10, "mode": "COPY"}]).clips
    assert (clip.mode, clip.file.seconds, clip.file.video) == (ClipMode.COPY, 50, None)


def test_codec_that_no_mp4_holds_cannot_be_copied() -> None:
    with pytest.raises(RunnerError) as refused:
        plan(probe(video(codec="vp8")), clips=[{"mode": "COPY"}])
    assert refused.value.code is Code.CLIP_COPY_UNSUPPORTED


def test_codec_that_is_not_listed_is_refused() -> None:
    with pytest.raises(RunnerError) as refused:
        plan(probe(video(codec="magicyuv")), mp4={})
    assert refused.value.code is Code.SOURCE_CODEC_UNSUPPORTED


def test_too_many_pixels_are_refused() -> None:
    with pytest.raises(RunnerError) as refused:
        plan(limits=Limits(max_pixels=1920 * 1080 - 1), mp4={})
    assert refused.value.code is Code.SOURCE_TOO_LARGE


def test_every_code_says_what_to_do() -> None:
    for code in Code:
        assert code.hint.endswith("."), code
        assert isinstance(code.failure, FailureClass)
