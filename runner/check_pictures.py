"""Checks the pictures that stand for a film, before they are published."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner import command, preview, waveform, webp
from runner.expected import Decoded, check_duration, failed
from runner.outputs import Plan, WaveformPlan
from runner.pictures import PreviewPlan, SpritePlan
from schema.preview import PreviewFormat


@dataclass(frozen=True)
class Pictures:
    """`decode` is told a file and its demuxer, decodes it to its end and refuses what complains."""

    folder: Path
    decode: Callable[[str, str], Awaitable[Decoded]]

    def stills(self, plan: Plan) -> dict[str, Coroutine[Any, Any, float]]:
        """The check of each that does not move, by the name of its file."""
        checks: dict[str, Coroutine[Any, Any, float]] = {}
        if plan.poster:
            checks[command.POSTER] = self.poster()
        if plan.waveform:
            checks[waveform.PICTURE] = self._waveform(plan.waveform)
        if plan.sprite:
            checks[command.SPRITES] = self._sheets(plan.sprite)
        return checks

    async def poster(self) -> float:
        """The poster is one picture."""
        decoded = await self.decode(command.POSTER, "image2")
        if decoded.frames != 1:
            raise failed("the poster is not one picture")
        return decoded.seconds

    async def preview(self, plan: PreviewPlan) -> float:
        """As many frames as planned; of WebP, where frames that are alike are one, as long."""
        name = preview.file_name(plan)
        if plan.format is PreviewFormat.WEBP:
            return await self._webp(name, plan)
        decoded = await self.decode(name, "mov")
        if decoded.frames != plan.frames:
            raise failed(f"{name} has {decoded.frames} frames instead of {plan.frames}")
        return decoded.seconds

    async def _webp(self, name: str, plan: PreviewPlan) -> float:
        try:
            found = webp.read((self.folder / name).read_bytes())
        except (OSError, ValueError, LookupError) as error:
            raise failed(f"{name} is not what was planned: {error}") from error
        if (found.width, found.height) != (plan.width, plan.height):
            raise failed(f"{name} is {found.width}x{found.height}")
        decoded = await self.decode(name, "webp_anim" if found.moves else "webp_pipe")
        if decoded.frames != found.frames:
            raise failed(f"{name} has {found.frames} frames, {decoded.frames} were decoded")
        if not found.moves:
            # Nothing moves in the film either, and what does not move has no length.
            return plan.seconds
        # The last frame stands as long as those before it on average.
        check_duration(name, found.seconds, plan.seconds, 2 / float(plan.rate))
        return found.seconds

    async def _waveform(self, plan: WaveformPlan) -> float:
        """Numbers that are those of the plan, and a picture that can be opened."""
        try:
            waveform.check(self.folder, plan)
        except (OSError, ValueError, KeyError) as error:
            raise failed(f"{waveform.PEAKS} is not what was planned: {error}") from error
        decoded = await self.decode(waveform.PICTURE, "image2")
        if decoded.frames != 1:
            raise failed("the picture of the sound is not one picture")
        return decoded.seconds

    async def _sheets(self, sprite: SpritePlan) -> float:
        """As many sheets as planned, each a whole picture."""
        decoded = await self.decode(command.SPRITES, "image2")
        if decoded.frames != sprite.sheets:
            raise failed(f"there are {decoded.frames} sheets instead of {sprite.sheets}")
        return decoded.seconds
