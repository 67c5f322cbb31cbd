"""The report of every output, and the gate of the recipe: what falls short is not published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from runner import bitrates, command, package, sight, sound_encoders, vmaf
from runner.command import input_options
from runner.encode import Encoded
from runner.ends import OUR_MOV, Lister
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, run
from runner.outputs import Plan, VideoTrack
from runner.progress import Snapshot
from schema.recipe import ClipMode, Verify
from schema.report import Check, OutputReport, Stretch, Vmaf

WHOLE = (Check.DECODED, Check.STREAMS, Check.DURATION)
LISTED = 100
# What is held against the source for its drift.
_DRIFTING = frozenset({package.FOLDER, command.MP4})


@dataclass
class Prover:
    """Finds out what the check did not need to know. `seconds` are what it found, by local name.

    `source` is whether the source lies in scratch, as it does but where a film is joined.
    """

    encoded: Encoded
    seconds: Mapping[str, float]
    lister: Lister
    writer: vmaf.VmafWriter
    on_progress: Callable[[float], None]
    source: bool = True
    _done: dict[str, OutputReport] = field(default_factory=dict)

    async def run(self) -> Mapping[str, OutputReport]:
        """Reports by local name; the ladder stands under its folder.

        Raises RunnerError QUALITY_REFUSED for the first output that falls short.
        """
        plan = self.encoded.plan
        wanted = _checks(plan)
        held = wanted.keys() & _DRIFTING if self.source else frozenset()
        source = await self._source(plan) if held else None
        for name, checks in wanted.items():
            report = OutputReport(checks=checks)
            if name in _DRIFTING:
                drift = await self._drift(name, source)
                self._check_drift(name, drift)
                report = report.model_copy(update={"drift": drift})
            report = self._seen(name, report)
            bitrate = await bitrates.of_output(plan, name, self.lister)
            report = report.model_copy(update={"bitrate": bitrate})
            if (largest := _largest(plan, name)) and plan.verify and plan.verify.measures_vmaf:
                report = report.model_copy(update={"vmaf": await self._vmaf(*largest)})
            if plan.verify:
                gate(name, report, plan.verify)
            self._done[name] = report
        return self._done

    async def _source(self, plan: Plan) -> float | None:
        """By how much the sound of the source ends later than its picture."""
        if not plan.picture or not plan.sound:
            return None
        container = self.writer.container
        found = await self.lister.ends(
            input_options(container, max_pixels=None),
            command.SOURCE,
            (plan.picture.stream, plan.sound.stream),
            plan.start_time + plan.duration,
        )
        return found[plan.sound.stream] - found[plan.picture.stream] if found else None

    async def _drift(self, name: str, source: float | None) -> float | None:
        """By how much sound and picture of an output end further apart than in the source."""
        plan = self.encoded.plan
        if source is None or not _has_both(plan, name):
            return None
        if name == command.MP4:
            found = await self.lister.ends(OUR_MOV, name, (0, 1), plan.duration)
            return round(found[1] - found[0] - source, 3) if found else None
        assert plan.ladder is not None  # noqa: S101 - it has both
        picture = command.rung_file(plan.ladder.rungs[-1].name)
        ends = [
            await self.lister.ends(OUR_MOV, file, (0,), plan.duration)
            for file in (picture, command.AUDIO)
        ]
        return round(ends[1][0] - ends[0][0] - source, 3) if ends[0] and ends[1] else None

    def _check_drift(self, name: str, drift: float | None) -> None:
        """A gate that nothing can be held against must not stand open."""
        plan = self.encoded.plan
        asked = plan.verify is not None and plan.verify.max_drift_seconds is not None
        if asked and drift is None and _has_both(plan, name):
            message = (
                f"the drift of {_called(name)} is asked, but the source's packets have no times"
            )
            raise RunnerError(Code.QUALITY_UNMEASURABLE, message)

    def _seen(self, name: str, report: OutputReport) -> OutputReport:
        """With the black and frozen stretches, where the decode has looked for them."""
        looked = looked_at(self.encoded.plan)
        if name not in looked:
            return report
        path = self.lister.folder / sight.file_of(looked[name])
        if not path.exists():
            return report
        seen = sight.read(path.read_text("ascii", "replace"), self.seconds[name])
        return report.model_copy(
            update={
                "black_seconds": sight.seconds(seen.black),
                "frozen_seconds": sight.seconds(seen.frozen),
                "black": seen.black[:LISTED],
                "frozen": seen.frozen[:LISTED],
            }
        )

    async def _vmaf(self, name: str, track: VideoTrack) -> Vmaf:
        """Compare one file with the source."""
        made = self.writer.compare(name, track)

        def tell(snapshot: Snapshot) -> None:
            self.on_progress(min(1.0, (snapshot.seconds or 0.0) / (made.seconds or 1.0)))

        argv = [self.lister.tools.ffmpeg, *made.arguments]
        log = self.lister.folder / vmaf.LOG
        try:
            done = await run(
                argv, cwd=self.lister.folder, watch=self.lister.watch, on_progress=tell
            )
            measured = self.encoded.made[name]
            rate = measured.frames / measured.seconds if measured.seconds else 25.0
            return vmaf.read(log.read_text("utf-8"), rate)
        except ChildFailedError as error:
            message = f"{name} could not be compared with its source"
            raise RunnerError(Code.VERIFY_FAILED, message, log=error.log) from error
        except (OSError, ValueError, KeyError) as error:
            message = f"{name} could not be compared with its source: {error}"
            raise RunnerError(Code.VERIFY_FAILED, message, log=done.stderr) from error
        finally:
            log.unlink(missing_ok=True)


def _has_both(plan: Plan, name: str) -> bool:
    """Whether an output has picture and sound."""
    if name == command.MP4:
        return bool(plan.mp4 and plan.mp4.video and plan.mp4.audio)
    return bool(plan.ladder and plan.ladder.rungs and plan.ladder.audio)


def looked_at(plan: Plan) -> dict[str, str]:
    """Which file of an output is looked at for black and frozen pictures, by the output's name.

    All rungs come out of one decode, so the smallest shows it for all.
    """
    found: dict[str, str] = {}
    if plan.ladder and plan.ladder.rungs:
        rung = plan.ladder.rungs[-1].name
        found[package.FOLDER] = f"{package.FOLDER}/video_{rung}/{package.MEDIA_PLAYLIST}"
    if plan.mp4 and plan.mp4.video:
        found[command.MP4] = command.MP4
    return found


def check_measurable(plan: Plan) -> None:
    """Refuse a gate that nothing could pass or fail, before anything is encoded."""
    if plan.verify and plan.verify.min_vmaf is not None:
        for name in (package.FOLDER, command.MP4):
            if (largest := _largest(plan, name, hdr=True)) and largest[1].hdr:
                message = f"VMAF of {_called(name)} is asked, but it keeps HDR"
                raise RunnerError(Code.QUALITY_UNMEASURABLE, message)


def gate(name: str, report: OutputReport, verify: Verify) -> None:
    """Raise RunnerError QUALITY_REFUSED where a report falls short of what was asked."""
    most, vmaf_found = verify.max_drift_seconds, report.vmaf
    if most is not None and report.drift is not None and abs(report.drift) > most:
        raise _refused(name, f"drifts {abs(report.drift):g} s apart at its end, {most:g} s at most")
    for what, total, stretches, allowed in (
        ("black", report.black_seconds, report.black, verify.max_black_seconds),
        ("frozen", report.frozen_seconds, report.frozen, verify.max_frozen_seconds),
    ):
        if allowed is not None and total is not None and total > allowed:
            words = f"is {what} for {total:g} s, {allowed:g} s at most: {_where(stretches)}"
            raise _refused(name, words)
    least = verify.min_vmaf
    if least is not None and vmaf_found is not None and vmaf_found.mean < least:
        worst = f"worst at {vmaf_found.lowest_at:g} s with {vmaf_found.lowest:g}"
        raise _refused(name, f"has a VMAF of {vmaf_found.mean:g}, {least:g} at least; {worst}")


def _refused(name: str, words: str) -> RunnerError:
    return RunnerError(Code.QUALITY_REFUSED, f"{_called(name)} {words}")


def _called(name: str) -> str:
    return {package.FOLDER: "the ladder", command.MP4: "the MP4"}.get(name, name)


def _where(stretches: Sequence[Stretch]) -> str:
    shown = [f"{one.start:g} to {one.end:g} s" for one in stretches[:3]]
    return ", ".join(shown) + (" and more" if len(stretches) > 3 else "")


def _checks(plan: Plan) -> dict[str, tuple[Check, ...]]:
    """What each output has stood in the check, by its name."""
    found: dict[str, tuple[Check, ...]] = {}
    if plan.ladder:
        keys = (Check.KEYFRAMES,) if plan.ladder.rungs else ()
        found[package.FOLDER] = (*WHOLE, Check.MANIFESTS, *keys)
    if plan.mp4:
        found[command.MP4] = WHOLE
    for audio in plan.audio:
        found[sound_encoders.file_name(audio)] = WHOLE
    for clip in plan.clips:
        copied = clip.mode is ClipMode.COPY
        found[command.clip_file(clip.number)] = (Check.DECODED, Check.DURATION) if copied else WHOLE
    return found


def _largest(plan: Plan, name: str, *, hdr: bool = False) -> tuple[str, VideoTrack] | None:
    """The largest picture of an output, as a file of scratch; VMAF knows nothing of HDR."""
    found: tuple[str, VideoTrack] | None = None
    if name == package.FOLDER and plan.ladder and plan.ladder.rungs:
        top = plan.ladder.rungs[0]
        found = command.rung_file(top.name), top.track
    if name == command.MP4 and plan.mp4 and plan.mp4.video:
        found = command.MP4, plan.mp4.video
    return found if found and (hdr or not found[1].hdr) else None
