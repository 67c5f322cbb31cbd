"""Pure: recipe + probe -> Output values. What is made, in which sizes and at which rates.

Sizes are those of the upright picture with square pixels: rotation and sample aspect are applied
before anything is scaled. Nothing is ever scaled up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from runner import (
    burn,
    clips,
    languages,
    preview,
    sidecar,
    sounds,
    source_picture,
    texts,
    tracks,
    watermark,
)
from runner.burn import BurnPlan
from runner.errors import Code, RunnerError
from runner.formats import DECODERS
from runner.outputs import (
    AudioFile,
    ClipPlan,
    FilePlan,
    LadderPlan,
    Picture,
    Plan,
    Sound,
    WaveformPlan,
)
from runner.pictures import PosterPlan, PreviewPlan, SpritePlan
from runner.source_picture import check_codec
from schema import inputs
from schema.burn import Burn
from schema.codecs import Tier
from schema.inputs import AssetRef
from schema.job import Limits
from schema.preview import Preview
from schema.probe import Probe, Stream, StreamKind
from schema.recipe import Loudness, Poster, Recipe, Sprite, Waveform
from schema.streams import Ladder, Mp4

MOST_SOUNDS = 16  # of one source
POSTER_AT = 0.1  # of the film, as schema.recipe.Poster promises


@dataclass(frozen=True)
class _Film:
    """What there is to make something of. `duration` in seconds."""

    picture: Picture | None
    sound: Sound | None
    others: tuple[Sound, ...]
    duration: float
    tier: Tier
    loudness: Loudness | None
    texts: tuple[texts.TextTrack, ...]

    @property
    def heard(self) -> sounds.Given | None:
        """The sound, as it is encoded."""
        if self.sound is None:
            return None
        return sounds.Given(self.sound, self.loudness, self.others)


def make_plan(
    recipe: Recipe,
    probe: Probe,
    limits: Limits,
    contents: Mapping[AssetRef, str] = MappingProxyType({}),
) -> Plan:
    """Decide what is made. Raises RunnerError where the source cannot give what is asked.

    `contents` are the SHA-256 of the assets that the recipe names.
    """
    film = _Film(
        picture=source_picture.read(probe.video, limits, recipe) if probe.video else None,
        sound=_sound(probe.audio) if probe.audio else None,
        others=_other_sounds(probe),
        duration=probe.duration or 0.0,
        tier=recipe.tier,
        loudness=recipe.loudness,
        texts=_texts(recipe, probe),
    )
    plan = Plan(
        picture=film.picture,
        sound=film.sound,
        duration=film.duration,
        start_time=probe.start_time,
        ladder=_ladder(recipe, recipe.ladder, film) if recipe.ladder else None,
        mp4=_mp4(recipe.mp4, film) if recipe.mp4 else None,
        audio=_audio(recipe, film) if recipe.audio else (),
        poster=_poster(recipe, film) if recipe.poster else None,
        sprite=_sprite(recipe, film) if recipe.sprite else None,
        preview=_preview(recipe, recipe.preview, film) if recipe.preview else None,
        waveform=_waveform(recipe, film) if recipe.waveform else None,
        subtitles=film.texts,
        transcript=_transcript(recipe, film) if recipe.transcript else None,
        clips=_clips(recipe, film, probe),
        metadata=recipe.metadata,
        watermark=watermark.planned(recipe.watermark, contents) if recipe.watermark else None,
        burn=_burn(recipe, recipe.burn, probe) if recipe.burn and probe.video else None,
        verify=recipe.verify,
    )
    if plan.is_empty:
        # Everything else refuses for itself where it is all that was asked for.
        message = "the source has no subtitles that are text in the languages asked for"
        raise RunnerError(Code.NO_SUBTITLES, message)
    return plan


def _texts(recipe: Recipe, probe: Probe) -> tuple[texts.TextTrack, ...]:
    if recipe.subtitles is None:
        return ()
    return texts.tracks(recipe.subtitles, probe, _sidecars(recipe))


def _burn(recipe: Recipe, wish: Burn, probe: Probe) -> BurnPlan:
    return burn.planned(wish, probe, _sidecars(recipe))


def _sidecars(recipe: Recipe) -> dict[AssetRef, str]:
    """Where the SubRip of a further asset lies, if it is subtitles."""
    named = enumerate(inputs.named(recipe), start=1)
    return {ref: sidecar.local(number) for number, ref in named}


def _sound(stream: Stream) -> Sound:
    check_codec(stream)
    return Sound(
        stream=stream.index,
        codec=stream.codec,
        channels=stream.channels or 2,
        sample_rate=44_100 if stream.sample_rate in {11_025, 22_050, 44_100} else 48_000,
        source_rate=stream.sample_rate or 48_000,
        depth=stream.bit_depth,
        language=languages.of_tag(stream.language),
    )


def _other_sounds(probe: Probe) -> tuple[Sound, ...]:
    """Sounds beside the one that a player would play. Those that we cannot decode are left out."""
    heard = [s for s in probe.streams if s.kind is StreamKind.AUDIO and s != probe.audio]
    return tuple(_sound(s) for s in heard if s.codec in DECODERS)[: MOST_SOUNDS - 1]


def _ladder(recipe: Recipe, ladder: Ladder, film: _Film) -> LadderPlan:
    return LadderPlan(
        rungs=tracks.rungs(ladder, film.tier, film.picture) if film.picture else (),
        audio=sounds.of_ladder(ladder, film.heard) if film.heard else None,
        others=sounds.others_of_ladder(ladder, film.heard) if film.heard else (),
        segment_seconds=ladder.segment_seconds,
        hls=ladder.hls,
        dash=ladder.dash,
        texts=film.texts if ladder.subtitles else (),
        spoken=ladder.subtitles and recipe.transcript is not None,
        encryption=ladder.encryption,
    )


def _mp4(mp4: Mp4, film: _Film, shorter: float | None = None) -> FilePlan:
    """`shorter` is the picture's shorter side at most, where it is not that of the recipe."""
    most = shorter or mp4.max_height
    return FilePlan(
        video=tracks.file_track(mp4, film.tier, film.picture, most) if film.picture else None,
        audio=sounds.of_mp4(mp4, film.heard) if film.heard else None,
        others=sounds.others_of_mp4(mp4, film.heard) if film.heard else (),
    )


def _audio(recipe: Recipe, film: _Film) -> tuple[AudioFile, ...]:
    """A silent film has no sound files: they are left out, unless they are all that was asked."""
    if film.heard:
        return sounds.files(recipe.audio, film.heard)
    _check_sound(recipe, "audio")
    return ()


def _check_sound(recipe: Recipe, what: str) -> None:
    pictures = recipe.poster or recipe.sprite or recipe.preview or recipe.subtitles
    if not (recipe.ladder or recipe.mp4 or pictures or recipe.clips):
        raise RunnerError(Code.NO_SOUND, f"{what} is asked of a source without sound")


def _check_picture(recipe: Recipe, what: str) -> None:
    """Sound has no pictures: they are left out, unless they are all that was asked for."""
    sound = recipe.audio or recipe.waveform or recipe.transcript
    if not (recipe.ladder or recipe.mp4 or sound or recipe.subtitles or recipe.clips):
        raise RunnerError(Code.NO_PICTURE, f"a {what} is asked of a source without a picture")


def _poster(recipe: Recipe, film: _Film) -> PosterPlan | None:
    poster, picture, duration = recipe.poster or Poster(), film.picture, film.duration
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
        width=tracks.even(picture.width * factor, picture.width),
        height=tracks.even(picture.height * factor, picture.height),
        at=at,
    )


def _sprite(recipe: Recipe, film: _Film) -> SpritePlan | None:
    sprite, picture = recipe.sprite or Sprite(), film.picture
    if picture is None:
        _check_picture(recipe, "sprite")
        return None
    # A tower of a picture would make sheets that no JPEG can hold.
    factor = min(1.0, sprite.tile_width / picture.width, 3 * sprite.tile_width / picture.height)
    return SpritePlan(
        width=tracks.even(picture.width * factor, picture.width),
        height=tracks.even(picture.height * factor, picture.height),
        interval=sprite.interval,
        columns=sprite.columns,
        rows=sprite.rows,
        # A source whose length is unknown has one picture at least; rounding makes no further one.
        tiles=max(1, math.ceil(film.duration / sprite.interval - 0.001)),
    )


def _preview(recipe: Recipe, wish: Preview, film: _Film) -> PreviewPlan | None:
    if film.picture is None:
        _check_picture(recipe, "preview")
        return None
    return preview.planned(wish, film.picture, film.duration)


def _waveform(recipe: Recipe, film: _Film) -> WaveformPlan | None:
    """A silent film has none: it is left out, unless it is all that was asked for."""
    if film.sound is None:
        _check_sound(recipe, "a waveform")
        return None
    return sounds.outline(recipe.waveform or Waveform(), film.sound)


def _transcript(recipe: Recipe, film: _Film) -> texts.TranscriptPlan | None:
    """A silent film has none: it is left out, unless it is all that was asked for."""
    if film.sound is None:
        _check_sound(recipe, "a transcript")
        return None
    return texts.TranscriptPlan(language=recipe.transcript.language if recipe.transcript else None)


def _clips(recipe: Recipe, film: _Film, probe: Probe) -> tuple[ClipPlan, ...]:
    whole = clips.Whole(
        stream=probe.video,
        picture=film.picture,
        sound=film.sound,
        duration=film.duration,
        exact=_mp4(Mp4(), film, math.inf),
        container=probe.container,
        marked=bool(recipe.watermark or recipe.burn),
    )
    return tuple(clips.plan(number, clip, whole) for number, clip in enumerate(recipe.clips, 1))
