"""Pure: a clip of a recipe -> what is cut, and from where to where."""

from __future__ import annotations

from dataclasses import dataclass, replace

from runner import smart
from runner.errors import Code, RunnerError
from runner.formats import MP4_CODECS
from runner.outputs import ClipPlan, FilePlan, Picture, Sound
from schema.probe import Stream
from schema.recipe import Clip, ClipMode


@dataclass(frozen=True)
class Whole:
    """The film that clips are cut from, in seconds; `exact` is how it is encoded whole."""

    stream: Stream | None
    picture: Picture | None
    sound: Sound | None
    duration: float
    exact: FilePlan
    container: str
    marked: bool


def plan(number: int, clip: Clip, film: Whole) -> ClipPlan:
    """Decide how one clip is cut. Raises RunnerError where the film has not got it."""
    # Half a frame: a user who copies the duration from a player means the end.
    slack = 0.5 / film.picture.frame_rate if film.picture else 0.01
    duration = film.duration
    if clip.start >= duration or (clip.end is not None and clip.end > duration + slack):
        end = "the end" if clip.end is None else f"{clip.end:g} s"
        message = f"clip {number} is {clip.start:g} s to {end}, the film is {duration:.3f} s long"
        raise RunnerError(Code.CLIP_BEYOND_END, message)
    if clip.mode is ClipMode.COPY:
        _check_copy(film)
        made = FilePlan(video=None, audio=None)
    else:
        made = film.exact
    end_at = duration if clip.end is None else min(clip.end, duration)
    span = replace(
        made,
        start=clip.start,
        seconds=end_at - clip.start,
        to_end=end_at >= duration - slack,
    )
    whole = None
    if clip.mode is ClipMode.SMART:
        whole = smart.unjoinable(film.stream, film.picture, film.container, marked=film.marked)
    mode = ClipMode.EXACT if whole else clip.mode
    return ClipPlan(number=number, mode=mode, file=span, title=clip.title, whole=whole)


def _check_copy(film: Whole) -> None:
    for part in (film.picture, film.sound):
        if part and part.codec not in MP4_CODECS:
            message = f"{part.codec} cannot be copied into an MP4"
            raise RunnerError(Code.CLIP_COPY_UNSUPPORTED, message)
