"""Makes ready what is drawn into the picture: the text as scripts of ours, and a font for it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from runner import ass, command, fonts, log, subtitles
from runner.burn import BurnPlan
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.outputs import HDR_TRANSFERS, Plan
from runner.tools import Tools
from schema.webvtt import Cue

RAW = "burn.raw"


@dataclass(frozen=True)
class Burner:
    """Works in a scratch folder in which the source lies."""

    tools: Tools
    folder: Path
    writer: command.Writer
    watch: Watch

    async def prepare(self, plan: Plan) -> None:
        """Write the scripts of all commands of a plan. Raises RunnerError, before anything is
        encoded."""
        if plan.burn is None or plan.picture is None:
            return
        cues = subtitles.within(subtitles.read(await self._text(plan.burn)), plan.duration)
        text = "".join(map(ass.words, cues))
        # Beside the heartbeat: a machine may have hundreds of fonts.
        chosen = await asyncio.to_thread(
            fonts.provide, self.tools.fonts, self.folder / ass.FONTS, text
        )
        if chosen.lacks:
            log.info("the font lacks signs", font=chosen.family, lacks="".join(chosen.lacks))
        look = ass.Look(
            width=plan.picture.width,
            height=plan.picture.height,
            size=plan.burn.size,
            font=chosen.family,
            transfer=None,
            lacks=chosen.lacks,
        )
        scripts = {ass.WHOLE: cues} | {
            ass.of_clip(clip.number): list(
                ass.shifted(cues, clip.file.start, clip.file.start + (clip.file.seconds or 0.0))
            )
            for clip in plan.clips
        }
        for name, shown in scripts.items():
            self._write(ass.file(name, hdr=False), shown, look)
            if plan.picture.transfer in HDR_TRANSFERS:
                kept = replace(look, transfer=plan.picture.transfer)
                self._write(ass.file(name, hdr=True), shown, kept)

    def _write(self, file: str, cues: Sequence[Cue], look: ass.Look) -> None:
        (self.folder / file).write_text(ass.write(cues, look), "utf-8")

    async def _text(self, plan: BurnPlan) -> str:
        """SubRip, as FFmpeg has written it."""
        if plan.file:
            return (self.folder / plan.file).read_text("utf-8", "replace")
        argv = [
            *(self.tools.ffmpeg, *command.GLOBAL, *self.writer.opened()),
            *("-map", f"0:{plan.stream}", "-c:s", "srt", "-f", "srt", f"file:{RAW}"),
        ]
        try:
            await run(argv, cwd=self.folder, watch=Watch(self.watch.deadline))
        except ChildFailedError as error:
            message = "the subtitles of the source cannot be read"
            raise RunnerError(Code.SOURCE_UNREADABLE, message, log=error.log) from error
        raw = self.folder / RAW
        if raw.stat().st_size > subtitles.MOST_BYTES:
            message = f"the subtitles have more than {subtitles.MOST_BYTES} bytes"
            raise RunnerError(Code.SOURCE_UNREADABLE, message)
        text = raw.read_text("utf-8", "replace")
        raw.unlink()
        return text
