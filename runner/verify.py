"""Checks every output before it is published. FFmpeg's exit code 0 is not proof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from runner import command, package, playlists
from runner.encode import Encoded
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.outputs import LadderPlan, Plan
from runner.progress import Snapshot
from runner.tools import Tools
from schema.recipe import ClipMode

TOLERANCE = 0.05  # seconds, or a frame if that is longer


@dataclass(frozen=True)
class Decoded:
    """What decoding a file to its end showed. `seconds` is where its last frame or sample ends."""

    frames: int
    seconds: float


@dataclass
class Checker:
    """Checks one task's outputs. `on_progress` gets the part of the check that is done."""

    tools: Tools
    folder: Path
    threads: int
    watch: Watch
    encoded: Encoded
    on_progress: Callable[[float], None]
    _decoded: int = 0

    async def run(self) -> Mapping[str, float]:
        """Check everything. Returns the seconds of each output, by the names of `Encoded.ends`."""
        plan, ends = self.encoded.plan, self.encoded.ends
        found: dict[str, float] = {}
        if plan.ladder:
            found[package.FOLDER] = await self.ladder(plan, plan.ladder, ends[package.FOLDER])
        if plan.mp4:
            found[command.MP4] = await self._file(command.MP4, ends[command.MP4])
        if plan.poster:
            await self._poster()
        for clip in plan.clips:
            name = command.clip_file(clip.number)
            check = self._copied if clip.mode is ClipMode.COPY else self._file
            found[name] = await check(name, clip.file.seconds or 0.0)
        return found

    async def _file(self, name: str, wanted: float) -> float:
        decoded = await self.decode(name, "mov")
        check_duration(name, decoded.seconds, wanted, self.encoded.plan)
        return decoded.seconds

    async def _copied(self, name: str, wanted: float) -> float:
        """A copied clip that does not stand the check is the fault of the source's packets."""
        try:
            decoded = await self.decode(name, "mov")
            check_copy(name, decoded.seconds, wanted)
        except RunnerError as error:
            if error.code is not Code.VERIFY_FAILED:
                raise
            raise RunnerError(Code.CLIP_COPY_UNSUPPORTED, error.message, log=error.log) from error
        return decoded.seconds

    async def _poster(self) -> None:
        decoded = await self.decode(command.POSTER, "image2")
        if decoded.frames != 1:
            raise _failed("the poster is not one picture")

    def _count(self) -> int:
        plan = self.encoded.plan
        tracks = len(package.track_folders(plan.ladder)) if plan.ladder else 0
        return tracks + bool(plan.mp4) + bool(plan.poster) + len(plan.clips)

    async def decode(self, name: str, demuxer: str) -> Decoded:
        """Decode a file of ours to its end. Any complaint of the decoder fails the check."""
        argv = [
            self.tools.ffmpeg,
            *("-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-nostats"),
            *("-progress", "pipe:1", "-stats_period", "0.5"),
            *("-protocol_whitelist", "file", "-threads", str(self.threads)),
            *(("-allowed_extensions", "ALL") if demuxer == "hls" else ()),
            *("-f", demuxer, "-i", f"file:{name}", "-map", "0", "-fps_mode", "passthrough"),
            *("-f", "null", "-"),
        ]

        def tell(seen: Snapshot) -> None:
            part = min(1.0, (seen.seconds or 0.0) / (self.encoded.plan.duration or 1.0))
            self.on_progress((self._decoded + part) / self._count())

        try:
            done = await run(argv, cwd=self.folder, watch=self.watch, on_progress=tell)
        except ChildFailedError as error:
            raise _failed(f"{name} does not decode", error.log) from error
        if done.stderr.strip() or done.last is None or done.last.seconds is None:
            raise _failed(f"{name} does not decode cleanly", done.stderr)
        self._decoded += 1
        return Decoded(done.last.frame, done.last.seconds)

    async def ladder(self, plan: Plan, ladder: LadderPlan, ends: float) -> float:
        """Check files, borders and pictures of the ladder; `ends` is where the encode ended.

        Returns the duration of the presentation in seconds.
        """
        self._check_files(ladder)
        self._check_borders(ladder)
        tracks = {}
        for track in package.track_folders(ladder):
            name = f"{package.FOLDER}/{track}/{package.MEDIA_PLAYLIST}"
            tracks[track] = await self.decode(name, "hls")
        frames = {decoded.frames for track, decoded in tracks.items() if track != "audio"}
        if len(frames) > 1:
            raise _failed(f"the rungs have different numbers of frames: {sorted(frames)}")
        seconds = max(decoded.seconds for decoded in tracks.values())
        check_duration("the ladder", seconds, ends, plan)
        return seconds

    def _check_files(self, ladder: LadderPlan) -> None:
        """Playlists and manifest parse, agree, and name only files that are there and not empty."""
        root = self.folder / package.FOLDER
        folders = package.track_folders(ladder)
        try:
            named = set(playlists.read_master((root / package.MASTER).read_text("utf-8")))
            missing = {f"{folder}/{package.MEDIA_PLAYLIST}" for folder in folders} - named
            in_hls: set[str] = set()
            for folder in folders:
                media = self._media(folder)
                in_hls |= {f"{folder}/{name}" for name, _ in media.segments}
                in_hls.add(f"{folder}/{media.init}")
            in_dash = playlists.read_manifest((root / package.MANIFEST).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise _failed(f"the playlists are not readable: {error}") from error
        if missing or in_hls != in_dash:
            differ = sorted(missing | (in_hls ^ in_dash))
            raise _failed(f"the playlists do not agree on {differ[:5]}")
        for name in named | in_dash:
            if not (root / name).is_file() or (root / name).stat().st_size == 0:
                raise _failed(f"{name} is missing or empty")

    def _media(self, folder: str) -> playlists.MediaPlaylist:
        path = self.folder / package.FOLDER / folder / package.MEDIA_PLAYLIST
        media = playlists.read_media(path.read_text("utf-8"))
        if not media.complete:
            raise playlists.BadPlaylistError(f"{folder} has no end")
        return media

    def _check_borders(self, ladder: LadderPlan) -> None:
        """Segments begin with keyframes, and at the same times in all rungs."""
        first: list[float] | None = None
        for rung in ladder.rungs:
            borders = self._borders(f"video_{rung.name}")
            if first is None:
                first = borders
            # Timescales may differ, times may not: a tenth of a millisecond is rounding.
            same = len(borders) == len(first) and all(
                abs(a - b) < 1e-4 for a, b in zip(first, borders, strict=True)
            )
            if not same:
                raise _failed(f"segments of rung {rung.name} begin at other times")

    def _borders(self, folder: str) -> list[float]:
        starts = []
        for name, _ in self._media(folder).segments:
            with (self.folder / package.FOLDER / folder / name).open("rb") as file:
                index = playlists.read_index(file.read(4096))
            if not index.starts_with_keyframe:
                raise _failed(f"{folder}/{name} does not begin with a keyframe")
            starts.append(index.start / index.timescale)
        return starts


def check_duration(what: str, seconds: float, wanted: float, plan: Plan) -> None:
    """Refuse a duration that is more than a frame or 50 ms away from what was wanted."""
    frame = 1 / plan.picture.frame_rate if plan.picture else 0.0
    if abs(seconds - wanted) > max(TOLERANCE, frame) + 1e-3:
        raise _failed(f"{what} lasts {seconds:.3f} s instead of {wanted:.3f} s")


def check_copy(what: str, seconds: float, wanted: float) -> None:
    """Copied packets end where they end: reordered frames stand up to half a second behind."""
    if not wanted - 0.15 <= seconds <= wanted + 0.5:
        raise _failed(f"{what} lasts {seconds:.3f} s instead of {wanted:.3f} s")


def _failed(message: str, log: str = "") -> RunnerError:
    return RunnerError(Code.VERIFY_FAILED, message, log=log)
