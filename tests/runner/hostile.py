"""Files that are made to harm whoever opens them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tests.runner import media

_PARENTS = {b"moov", b"trak", b"mdia", b"minf", b"dinf"}


def texts(address: str, secret: Path) -> dict[str, bytes]:
    """What names other files or addresses, by what it is; each is stored as an MP4."""
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"
    session = "v=0\no=- 0 0 IN IP4 {0}\nc=IN IP4 {0}\nm=video 5004 RTP/AVP 96\n"
    found = {
        "playlist of an address": playlist.format(f"{address}/x.ts"),
        "playlist of a file": playlist.format(secret.as_uri()),
        "playlist by concat": playlist.format(f"concat:{address}/head|{secret.as_uri()}"),
        "concat": f"ffconcat version 1.0\nfile '{secret}'\n",
        "sdp": session.format("127.0.0.1"),
        "manifest": f'<?xml version="1.0"?><MPD><BaseURL>{address}/</BaseURL></MPD>',
        "metadata": f";FFMETADATA1\ntitle={secret}\n",
    }
    return {name: text.encode() for name, text in found.items()}


def borrowing(path: Path, secret: Path) -> Path:
    """A film whose samples are said to lie in another file, which QuickTime allows."""
    plain = media.make(path.with_suffix(".mp4"), seconds=1, audio=None)
    path.write_bytes(b"".join(_borrowed(plain.read_bytes(), secret.as_uri().encode())))
    return path


def _borrowed(data: bytes, place: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + size]
        if kind in _PARENTS:
            body = b"".join(_borrowed(body, place))
        elif kind == b"dref":
            # Flags of zero: not in this file.
            entry = struct.pack(">4sI", b"url ", 0) + place + b"\0"
            body = struct.pack(">II", 0, 1) + struct.pack(">I", len(entry) + 4) + entry
        yield struct.pack(">I4s", len(body) + 8, kind) + body
        at += size


def nested(depth: int) -> bytes:
    """Boxes in boxes, as deep as a parser that calls itself can fall."""
    size = 8 * depth
    head = struct.pack(">I4s4sI", 16, b"ftyp", b"isom", 0)
    return head + b"".join(struct.pack(">I4s", size - 8 * n, b"moov") for n in range(depth))


def endless(path: Path, seconds: float) -> Path:
    """A small film whose last picture comes after so many seconds."""
    late = f"testsrc2=size=64x64:rate=1:duration=2,setpts='if(N,{seconds},0)/TB'"
    tone = "sine=frequency=440:sample_rate=48000:duration=1"
    media.ffmpeg(
        *("-f", "lavfi", "-i", late, "-f", "lavfi", "-i", tone),
        *("-fps_mode", "passthrough", "-c:v", "libx264", "-pix_fmt", "yuv420p", str(path)),
    )
    return path


def covered(path: Path) -> Path:
    """A song whose cover has 96 million pixels."""
    cover = path.with_suffix(".jpg")
    bomb = "color=s=12000x8000:d=0.04:r=25"
    media.ffmpeg("-f", "lavfi", "-i", bomb, "-pix_fmt", "yuvj420p", "-update", "1", str(cover))
    song = media.make(path.with_suffix(".wav"), video=False)
    media.ffmpeg(
        *("-i", str(song), "-i", str(cover), "-map", "0", "-map", "1", "-c:v", "copy"),
        *("-disposition:v", "attached_pic", "-c:a", "libmp3lame", str(path)),
    )
    return path
