"""A file of subtitles beside the source becomes SubRip of ours, which nobody else has written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from runner import formats
from runner.command import input_options
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.tools import Tools
from schema.probe import Probe, Stream, StreamKind

MOST_BYTES = 16 * 1024**2
_SUBRIP = re.compile(r"^\s*\d+\s*\n\s*\d+:\d\d:\d\d[,.]\d{1,3}\s*-->", re.MULTILINE)
# Demuxer and codec, by FFmpeg's names.
_KINDS = {"webvtt": "webvtt", "ass": "ass", "srt": "subrip"}


def local(number: int) -> str:
    """What the SubRip of a further asset is called in scratch."""
    return f"side_{number}.raw"


@dataclass(frozen=True)
class Sidecar:
    """One such file; `key` is what people call it, `number` its place among the further assets."""

    tools: Tools
    path: Path
    key: str
    number: int
    watch: Watch

    async def read(self) -> Probe:
        """What it is; its SubRip lies in scratch then. Raises RunnerError SUBTITLES_UNREADABLE."""
        size = self.path.stat().st_size
        if size > MOST_BYTES:
            raise self._refused(f"has more than {MOST_BYTES} bytes")
        text = decoded(self.path.read_bytes())
        kind = recognised(text)
        if kind is None:
            raise self._refused("is no SubRip, WebVTT, ASS or SSA")
        # FFmpeg would guess at other encodings.
        self.path.write_text(text, "utf-8")
        argv = [
            *(self.tools.ffmpeg, "-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
            *input_options(formats.Container(kind, kind), max_pixels=None),
            *("-i", f"file:{self.path.name}", "-map", "0:s:0", "-c:s", "srt", "-f", "srt"),
            f"file:{local(self.number)}",
        ]
        try:
            await run(argv, cwd=self.path.parent, watch=self.watch)
        except ChildFailedError as error:
            raise self._refused("cannot be read", error.log) from error
        stream = Stream(index=0, kind=StreamKind.SUBTITLE, codec=_KINDS[kind])
        return Probe(container=kind, duration=None, size=size, streams=(stream,))

    def _refused(self, what: str, log: str = "") -> RunnerError:
        return RunnerError(Code.SUBTITLES_UNREADABLE, f"{self.key} {what}", log=log)


def decoded(body: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or what Windows wrote in western Europe."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = body.decode("utf-16", "replace")
    else:
        try:
            text = body.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = body.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def recognised(text: str) -> str | None:
    """FFmpeg's name for what this is, by its first words and never by a file's name."""
    if re.match(r"WEBVTT(?:[ \t\n]|$)", text):
        return "webvtt"
    if re.match(r"\s*\[Script Info\]", text, re.IGNORECASE):
        return "ass"
    return "srt" if _SUBRIP.search(text[:4096]) else None
