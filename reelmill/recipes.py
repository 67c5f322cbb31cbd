"""What may be asked of a source when no preset fits. The server checks the values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from reelmill.choices import (
    AudioCodec,
    AudioTracks,
    Channels,
    ClipMode,
    Corner,
    Encryption,
    PreviewFormat,
    TranscriptEngine,
    VideoCodec,
)
from reelmill.kinds import Tier
from reelmill.model import Model


class Rung(Model):
    """One rung of a ladder: the shorter side in pixels; in bit/s a cap, or an average instead."""

    height: int
    video_bitrate: int | None = None
    bitrate: int | None = None


class Encoding(Model):
    """How picture and sound are encoded that stand in one output."""

    codec: VideoCodec | None = None
    crf: int | None = None
    bit_depth: int | None = None
    max_frame_rate: float | None = None
    audio_codec: AudioCodec | None = None
    audio_channels: Channels | None = None
    audio_bitrate: int | None = None
    audio_tracks: AudioTracks | None = None


class Ladder(Encoding):
    """Adaptive streaming: HLS and DASH over the same segments. No rungs: chosen by the source."""

    rungs: tuple[Rung, ...] | None = None
    hls: bool | None = None
    dash: bool | None = None
    segment_seconds: float | None = None
    subtitles: bool | None = None
    encryption: Encryption | None = None


class Mp4(Encoding):
    """One MP4 for download."""

    max_height: int | None = None
    max_bitrate: int | None = None
    bitrate: int | None = None


class Audio(Model):
    """The sound alone, as one file; the bitrate in bit/s."""

    codec: AudioCodec | None = None
    channels: Channels | None = None
    bitrate: int | None = None


class Poster(Model):
    """One picture, `at` seconds."""

    at: float | None = None
    width: int | None = None


class Sprite(Model):
    """Small pictures for a seek bar, one every `interval` seconds, on sheets with a WebVTT file."""

    interval: float | None = None
    columns: int | None = None
    rows: int | None = None
    tile_width: int | None = None


class Preview(Model):
    """A few seconds without sound, as a small moving picture: pieces that are spread over the film,
    or what stands at `start`. Times in seconds, the width in pixels."""

    format: PreviewFormat | None = None
    width: int | None = None
    frame_rate: float | None = None
    duration: float | None = None
    pieces: int | None = None
    start: float | None = None


class Transcript(Model):
    """Subtitles of what is said, and JSON with the time of every word; `language` as in `en`."""

    language: str | None = None
    engine: TranscriptEngine | None = None


class AssetRef(Model):
    """Another asset of the project, by its id or by its key."""

    asset_id: str | None = None
    key: str | None = None


class SubtitleFile(Model):
    """Subtitles beside the source: SubRip, WebVTT, ASS or SSA."""

    file: AssetRef
    language: str | None = None
    label: str | None = None
    default: bool | None = None
    forced: bool | None = None


class Subtitles(Model):
    """Text tracks of the source and files; `languages` of its tracks as in `en`, empty: all."""

    languages: tuple[str, ...] | None = None
    embedded: bool | None = None
    files: tuple[SubtitleFile, ...] | None = None


class Waveform(Model):
    """The outline of the sound: a JSON file with so many points a second, and a PNG."""

    points: int | None = None
    width: int | None = None
    height: int | None = None
    color: str | None = None


class Clip(Model):
    """A piece of the source in seconds; without an end it runs to the end."""

    start: float = 0.0
    end: float | None = None
    mode: ClipMode = ClipMode.EXACT
    title: str | None = None


class Loudness(Model):
    """What encoded sound is brought to: LUFS, and the highest peak in dBTP."""

    target: float | None = None
    true_peak: float | None = None


class Crop(Model):
    """Pixels that are cut off the upright picture, in all outputs."""

    left: int = 0
    top: int = 0
    right: int = 0
    bottom: int = 0


class Pad(Model):
    """The shape of the picture, such as 16 to 9: black bars bring it there."""

    width: int
    height: int


class Join(Model):
    """Films that become one with the source, before and behind it, in their order."""

    before: tuple[AssetRef, ...] | None = None
    after: tuple[AssetRef, ...] | None = None


class Point(Model):
    """A place in percent of the room beside an image; 50 is the middle."""

    x: float
    y: float


class Watermark(Model):
    """An image on the picture of ladder, MP4 and exact clips.

    Sizes in percent: `width` of the picture's width, `margin` of its shorter side. Times in seconds
    of the film. A `point` stands for the corner.
    """

    image: AssetRef
    corner: Corner | None = None
    point: Point | None = None
    margin: float | None = None
    width: float | None = None
    opacity: float | None = None
    start: float | None = None
    end: float | None = None


class Burn(Model):
    """Subtitles drawn into the picture: a language or text track of the source, or a file. `size`
    of a line in percent of the picture's shorter side."""

    language: str | None = None
    track: int | None = None
    file: AssetRef | None = None
    size: float | None = None


class Verify(Model):
    """What outputs must come up to; what falls short is not published. Times in seconds."""

    vmaf: bool | None = None
    min_vmaf: float | None = None
    max_black_seconds: float | None = None
    max_frozen_seconds: float | None = None
    max_drift_seconds: float | None = None


class Recipe(Model):
    """The outputs that are wanted."""

    tier: Tier | None = None
    join: Join | None = None
    loudness: Loudness | None = None
    ladder: Ladder | None = None
    mp4: Mp4 | None = None
    audio: tuple[Audio, ...] | None = None
    poster: Poster | None = None
    sprite: Sprite | None = None
    preview: Preview | None = None
    waveform: Waveform | None = None
    subtitles: Subtitles | None = None
    transcript: Transcript | None = None
    clips: tuple[Clip, ...] | None = None
    metadata: bool | None = None
    crop: Crop | None = None
    pad: Pad | None = None
    watermark: Watermark | None = None
    burn: Burn | None = None
    verify: Verify | None = None

    def as_input(self) -> dict[str, Any]:
        """As the API wants it: camelCase, without what is not said."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def with_clips(recipe: Mapping[str, Any], clips: tuple[Clip, ...]) -> dict[str, Any]:
    """The recipe of a preset as input, with these clips besides what it asks for."""
    base = as_input(recipe)
    added = [clip.model_dump(mode="json", by_alias=True, exclude_none=True) for clip in clips]
    return {**base, "clips": [*(base.get("clips") or []), *added]}


def as_input(recipe: Recipe | Mapping[str, Any]) -> dict[str, Any]:
    """A recipe, also as presets and jobs show theirs, as the API takes it: camelCase, without what
    is not said."""
    if isinstance(recipe, Recipe):
        return recipe.as_input()
    found: dict[str, Any] = _camel(recipe)
    return found


def _camel(value: Any) -> Any:
    """Nested keys in camelCase, and nothing that is null: a preset shows its stored form."""
    if isinstance(value, Mapping):
        return {to_camel(key): _camel(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_camel(item) for item in value]
    return value
