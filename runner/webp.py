"""Pure: reads how large a WebP is and how long it plays.

After Google's "WebP Container Specification": chunks of RIFF, each a name of four letters, its
length in 32 bits and its bytes, padded to an even number.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Webp:
    """What its headers say. `seconds` is 0 where it does not move."""

    width: int
    height: int
    frames: int
    seconds: float

    @property
    def moves(self) -> bool:
        """Whether it has more than one frame."""
        return self.frames > 1


def read(data: bytes) -> Webp:
    """Raises ValueError for what is no whole WebP, or one without loss and movement."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) != 8 + _number(data[4:8]):
        raise ValueError("it is no whole WebP")
    chunks = list(_chunks(data))
    frames = [body for name, body in chunks if name == b"ANMF"]
    if frames:
        canvas = dict(chunks)[b"VP8X"]
        milliseconds = sum(_number(body[12:15]) for body in frames)
        width, height = _number(canvas[4:7]) + 1, _number(canvas[7:10]) + 1
        return Webp(width, height, len(frames), milliseconds / 1000)
    for name, body in chunks:
        if name == b"VP8 ":
            # A frame's tag of three bytes and a start code of three stand before its size.
            width, height = (_number(body[at : at + 2]) & 0x3FFF for at in (6, 8))
            return Webp(width, height, 1, 0.0)
    raise ValueError("it has no picture")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(data):
        name, size = struct.unpack_from("<4sI", data, at)
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
