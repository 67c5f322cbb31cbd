"""Text tracks of a source become WebVTT and SubRip files.

FFmpeg, in the jail, brings every kind of text to SubRip; what it writes is read by rules of our own
and written anew, because it escapes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path

from runner import command, languages
from runner.errors import Code, RunnerError
from runner.expected import failed
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.texts import TextTrack
from runner.tools import Tools
from schema import webvtt
from schema.webvtt import Cue

MOST_BYTES = 16 * 1024**2
_TIME = r"(\d+):(\d\d):(\d\d),(\d{3})"
_HEAD = re.compile(rf"^\d+\n{_TIME} --> {_TIME}[^\n]*\n", re.MULTILINE)
# Of what players of SubRip know, and of what editors have written into it.
_KEPT = re.compile(r"(</?[biu]>)", re.IGNORECASE)
_DROPPED = re.compile(r"</?font[^<>]*>|\{\\[^{}]*\}|[\x00-\x08\x0b-\x1f\x7f]", re.IGNORECASE)


def vtt_file(track: TextTrack) -> str:
    """The WebVTT file of a track."""
    return f"text_{track.number}.vtt"


def srt_file(track: TextTrack) -> str:
    """The SubRip file of a track."""
    return f"text_{track.number}.srt"


def published(track: TextTrack, local: str) -> str:
    """What a file is called in the store, such as subtitles_1_en.vtt."""
    return f"subtitles_{track.number}_{languages.short(track.language)}{Path(local).suffix}"


def arguments(writer: command.Writer, tracks: Sequence[TextTrack]) -> tuple[str, ...]:
    """FFmpeg's arguments: one read of the source, one file for each track."""
    found = [*command.GLOBAL, *writer.source_options(None)]
    for track in _streams(tracks):
        found += ["-map", f"0:{track.stream}", "-c:s", "srt", "-f", "srt", f"file:{_raw(track)}"]
    return tuple(found)


def _streams(tracks: Sequence[TextTrack]) -> list[TextTrack]:
    return [track for track in tracks if track.stream is not None]


def _raw(track: TextTrack) -> str:
    return track.file or f"text_{track.number}.raw"


async def extract(
    tools: Tools,
    folder: Path,
    writer: command.Writer,
    tracks: Sequence[TextTrack],
    watch: Watch,
) -> None:
    """Make both files of every track. Raises RunnerError."""
    argv = [tools.ffmpeg, *arguments(writer, tracks)]
    try:
        if _streams(tracks):
            # Nothing moves while no cue comes, and a film may have one in an hour.
            await run(argv, cwd=folder, watch=Watch(watch.deadline))
    except ChildFailedError as error:
        message = "the subtitles of the source cannot be read"
        raise RunnerError(Code.SOURCE_UNREADABLE, message, log=error.log) from error
    for track in tracks:
        raw = folder / _raw(track)
        if raw.stat().st_size > MOST_BYTES:
            message = f"subtitles {track.number} of the source have more than {MOST_BYTES} bytes"
            raise RunnerError(Code.SOURCE_UNREADABLE, message)
        cues = within(read(raw.read_text("utf-8", "replace")), writer.plan.duration)
        write(folder, vtt_file(track), srt_file(track), cues)
        raw.unlink()


def write(folder: Path, vtt: str, srt: str, cues: Sequence[Cue]) -> None:
    """The two files that tell the same cues."""
    (folder / vtt).write_text(webvtt.write(cues), "utf-8")
    (folder / srt).write_text(webvtt.write_srt(cues), "utf-8")


def read(text: str) -> list[Cue]:
    """SubRip as FFmpeg writes it, by the order of time. Its text is nobody's: it is escaped."""
    return sorted(_cues(text.replace("\r\n", "\n")), key=lambda cue: (cue.start, cue.end))


def _cues(text: str) -> Iterator[Cue]:
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        words = _clean(text[head.end() : end])
        start, until = _seconds(head.groups()[:4]), _seconds(head.groups()[4:])
        if words and until > start:
            yield Cue(start, until, words)


def _clean(text: str) -> str:
    lines = (line.strip() for line in _DROPPED.sub("", text).split("\n"))
    parts = _KEPT.split("\n".join(line for line in lines if line))
    # Every second one is a tag that is kept.
    return "".join(part.lower() if n % 2 else escape(part, False) for n, part in enumerate(parts))


def _seconds(parts: Sequence[str]) -> float:
    hours, minutes, seconds, thousandths = map(int, parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def within(cues: Sequence[Cue], duration: float) -> list[Cue]:
    """What is shown inside the film; a film of no known length, 0, ends nowhere."""
    last = round(duration, 3) or webvtt.LONGEST
    return [replace(cue, end=min(cue.end, last)) for cue in cues if cue.start + 0.001 <= last]


def check(folder: Path, name: str, duration: float) -> None:
    """Refuse a file of ours that is no WebVTT, or that goes on behind the film."""
    try:
        cues = webvtt.read((folder / name).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise failed(f"{name} is no WebVTT: {error}") from error
    if duration and cues and max(cue.end for cue in cues) > duration + 0.001:
        raise failed(f"{name} goes on behind the end of the film")
