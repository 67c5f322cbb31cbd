"""Makes the pictures of a film that no other encode makes on its way."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from runner import command, command_pictures, formats, preview
from runner.errors import Code, RunnerError
from runner.pictures import PosterPlan, PreviewPlan


@dataclass(frozen=True)
class Picturer:
    """Seeks to where a picture stands, so that little of the film is decoded. `execute` runs one
    command."""

    folder: Path
    writer: command.Writer
    execute: Callable[[command.Command], Awaitable[None]]

    async def poster(self, plan: PosterPlan) -> None:
        """The poster."""
        try:
            await self.execute(command_pictures.poster(self.writer, plan))
        except RunnerError as error:
            if error.code is not Code.ENCODE_FAILED:
                raise
        if not (self.folder / command.POSTER).exists():
            # The picture ends long before the sound, so there was no frame where we looked.
            await self.execute(command_pictures.poster(self.writer, plan, seek=False))

    async def preview(self, plan: PreviewPlan) -> None:
        """The preview."""
        if self.writer.container.demuxer not in formats.INDEXED or not await self._pieces(plan):
            await self.execute(command_pictures.preview_whole(self.writer, plan))

    async def _pieces(self, plan: PreviewPlan) -> bool:
        """Each piece by itself. False where no frame of the film lies in one of them."""
        frames = self.folder / command_pictures.FRAMES
        with frames.open("wb") as joined:
            for number in range(len(plan.pieces)):
                path = self.folder / preview.piece_file(number)
                await self.execute(command_pictures.preview_piece(self.writer, plan, number))
                if path.stat().st_size == 0:
                    return False
                with path.open("rb") as piece:
                    shutil.copyfileobj(piece, joined)
                path.unlink()
        await self.execute(command_pictures.preview_joined(self.writer, plan))
        frames.unlink()
        return True
