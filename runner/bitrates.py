"""The bitrate of an output's picture through the film."""

from __future__ import annotations

from pathlib import Path

from runner import command, curves, package, playlists
from runner.ends import Lister
from runner.outputs import Plan
from schema.curve import Curve


async def of_output(plan: Plan, name: str, lister: Lister) -> Curve | None:
    """That of the ladder's largest rung, or of the MP4; None of what has no picture."""
    if name == package.FOLDER and plan.ladder and plan.ladder.rungs:
        top = plan.ladder.rungs[0].name
        return curves.of_pieces(segments(lister.folder / package.FOLDER / f"video_{top}"))
    if name == command.MP4 and plan.mp4 and plan.mp4.video:
        return curves.of_pieces(await lister.pieces(command.MP4))
    return None


def segments(folder: Path) -> list[tuple[float, int]]:
    """Seconds and bytes of a rung's segments. The check has found all of them."""
    media = playlists.read_media((folder / package.MEDIA_PLAYLIST).read_text("utf-8"))
    return [(seconds, (folder / name).stat().st_size) for name, seconds in media.segments]
