"""States the facts of each published output: what the API stores and a user sees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runner import (
    command,
    encoders,
    groups,
    languages,
    metadata,
    package,
    preview,
    sound_encoders,
    subtitles,
    transcribe,
    waveform,
)
from runner.outputs import AudioFile, AudioTrack, ClipPlan, LadderPlan, Plan
from runner.pictures import PosterPlan, PreviewPlan, SpritePlan
from runner.publish import TYPES, Upload
from schema.codecs import VideoCodec
from schema.job import Target
from schema.loudness import LoudnessFacts
from schema.output import OutputFacts, OutputKind
from schema.preview import PreviewFormat
from schema.recipe import ClipMode
from schema.report import OutputReport


@dataclass(frozen=True)
class Facts:
    """Reads the facts off the files on disk.

    `seconds` is what the check found, `reports` what was measured, by local name; `levels` how loud
    the files are whose loudness was asked for; `key_id` that of the key of an encrypted ladder.
    """

    plan: Plan
    seconds: Mapping[str, float]
    reports: Mapping[str, OutputReport]
    files: tuple[Upload, ...]
    target: Target
    levels: Mapping[str, LoudnessFacts]
    key_id: str | None = None

    def all(self) -> tuple[OutputFacts, ...]:
        """One entry for each output that was asked for, but for the list of clips."""
        return tuple(self._each())

    def listing(self) -> OutputFacts:
        """The list of clips, which holds facts of others and so is written behind them."""
        return self._file(OutputKind.METADATA, metadata.FILE)

    def _each(self) -> Iterator[OutputFacts]:
        plan = self.plan
        if plan.ladder and plan.ladder.hls:
            yield self._ladder(plan.ladder, OutputKind.HLS, package.MASTER, ".m3u8")
        if plan.ladder and plan.ladder.dash:
            yield self._ladder(plan.ladder, OutputKind.DASH, package.MANIFEST, ".mpd")
        if plan.mp4:
            video = plan.mp4.video
            yield self._file(OutputKind.MP4, command.MP4).model_copy(
                update={
                    "width": video.width if video else None,
                    "height": video.height if video else None,
                    "video_codec": encoders.NAMES[video.codec] if video else None,
                    **_sound(plan.mp4.audio, plan.mp4.others),
                }
            )
        for audio in plan.audio:
            yield self._audio(audio)
        if plan.poster:
            yield self._poster(plan.poster)
        if plan.preview:
            yield self._preview(plan.preview)
        if plan.sprite:
            yield self._sprite(plan.sprite)
            yield self._file(OutputKind.VTT, command.SPRITE_VTT)
        if plan.waveform:
            yield self._file(OutputKind.PEAKS, waveform.PEAKS)
            yield self._file(OutputKind.WAVEFORM, waveform.PICTURE).model_copy(
                update={"width": plan.waveform.width, "height": plan.waveform.height}
            )
        yield from self._words(plan)
        for clip in plan.clips:
            yield self._clip(clip)

    def _ladder(self, ladder: LadderPlan, kind: OutputKind, entry: str, suffix: str) -> OutputFacts:
        """A manifest, with the segments that it shares with the other one."""
        own = [file for file in self.files if file.path.suffix == suffix]
        shared = [
            file
            for file in self.files
            if file.path.suffix == ".m4s" or file.path.name in {package.INIT, groups.FILE}
        ]
        size = sum(file.path.stat().st_size for file in own + shared)
        top = ladder.rungs[0].track if ladder.rungs else None
        seconds = self.seconds[package.FOLDER]
        return OutputFacts(
            kind=kind,
            key=self.target.prefix + entry,
            content_type=TYPES[suffix],
            size=size,
            files=len(own) + len(shared),
            sha256=file_sha256(next(file.path for file in own if file.name == entry)),
            duration=seconds,
            width=top.width if top else None,
            height=top.height if top else None,
            video_codec=encoders.NAMES[top.codec] if top else None,
            bitrate=_bitrate(size, seconds),
            loudness=self.levels.get(command.AUDIO),
            key_id=self.key_id,
            renditions=tuple(rung.name for rung in ladder.rungs),
            report=self.reports.get(package.FOLDER),
        ).model_copy(update=_sound(ladder.audio, ladder.others))

    def _audio(self, audio: AudioFile) -> OutputFacts:
        file = self._file(OutputKind.AUDIO, sound_encoders.file_name(audio))
        return file.model_copy(update=_sound(audio.track))

    def _clip(self, clip: ClipPlan) -> OutputFacts:
        plan, kept = self.plan, clip.mode is not ClipMode.EXACT
        facts: dict[str, object] = {"title": clip.title, "start": clip.file.start}
        if clip.file.video:
            facts |= {"width": clip.file.video.width, "height": clip.file.video.height}
        elif kept and plan.picture:
            # Packets are kept, so nothing is cut off the picture.
            facts |= zip(("width", "height"), plan.picture.whole, strict=True)
        if kept:
            facts["video_codec"] = plan.picture.codec if plan.picture else None
        else:
            video = clip.file.video
            facts["video_codec"] = encoders.NAMES[video.codec] if video else None
        if clip.mode is ClipMode.COPY:
            facts["audio_codec"] = plan.sound.codec if plan.sound else None
        else:
            facts |= _sound(clip.file.audio)
        file = self._file(OutputKind.CLIP, command.clip_file(clip.number))
        return file.model_copy(update=facts)

    def _words(self, plan: Plan) -> Iterator[OutputFacts]:
        """What can be read: subtitles of the source, and what was heard."""
        for text in plan.subtitles:
            for local in (subtitles.vtt_file(text), subtitles.srt_file(text)):
                yield self._text(local, text.language, text.name)
        if plan.transcript:
            language = languages.of_tag(plan.transcript.language)
            for local in (transcribe.VTT, transcribe.SRT):
                yield self._text(local, language, languages.spoken(language))
            yield self._file(OutputKind.METADATA, transcribe.JSON)

    def _text(self, local: str, language: str | None, name: str) -> OutputFacts:
        told = {"languages": (language or "und",), "label": name}
        return self._file(OutputKind.SUBTITLE, local).model_copy(update=told)

    def _poster(self, poster: PosterPlan) -> OutputFacts:
        file = self._file(OutputKind.POSTER, command.POSTER)
        return file.model_copy(
            update={"width": poster.width, "height": poster.height, "video_codec": "mjpeg"}
        )

    def _preview(self, plan: PreviewPlan) -> OutputFacts:
        codec = "webp" if plan.format is PreviewFormat.WEBP else encoders.NAMES[VideoCodec.H264]
        file = self._file(OutputKind.PREVIEW, preview.file_name(plan))
        return file.model_copy(
            update={"width": plan.width, "height": plan.height, "video_codec": codec}
        )

    def _sprite(self, sprite: SpritePlan) -> OutputFacts:
        """All sheets, by the first one: the VTT names the others."""
        sheets = [command.sprite_file(number) for number in range(1, sprite.sheets + 1)]
        size = sum(file.path.stat().st_size for file in self.files if file.path.name in sheets)
        return self._file(OutputKind.SPRITE, sheets[0]).model_copy(
            update={
                "size": size,
                "files": len(sheets),
                "width": sprite.columns * sprite.width,
                "height": sprite.rows * sprite.height,
                "video_codec": "mjpeg",
            }
        )

    def _file(self, kind: OutputKind, local: str) -> OutputFacts:
        upload = next(file for file in self.files if file.path.name == local)
        size = upload.path.stat().st_size
        seconds = self.seconds.get(local)
        return OutputFacts(
            kind=kind,
            key=self.target.prefix + upload.name,
            content_type=TYPES[upload.path.suffix],
            size=size,
            files=1,
            sha256=file_sha256(upload.path),
            duration=seconds,
            bitrate=_bitrate(size, seconds) if seconds else None,
            loudness=self.levels.get(local),
            report=self.reports.get(local),
        )


def _sound(track: AudioTrack | None, others: Sequence[AudioTrack] = ()) -> dict[str, object]:
    if track is None:
        return {}
    return {
        "audio_codec": sound_encoders.NAMES[track.codec],
        "channels": track.channels,
        "sample_rate": track.sample_rate,
        "languages": tuple(each.source.language or "und" for each in (track, *others)),
    }


def _bitrate(size: int, seconds: float) -> int | None:
    return round(size * 8 / seconds) if seconds > 0 else None


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
