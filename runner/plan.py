"""Pure: recipe + probe -> Output values. What is made, in which sizes and at which rates.

Sizes are those of the upright picture with square pixels: rotation and sample aspect are applied
before anything is scaled. Nothing is ever scaled up.
"""

from __future__ import annotations

import math
from dataclasses import replace

from runner.errors import Code, RunnerError
from runner.formats import DECODERS, LANGUAGES, MP4_CODECS
from runner.outputs import (
    HDR_TRANSFERS,
    AudioTrack,
    ClipPlan,
    FilePlan,
    LadderPlan,
    Picture,
    Plan,
    PosterPlan,
    RungPlan,
    Sound,
    SpritePlan,
    VideoTrack,
)
from schema.job import Limits
from schema.probe import Probe, Stream
from schema.recipe import Clip, ClipMode, Ladder, Mp4, Poster, Recipe, Rung, Sprite

AUTO_RUNGS = (1080, 720, 480, 360)
LADDER_CRF = 23
# A rung that a source caps must be this much larger than the next one, or that one is dropped.
DISTINCT = 0.9
INTERLACED = frozenset({"tt", "bb", "tb", "bt"})
POSTER_AT = 0.1  # of the film, as schema.recipe.Poster promises


def make_plan(recipe: Recipe, probe: Probe, limits: Limits) -> Plan:
    """Decide what is made. Raises RunnerError where the source cannot give what is asked."""
    picture = _picture(probe.video, limits) if probe.video else None
    sound = _sound(probe.audio) if probe.audio else None
    duration = probe.duration or 0.0
    return Plan(
        picture=picture,
        sound=sound,
        duration=duration,
        start_time=probe.start_time,
        ladder=_ladder(recipe.ladder, picture, sound) if recipe.ladder else None,
        mp4=_mp4(recipe.mp4, picture, sound) if recipe.mp4 else None,
        poster=_poster(recipe, picture, duration) if recipe.poster else None,
        sprite=_sprite(recipe, picture, duration) if recipe.sprite else None,
        clips=tuple(
            _clip(number, clip, picture, sound, duration)
            for number, clip in enumerate(recipe.clips, start=1)
        ),
    )


def even(value: float, most: float) -> int:
    """The nearest even number of pixels, at least 2, never more than `most`."""
    nearest = 2 * round(value / 2)
    return max(2, nearest if nearest <= most else 2 * int(most // 2))


def _picture(stream: Stream, limits: Limits) -> Picture:
    _check_codec(stream)
    coded_width, coded_height = stream.width or 0, stream.height or 0
    if coded_width * coded_height > limits.max_pixels:
        message = f"{coded_width}x{coded_height} is above the limit of {limits.max_pixels} pixels"
        raise RunnerError(Code.SOURCE_TOO_LARGE, message)
    if coded_width == 0 or coded_height == 0:
        raise RunnerError(Code.SOURCE_UNREADABLE, "the picture stream has no size")
    # Square pixels by changing the width, as every player does: lines are never lost.
    aspect = stream.sample_aspect if 0.25 <= stream.sample_aspect <= 4 else 1.0
    width, height = round(coded_width * aspect), coded_height
    if stream.rotation in {90, 270}:
        width, height = height, width
    guess = _matrix_guess(stream)
    return Picture(
        stream=stream.index,
        codec=stream.codec,
        width=width,
        height=height,
        frame_rate=min(stream.frame_rate or 25.0, 240.0),
        variable=stream.variable_frame_rate,
        deinterlace=stream.field_order in INTERLACED,
        matrix_guess=guess,
        other_matrix=(guess or stream.color_space) != "bt709",
        transfer=_special_transfer(stream),
    )


def _matrix_guess(stream: Stream) -> str | None:
    """An untagged picture is BT.601 when it has the lines of standard definition."""
    if _known(stream.color_space):
        return None
    return "smpte170m" if min(stream.width or 0, stream.height or 0) <= 576 else "bt709"


def _special_transfer(stream: Stream) -> str | None:
    transfer = _known(stream.color_transfer)
    if transfer in HDR_TRANSFERS:
        return transfer
    return "bt2020-10" if stream.color_primaries == "bt2020" else None


def _known(value: str | None) -> str | None:
    return None if value in {None, "", "unknown", "reserved", "unspecified"} else value


def _sound(stream: Stream) -> Sound:
    _check_codec(stream)
    return Sound(
        stream=stream.index,
        codec=stream.codec,
        channels=stream.channels or 2,
        sample_rate=44_100 if stream.sample_rate in {11_025, 22_050, 44_100} else 48_000,
        language=stream.language if stream.language in LANGUAGES else None,
    )


def _check_codec(stream: Stream) -> None:
    if stream.codec not in DECODERS:
        message = f"stream {stream.index} is {stream.codec}, which is not accepted"
        raise RunnerError(Code.SOURCE_CODEC_UNSUPPORTED, message)


def _fit(picture: Picture, shorter: float) -> tuple[int, int]:
    """The even size whose shorter side is `shorter`, never larger than the source."""
    factor = min(1.0, shorter / min(picture.width, picture.height))
    return (
        even(picture.width * factor, picture.width),
        even(picture.height * factor, picture.height),
    )


def default_cap(shorter: int, frame_rate: float) -> int:
    """Peak bitrate for a rung in bit/s: 5.5 Mbit/s at 1080 lines, by the power 1.7 of the lines.

    720 -> 2.8, 480 -> 1.4, 360 -> 0.85 Mbit/s; half as much again above 33 frames a second.
    """
    cap = 5_500_000 * math.pow(shorter / 1080, 1.7)
    return round(cap * (1.5 if frame_rate > 33 else 1.0))


def _ladder(ladder: Ladder, picture: Picture | None, sound: Sound | None) -> LadderPlan:
    audio = AudioTrack(bitrate=ladder.audio_bitrate) if sound else None
    rungs: tuple[RungPlan, ...] = ()
    if picture:
        asked = ladder.rungs or tuple(Rung(height=height) for height in AUTO_RUNGS)
        rungs = tuple(
            _rung(rung, picture, ladder.segment_seconds) for rung in _capped(asked, picture)
        )
    return LadderPlan(
        rungs=rungs,
        audio=audio,
        segment_seconds=ladder.segment_seconds,
        hls=ladder.hls,
        dash=ladder.dash,
    )


def _capped(asked: tuple[Rung, ...], picture: Picture) -> list[Rung]:
    """Rungs above the source become one at the size of the source; the rest stay as they are."""
    most = max(2, 2 * (min(picture.width, picture.height) // 2))
    ordered = sorted(asked, key=lambda rung: rung.height, reverse=True)
    above = [rung for rung in ordered if rung.height > most]
    kept = [rung for rung in ordered if rung.height <= most]
    if not above:
        return kept
    # The lowest of those above: its bitrate is the nearest to what the source can show.
    top = above[-1].model_copy(update={"height": most})
    return [top, *(rung for rung in kept if rung.height <= most * DISTINCT)]


def _rung(rung: Rung, picture: Picture, segment_seconds: float) -> RungPlan:
    width, height = _fit(picture, rung.height)
    track = VideoTrack(
        width=width,
        height=height,
        crf=LADDER_CRF,
        cap=rung.video_bitrate or default_cap(rung.height, picture.frame_rate),
        # Keyframes are forced at segment borders; this only bounds x264's own.
        gop=_gop(segment_seconds * 2, picture),
        key_every=segment_seconds,
    )
    return RungPlan(name=rung.height, track=track)


def _gop(seconds: float, picture: Picture) -> int:
    return max(1, round(seconds * picture.frame_rate))


def _mp4(mp4: Mp4, picture: Picture | None, sound: Sound | None) -> FilePlan:
    return FilePlan(
        video=_file_track(picture, mp4.max_height, mp4.crf) if picture else None,
        audio=AudioTrack(bitrate=mp4.audio_bitrate) if sound else None,
    )


def _file_track(picture: Picture, shorter: float, crf: int) -> VideoTrack:
    width, height = _fit(picture, shorter)
    return VideoTrack(
        width=width,
        height=height,
        # Zero means lossless to x264, which the High profile and most players do not know.
        crf=max(1, crf),
        cap=None,
        gop=_gop(5, picture),
        key_every=None,
    )


def _check_picture(recipe: Recipe, what: str) -> None:
    """Sound has no pictures: they are left out, unless they are all that was asked for."""
    if not (recipe.ladder or recipe.mp4 or recipe.clips):
        raise RunnerError(Code.NO_PICTURE, f"a {what} is asked of a source without a picture")


def _poster(recipe: Recipe, picture: Picture | None, duration: float) -> PosterPlan | None:
    poster = recipe.poster or Poster()
    if picture is None:
        _check_picture(recipe, "poster")
        return None
    at = duration * POSTER_AT if poster.at is None else poster.at
    # A source whose length is unknown is at least one frame long.
    if at > 0 and at >= duration:
        message = f"a poster at {at:g} s is asked of a film of {duration:.3f} s"
        raise RunnerError(Code.POSTER_BEYOND_END, message)
    factor = min(1.0, poster.width / picture.width)
    return PosterPlan(
        width=even(picture.width * factor, picture.width),
        height=even(picture.height * factor, picture.height),
        at=at,
    )


def _sprite(recipe: Recipe, picture: Picture | None, duration: float) -> SpritePlan | None:
    sprite = recipe.sprite or Sprite()
    if picture is None:
        _check_picture(recipe, "sprite")
        return None
    # A tower of a picture would make sheets that no JPEG can hold.
    factor = min(1.0, sprite.tile_width / picture.width, 3 * sprite.tile_width / picture.height)
    return SpritePlan(
        width=even(picture.width * factor, picture.width),
        height=even(picture.height * factor, picture.height),
        interval=sprite.interval,
        columns=sprite.columns,
        rows=sprite.rows,
        # A source whose length is unknown has one picture at least; rounding makes no further one.
        tiles=max(1, math.ceil(duration / sprite.interval - 0.001)),
    )


def _check_copy(picture: Picture | None, sound: Sound | None) -> None:
    for part in (picture, sound):
        if part and part.codec not in MP4_CODECS:
            message = f"{part.codec} cannot be copied into an MP4"
            raise RunnerError(Code.CLIP_COPY_UNSUPPORTED, message)


def _clip(
    number: int, clip: Clip, picture: Picture | None, sound: Sound | None, duration: float
) -> ClipPlan:
    # Half a frame: a user who copies the duration from a player means the end.
    slack = 0.5 / picture.frame_rate if picture else 0.01
    if clip.start >= duration or (clip.end is not None and clip.end > duration + slack):
        end = "the end" if clip.end is None else f"{clip.end:g} s"
        message = f"clip {number} is {clip.start:g} s to {end}, the film is {duration:.3f} s long"
        raise RunnerError(Code.CLIP_BEYOND_END, message)
    end_at = duration if clip.end is None else min(clip.end, duration)
    span = FilePlan(
        video=None,
        audio=None,
        start=clip.start,
        seconds=end_at - clip.start,
        to_end=end_at >= duration - slack,
    )
    if clip.mode is ClipMode.COPY:
        _check_copy(picture, sound)
    else:
        defaults = Mp4()
        span = replace(
            span,
            video=_file_track(picture, float("inf"), defaults.crf) if picture else None,
            audio=AudioTrack(bitrate=defaults.audio_bitrate) if sound else None,
        )
    return ClipPlan(number=number, mode=clip.mode, file=span)
