"""Tables of settings, recipes, presets and messages, read off the pydantic models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any

import yaml
from pydantic import AliasChoices, BaseModel
from pydantic.alias_generators import to_camel
from reference_markdown import code, listed, prose, table

from api.config import Settings, environment_name
from schema import (
    burn,
    codecs,
    curve,
    inputs,
    job,
    join,
    loudness,
    options,
    output,
    picture,
    preview,
    probe,
    probing,
    report,
    source,
    split,
    streams,
    watermark,
)
from schema import recipe as recipes
from schema.encryption import ContentKey, Encryption
from schema.presets import builtin

Shape = Mapping[str, Any]

_TYPES = {"integer": "whole number", "boolean": "true or false", "string": "text"}
# What the field's name and its class already say; every other field has a description of its own.
_WORDS = {
    "Recipe.ladder": "Adaptive streaming. Absent: none",
    "Recipe.mp4": "One MP4. Absent: none",
    "Recipe.loudness": "What sound that is encoded is brought to. Absent: it stays as it is",
    "Loudness.target": "LUFS over the whole length: -23 for broadcast, -16 to -14 for the web",
    "Loudness.true_peak": "dBTP that no peak should exceed",
    "Recipe.audio": "Files of the sound alone",
    "Recipe.poster": "One JPEG. Absent: none",
    "Recipe.sprite": "Small pictures for a seek bar. Absent: none",
    "Recipe.preview": "A few seconds as a small moving picture. Absent: none",
    "Recipe.burn": "Subtitles that are drawn into the picture. Absent: none",
    "Recipe.waveform": "The outline of the sound, as JSON and PNG. Absent: none",
    "Waveform.points": "Stretches a second, each with its lowest and its highest sample",
    "Waveform.width": "Pixels of the picture",
    "Waveform.height": "Pixels of the picture; width by height is 4,000,000 at most",
    "Waveform.color": "Of the sound in the picture; the rest is transparent",
    "Recipe.subtitles": "Text tracks of the source. Absent: none",
    "Subtitles.languages": "ISO 639, such as `en` or `eng`. Empty: every text track",
    "Subtitles.embedded": "Whether text tracks of the source are taken",
    "Subtitles.files": "Subtitles that lie beside the source",
    "SubtitleFile.file": "Its asset",
    "SubtitleFile.language": "ISO 639, such as `en`. Absent: not known",
    "SubtitleFile.label": "What a viewer chooses by. Absent: the language",
    "SubtitleFile.default": "Whether players show it unasked",
    "SubtitleFile.forced": "Whether it tells only what is foreign or written in the picture",
    "Ladder.subtitles": "Whether subtitles and transcript of the recipe are groups of it",
    "Ladder.encryption": "Whether pictures and sound are encrypted. Absent: they are not",
    "Recipe.transcript": "Subtitles of what is said. Absent: none",
    "Transcript.language": "ISO 639-1, such as `en`. Absent: found out",
    "Transcript.engine": "Who listens",
    "Recipe.clips": "Pieces of the source, each an MP4 of its own",
    "Recipe.crop": "What is cut off the picture. Absent: nothing",
    "Recipe.pad": "A shape that black bars bring it to, behind the crop. Absent: its own",
    "Crop.left": "Pixels",
    "Crop.top": "Pixels",
    "Crop.right": "Pixels",
    "Crop.bottom": "Pixels",
    "Pad.width": "Such as 16",
    "Pad.height": "Such as 9",
    "Recipe.join": "Films that become one with the source. Absent: none",
    "Join.before": "In their order, then the source",
    "Join.after": "Behind the source, in their order",
    "Recipe.watermark": "An image that lies on the picture. Absent: none",
    "AssetRef.asset_id": "Its id",
    "AssetRef.key": "Its key in the in bucket",
    "Point.x": "0 is at the left, 100 at the right",
    "Point.y": "0 is at the top, 100 at the bottom",
    "Watermark.image": "A PNG, JPEG or WebP; of several pictures the first",
    "Watermark.corner": "Where it stands",
    "Watermark.point": "Where it stands instead",
    "Watermark.margin": "Percent of the picture's shorter side, from the corner's two edges",
    "Watermark.width": "Percent of the picture's width; its height follows, up to the picture's",
    "Watermark.opacity": "1 is the image as it is; towards 0 it vanishes",
    "Watermark.start": "Seconds of the film, also in clips",
    "Watermark.end": "Seconds of the film, exclusive. Absent: to its end",
    "Ladder.max_frame_rate": "Most frames a second. Absent: those of the source",
    "Mp4.max_frame_rate": "Most frames a second. Absent: those of the source",
    "Recipe.verify": "What outputs must come up to. Absent: the checks alone",
    "Rung.height": "Shorter side in pixels",
    "Ladder.hls": "Write HLS playlists",
    "Ladder.dash": "Write a DASH manifest",
    "Ladder.segment_seconds": "Length of a segment in seconds",
    "Mp4.max_height": "Shorter side in pixels at most; never above the source",
    "Mp4.codec": "How its picture is encoded",
    "Mp4.crf": "Quality: lower is better and larger. Absent: 21 for H264, 23 HEVC, 30 AV1, 31 VP9",
    "Mp4.max_bitrate": "Beside crf: peaks are cut to so many bit/s",
    "Mp4.bitrate": "Instead of crf: so many bit/s on average",
    "Mp4.bit_depth": "Bits of a colour; 10 is not for H264. HDR that is kept has 10 always",
    "Mp4.audio_tracks": "Which sounds of the source it has",
    "Ladder.audio_tracks": "Which sounds of the source it has; of several a listener may choose",
    "Mp4.audio_codec": "How its sound is encoded",
    "Mp4.audio_channels": "What its sound is mixed to",
    "Mp4.audio_bitrate": "bit/s; less where the codec can do less. Absent: as for audio",
    "Ladder.audio_codec": "How its sound is encoded; not MP3",
    "Ladder.audio_channels": "What its sound is mixed to",
    "Ladder.audio_bitrate": "bit/s. Absent: as for audio, but 128,000 for AAC in stereo",
    "Audio.codec": "How it is encoded",
    "Audio.channels": "What it is mixed to",
    "Audio.bitrate": "bit/s; not for FLAC. Absent: by codec and channels",
    "Ladder.codec": "How its pictures are encoded",
    "Ladder.crf": "Quality: lower is better and larger. Absent: two more than for an MP4",
    "Ladder.bit_depth": "As for an MP4",
    "Recipe.tier": "How much time encoders may take",
    "Poster.at": "Seconds. Absent: a tenth of the film",
    "Poster.width": "Pixels at most; never above the source",
    "Sprite.interval": "Seconds from one picture to the next",
    "Sprite.columns": "Pictures beside each other on a sheet",
    "Sprite.rows": "Pictures below each other on a sheet; a sheet has room for 100",
    "Sprite.tile_width": "Pixels of one picture; its height follows from the film",
    "Clip.start": "Seconds from the start of the file",
    "Clip.end": "Seconds, exclusive. Absent: to the end",
    "Clip.mode": "How it is cut",
    "Clip.title": "What players show",
    "Recipe.metadata": "List the clips in a JSON file, `<title>_metadata.json`",
}
_MESSAGES: tuple[type[BaseModel], ...] = (
    *(job.ClaimRequest, job.Claim, job.TaskSpec, source.SourceRef, job.Target, job.Limits),
    job.TranscribeAccess,
    *(ContentKey, job.StorageAccess, job.ProgressReport, job.ProgressAnswer),
    *(job.SourcedReport, job.SourcedAnswer, job.StoredTrack, job.CompletionReport, job.MadePart),
    *(split.Splitting, split.SplitPlan, split.Slice, split.StoredChunk, split.Piece),
    *(job.PlanReport, job.ChunkReport),
    *(loudness.Levels, loudness.Levelling, loudness.LoudnessFacts),
    *(
        source.SourceFacts,
        output.OutputFacts,
        report.OutputReport,
        report.Stretch,
        report.Vmaf,
        curve.Curve,
        job.PhaseTime,
        job.FailureReport,
        probing.ProbeClaim,
        probing.ProbeLimits,
        probing.ProbeReport,
        probing.ProbeResult,
        probing.ProbeAnswer,
        probing.ProbeItem,
        probe.Probe,
        probe.Stream,
    ),
)


def settings() -> str:
    """The environment of the API."""
    shape = Settings.model_json_schema(by_alias=False)
    rows = []
    # Those of one executor come last.
    fields = sorted(Settings.model_fields.items(), key=lambda f: f[0].startswith("kubernetes_"))
    for name, field in fields:
        part = shape["properties"][name]
        default = "required" if field.is_required() else _default(part)
        text = field.description or ""
        rows.append((_variables(name), kind(part, shape), default, text + _range(part)))
    return table(("variable", "value", "default", "meaning"), rows)


def _variables(name: str) -> str:
    alias = Settings.model_fields[name].validation_alias
    if isinstance(alias, AliasChoices):
        return listed([str(choice) for choice in alias.choices])
    return code(environment_name(name))


def recipe() -> str:
    """Every model of a recipe, in GraphQL's spelling."""
    models = (
        *(recipes.Recipe, streams.Ladder, streams.Rung, streams.Mp4, streams.Audio),
        *(recipes.Loudness, recipes.Poster, recipes.Sprite, recipes.Waveform),
        *(recipes.Subtitles, recipes.SubtitleFile, recipes.Transcript, recipes.Clip),
        *(preview.Preview, picture.Crop, picture.Pad, join.Join),
        *(watermark.Watermark, burn.Burn, inputs.AssetRef, watermark.Point, recipes.Verify),
        options.MediaOptions,
    )
    parts = [_recipe_model(model) for model in models]
    sound = (codecs.AudioCodec, codecs.Channels, codecs.AudioTracks)
    kinds = (codecs.Tier, recipes.ClipMode, preview.PreviewFormat, Encryption)
    enums = (codecs.VideoCodec, *sound, *kinds, recipes.TranscriptEngine, watermark.Corner)
    return "\n\n".join([*parts, *(_enum(one) for one in enums)])


def _recipe_model(model: type[BaseModel]) -> str:
    shape = model.model_json_schema()
    rows = []
    for name, field in model.model_fields.items():
        part = shape["properties"][name]
        default = "required" if field.is_required() else _default(part)
        text = _WORDS.get(f"{model.__name__}.{name}") or field.description or ""
        if not text:
            raise ValueError(f"{model.__name__}.{name} has no words in {__name__}")
        unit = f" ({field.description})" if text != field.description and field.description else ""
        words = text + unit + _range(part)
        rows.append((code(to_camel(name)), kind(part, shape), default, words))
    heads = ("field", "value", "default", "meaning")
    return f"### {model.__name__}\n\n{prose(model.__doc__)}\n\n{table(heads, rows)}"


def presets() -> str:
    """The presets that ship, as they are written."""
    return "\n\n".join(
        f"### `{preset.name}`\n\n{preset.title}: {preset.description} Version {preset.version}.\n\n"
        "```yaml\n"
        + yaml.safe_dump(preset.recipe.model_dump(mode="json", exclude_none=True), sort_keys=False)
        + "```"
        for preset in builtin().values()
    )


def protocol() -> str:
    """Every message between API and runner."""
    parts = [_message(model) for model in _MESSAGES]
    kinds = (
        job.TaskKind,
        job.Phase,
        output.OutputKind,
        report.Check,
        probe.StreamKind,
        probing.ProbeOutcome,
    )
    return "\n\n".join([*parts, *(_enum(one) for one in kinds)])


def _message(model: type[BaseModel]) -> str:
    shape = model.model_json_schema()
    rows = []
    for name, field in model.model_fields.items():
        part = shape["properties"][name]
        default = "required" if field.is_required() else _default(part)
        words = (field.description or "") + _range(part)
        rows.append((code(name), kind(part, shape), default, words.lstrip("; ")))
    heads = ("field", "value", "default", "limits")
    return f"### {model.__name__}\n\n{prose(model.__doc__)}\n\n{table(heads, rows)}"


def _enum(one: type[Enum]) -> str:
    members = listed([str(member.value) for member in one], last="and")
    return f"### {one.__name__}\n\n{prose(one.__doc__)}\n\nValues: {members}."


def kind(part: Shape, shape: Shape) -> str:
    """What a value is, in words: from its JSON Schema."""
    if "anyOf" in part:
        words = [kind(one, shape) for one in part["anyOf"] if one.get("type") != "null"]
        return " or ".join(words)
    if "$ref" in part:
        name = part["$ref"].rsplit("/", 1)[-1]
        target = shape["$defs"][name]
        page = "recipes.md" if name == "Recipe" and shape["title"] != "Recipe" else ""
        return listed(target["enum"]) if "enum" in target else f"[{name}]({page}#{name.lower()})"
    if part.get("type") == "array":
        if "prefixItems" in part:
            return " and ".join(kind(one, shape) for one in part["prefixItems"])
        return f"list of {kind(part['items'], shape)}"
    if part.get("format") in {"date-time", "path", "password"}:
        return {"date-time": "time", "path": "path", "password": "secret"}[part["format"]]
    return _TYPES.get(part["type"], str(part["type"]))


def _default(part: Shape) -> str:
    value = part.get("default")
    if value in (None, "", []):
        return ""
    if isinstance(value, Mapping):
        return "each field's own"
    if isinstance(value, bool):
        return code(str(value).lower())
    return code(f"{value:g}" if isinstance(value, float) else str(value))


def _range(part: Shape) -> str:
    """What limits a value, as the end of a sentence."""
    return "".join(f"; {words}" for words in _limits(part))


def _limits(part: Shape) -> Iterator[str]:
    for one in part.get("anyOf", ()):
        yield from _limits(one)
    least, most = part.get("minimum"), part.get("maximum")
    if least is not None and most is not None:
        yield f"{least:,g} to {most:,g}" if isinstance(most, float) else f"{least:,} to {most:,}"
    elif least is not None:
        yield f"{least:,g} or more"
    if "multipleOf" in part:
        yield "even" if part["multipleOf"] == 2 else f"a multiple of {part['multipleOf']}"
    if "maxLength" in part:
        yield f"{part['maxLength']:,} characters at most"
    if "minItems" in part:
        yield f"{part['minItems']:,} or more"
    if "maxItems" in part:
        yield f"{part['maxItems']:,} at most"
    if "pattern" in part:
        yield f"matches `{part['pattern']}`"
