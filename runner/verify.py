"""Checks every output before it is published. FFmpeg's exit code 0 is not proof."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import (
    command,
    formats,
    groups,
    package,
    preview,
    proof,
    segments,
    sight,
    sound_encoders,
    subtitles,
)
from runner.check_pictures import Pictures
from runner.encode import Encoded
from runner.errors import Code, RunnerError
from runner.expected import Decoded, check_copy, check_duration, check_joined, check_streams, failed
from runner.ffmpeg import ChildFailedError, Watch, run, together
from runner.measure import Measured
from runner.outputs import (
    AudioFile,
    ClipPlan,
    FilePlan,
    LadderPlan,
)
from runner.progress import Snapshot
from runner.times import read_packets
from runner.tools import Tools
from schema.encryption import ContentKey
from schema.recipe import ClipMode

TOLERANCE = 0.05  # seconds, or a frame if that is longer
IRREGULAR = 0.5
REORDERED = 16  # frames: the most that H.264 and HEVC keep back to show them in another order
# A small rung keeps no two processors busy, and every decode begins and ends with little to do.
AT_ONCE = 2


@dataclass
class Checker:
    """Checks one task's outputs. `on_progress` gets the part of the check that is done.

    With `joined`, what was decoded piece by piece before is not decoded again: its packets are
    listed. `key` is that of the ladder, if it is encrypted: the packager has made other bytes then.
    """

    tools: Tools
    folder: Path
    threads: int
    watch: Watch
    encoded: Encoded
    on_progress: Callable[[float], None]
    joined: bool = False
    key: ContentKey | None = None
    _decoded: int = 0

    async def run(self) -> Mapping[str, float]:
        """Check everything. Returns seconds by file name; the ladder stands under its folder."""
        plan = self.encoded.plan
        if plan.ladder:
            self._check_ladder(plan.ladder)
        for text in plan.texts:
            subtitles.check(self.folder, subtitles.vtt_file(text), plan.duration)
        checks: dict[str, Coroutine[Any, Any, float]] = {}
        for folder, name in package.tracks(plan.ladder).items() if plan.ladder else ():
            checks[folder] = self._track(folder, name)
        if plan.mp4:
            checks[command.MP4] = self._file(command.MP4, plan.mp4)
        for audio in plan.audio:
            checks[sound_encoders.file_name(audio)] = self._sound(audio)
        pictures = Pictures(self.folder, self.decode)
        stills = pictures.stills(plan)
        checks |= stills
        if plan.preview:
            checks[preview.file_name(plan.preview)] = pictures.preview(plan.preview)
        for clip in plan.clips:
            checks[command.clip_file(clip.number)] = self._clip(clip)
        found = dict(zip(checks, await together(list(checks.values()), AT_ONCE), strict=True))
        for name in stills:
            found.pop(name)
        if plan.ladder:
            tracks = [found.pop(folder) for folder in package.tracks(plan.ladder)]
            found[package.FOLDER] = max(tracks)
        return found

    async def _clip(self, clip: ClipPlan) -> float:
        name = command.clip_file(clip.number)
        wanted = clip.file.seconds or 0.0
        if clip.mode is ClipMode.COPY:
            return await self._copied(name, wanted)
        if clip.mode is ClipMode.SMART:
            return await self._joined(name, clip, None if clip.file.to_end else wanted)
        return await self._file(name, clip.file, None if clip.file.to_end else wanted)

    async def _file(self, name: str, file: FilePlan, wanted: float | None = None) -> float:
        """An MP4 decodes to what its index says, and to what was wanted where that is known."""
        made = self.encoded.made[name]
        check_streams(name, made, file.video, file.sounds)
        decoded = await self.decode(name, "mov")
        if decoded.frames != made.frames:
            raise failed(f"{name} has {made.frames} frames but {decoded.frames} were decoded")
        self._check_end(name, decoded, made)
        if wanted is not None:
            check_duration(name, decoded.seconds, wanted, self._tolerance(made))
        return decoded.seconds

    async def _sound(self, audio: AudioFile) -> float:
        """A file of sound has the stream that was planned, and decodes to what its index says."""
        name = sound_encoders.file_name(audio)
        made = self.encoded.made[name]
        check_streams(name, made, None, (audio.track,))
        decoded = await self.decode(name, formats.demuxer_of(name))
        check_duration(name, decoded.seconds, made.seconds, TOLERANCE)
        return decoded.seconds

    def _check_end(self, what: str, decoded: Decoded, made: Measured) -> None:
        """What decodes ends where the index says, or a few frames later.

        An index adds up how long frames are shown. Where some are missing, as at the end of a film
        that was cut by copying, the last one is shown later than the sum says.
        """
        picture = self.encoded.plan.picture
        missing = REORDERED / picture.frame_rate if picture and made.frames else 0.0
        seconds = min(decoded.seconds, max(made.seconds, decoded.seconds - missing))
        check_duration(what, seconds, made.seconds, self._tolerance(made))

    def _tolerance(self, made: Measured) -> float:
        """A frame or 50 ms. Where frames come irregularly, their number is the proof instead."""
        if made.irregular:
            return IRREGULAR
        picture = self.encoded.plan.picture
        frame = 1 / picture.frame_rate if picture and made.frames else 0.0
        return max(TOLERANCE, frame) + 0.001

    async def _copied(self, name: str, wanted: float) -> float:
        """A copied clip that does not stand the check is the fault of the source's packets."""
        try:
            decoded = await self.decode(name, "mov")
            check_copy(name, decoded.seconds, wanted)
        except RunnerError as error:
            raise _of_packets(error) from error
        return decoded.seconds

    async def _joined(self, name: str, clip: ClipPlan, wanted: float | None) -> float:
        """Every frame that was asked for, and none besides. Else the source's packets are bad."""
        made = self.encoded.made[name]
        check_joined(name, made, clip.file.sounds)
        try:
            decoded = await self.decode(name, "mov")
            if not decoded.frames == made.frames == clip.frames:
                raise failed(f"{name} has {decoded.frames} frames instead of {clip.frames}")
            self._check_end(name, decoded, made)
            if wanted is not None:
                check_duration(name, decoded.seconds, wanted, self._tolerance(made))
        except RunnerError as error:
            raise _of_packets(error) from error
        return decoded.seconds

    def _count(self) -> int:
        plan = self.encoded.plan
        tracks = len(package.tracks(plan.ladder)) if plan.ladder else 0
        pictures = [plan.poster, plan.preview, plan.sprite, plan.waveform]
        return (
            tracks + bool(plan.mp4) + len(plan.audio) + sum(map(bool, pictures)) + len(plan.clips)
        )

    async def decode(self, name: str, demuxer: str) -> Decoded:
        """Decode a file of ours to its end. Any complaint of the decoder fails the check."""
        if self.joined and demuxer in ({"mov"} if self.key else {"mov", "hls"}):
            return await self._list(name, demuxer)
        argv = [
            self.tools.ffmpeg,
            *("-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-nostats"),
            *("-progress", "pipe:1", "-stats_period", "0.5"),
            *("-protocol_whitelist", "file", "-threads", str(self._threads_each())),
            # No bit says how edges are smoothed, so nothing is wrong there: an eighth less work.
            *(() if self._looks(name) else ("-skip_loop_filter:v", "all")),
            *(("-allowed_extensions", "ALL") if demuxer == "hls" else ()),
            *("-f", demuxer, "-i", f"file:{name}", "-map", "0", "-fps_mode", "passthrough"),
            # At a guessed rate two frames that come irregularly may fall on one tick.
            *("-enc_time_base:v", "filter"),
            *(("-filter:v", sight.filters(name)) if self._looks(name) else ()),
            *("-f", "null", "-"),
        ]

        def tell(seen: Snapshot) -> None:
            part = min(1.0, (seen.seconds or 0.0) / (self.encoded.plan.duration or 1.0))
            self.on_progress((self._decoded + part) / self._count())

        try:
            done = await run(argv, cwd=self.folder, watch=self.watch, on_progress=tell)
        except ChildFailedError as error:
            raise failed(f"{name} does not decode", error.log) from error
        if done.stderr.strip() or done.last is None or done.last.seconds is None:
            raise failed(f"{name} does not decode cleanly", done.stderr)
        self._decoded += 1
        return Decoded(done.last.frame, done.last.seconds)

    def _threads_each(self) -> int:
        """More threads than processors cost time, and save none."""
        return max(1, self.threads // min(AT_ONCE, self._count()))

    def _looks(self, name: str) -> bool:
        """Whether black and frozen pictures are looked for on the way."""
        return name in proof.looked_at(self.encoded.plan).values()

    async def _list(self, name: str, demuxer: str) -> Decoded:
        """What decoding would show, by the packets alone."""
        argv = [
            self.tools.ffprobe,
            *("-hide_banner", "-loglevel", "error", "-protocol_whitelist", "file"),
            *(("-allowed_extensions", "ALL") if demuxer == "hls" else ()),
            *("-f", demuxer, "-show_entries", "packet=codec_type,pts_time,duration_time"),
            *("-of", "csv=print_section=0", f"file:{name}"),
        ]
        try:
            done = await run(argv, cwd=self.folder, watch=self.watch)
        except ChildFailedError as error:
            raise failed(f"{name} cannot be read", error.log) from error
        if done.stderr.strip():
            raise failed(f"{name} cannot be read cleanly", done.stderr)
        self._decoded += 1
        self.on_progress(min(1.0, self._decoded / self._count()))
        found = read_packets(done.stdout)
        # A decoder of a playlist counts from the first packet, also where that is primed sound.
        return Decoded(found.frames, found.end - (found.begin if demuxer == "hls" else 0.0))

    def _check_ladder(self, ladder: LadderPlan) -> None:
        """Check files, borders and streams: everything that needs no decoder."""
        root = self.folder / package.FOLDER
        segments.check_files(root, ladder, groups.of(self.encoded.plan))
        segments.check_rules(root, ladder)
        segments.check_borders(root, ladder)
        if self.key:
            segments.check_encrypted(root, ladder, self.key)
        for rung in ladder.rungs:
            name = command.rung_file(rung.name)
            check_streams(name, self.encoded.made[name], rung.track, ())
        for name, track in sound_encoders.ladder_files(ladder).items():
            check_streams(name, self.encoded.made[name], None, (track,))

    async def _track(self, folder: str, name: str) -> float:
        """A track of the ladder decodes, by its playlist, to what went into the packager."""
        made = self.encoded.made[name]
        playlist = f"{package.FOLDER}/{folder}/{package.MEDIA_PLAYLIST}"
        decoded = await self.decode(playlist, "hls")
        if decoded.frames != made.frames:
            raise failed(f"{folder} has {decoded.frames} frames instead of {made.frames}")
        self._check_end(folder, decoded, made)
        return decoded.seconds


def _of_packets(error: RunnerError) -> RunnerError:
    """What fails the check in packets that were kept is no fault of ours."""
    if error.code is not Code.VERIFY_FAILED:
        return error
    return RunnerError(Code.CLIP_COPY_UNSUPPORTED, error.message, log=error.log)
