"""Pure: the WebVTT file that says which part of which sheet belongs to which seconds.

Players read it as the thumbnails of their seek bar. Addresses are relative to the file itself and
name a part of a picture as W3C's Media Fragments do.
"""

from __future__ import annotations

from collections.abc import Iterator

from runner.pictures import SpritePlan


def vtt(sprite: SpritePlan, duration: float, sheet: str) -> str:
    """The whole file. `sheet` is the pattern of the sheets' names, `duration` in seconds."""
    return "WEBVTT\n\n" + "\n".join(_cues(sprite, duration, sheet))


def _cues(sprite: SpritePlan, duration: float, sheet: str) -> Iterator[str]:
    for tile in range(sprite.tiles):
        number, place = divmod(tile, sprite.columns * sprite.rows)
        row, column = divmod(place, sprite.columns)
        box = f"{column * sprite.width},{row * sprite.height},{sprite.width},{sprite.height}"
        begin, end = tile * sprite.interval, (tile + 1) * sprite.interval
        if tile == sprite.tiles - 1:
            # Without a length that is known, the only picture stands for its whole step.
            end = duration if duration > begin else end
        yield f"{clock(begin)} --> {clock(end)}\n{sheet % (number + 1)}#xywh={box}\n"


def clock(seconds: float) -> str:
    """Seconds as WebVTT writes them: hours, minutes, seconds and thousandths."""
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02}.{milliseconds % 1000:03}"
