"""Pure: one encode of a sound -> the options of its encoder, and of the file that it stands in."""

from __future__ import annotations

from collections.abc import Sequence

from runner.graph import Graph
from runner.outputs import AudioFile, AudioTrack, WaveformPlan
from schema.recipe import AudioCodec

# What FFmpeg's probes call them.
NAMES = {
    AudioCodec.AAC: "aac",
    AudioCodec.OPUS: "opus",
    AudioCodec.MP3: "mp3",
    AudioCodec.FLAC: "flac",
    AudioCodec.AC3: "ac3",
}
_ENCODERS = NAMES | {AudioCodec.OPUS: "libopus", AudioCodec.MP3: "libmp3lame"}
EXTENSIONS = NAMES | {AudioCodec.AAC: "m4a"}
# An index at the front; no tag that could hold a time or a version.
_MUXERS = {
    AudioCodec.AAC: ("-movflags", "+faststart", "-f", "ipod"),
    AudioCodec.OPUS: ("-f", "opus"),
    AudioCodec.MP3: ("-id3v2_version", "0", "-f", "mp3"),
    AudioCodec.FLAC: ("-f", "flac"),
    AudioCodec.AC3: ("-f", "ac3"),
}


def file_name(audio: AudioFile) -> str:
    """The file of an output that is sound alone."""
    return f"audio_{audio.number}.{EXTENSIONS[audio.track.codec]}"


def options(track: AudioTrack) -> list[str]:
    """All options of the encoder."""
    found = ["-c:a", _ENCODERS[track.codec]]
    if track.bitrate is not None:
        found += ["-b:a", str(track.bitrate)]
    if track.codec is AudioCodec.FLAC:
        found += _depth(track)
    found += ["-flags:a", "+bitexact"]
    if track.source.language:
        found += ["-metadata:s:a:0", f"language={track.source.language}"]
    return found


def tail(audio: AudioFile) -> list[str]:
    """No metadata of the source: it may hold a place, and it is not ours to publish."""
    return [
        *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"),
        *_MUXERS[audio.track.codec],
        f"file:{file_name(audio)}",
    ]


def outputs(
    graph: Graph, files: Sequence[AudioFile], waveform: WaveformPlan | None
) -> list[tuple[list[str], list[str]]]:
    """Files that hold nothing but sound, and its outline: branches of the graph, with options."""
    found = []
    for file in files:
        name = f"audio_{file.number}"
        graph.add_sound(name, file.track)
        found.append(([name], [*options(file.track), *tail(file)]))
    if waveform:
        graph.add_outline("outline", waveform)
        found.append((["outline"], ["-f", "null", "-"]))
    return found


def _depth(track: AudioTrack) -> list[str]:
    """As many bits as the source has. More would store what a decoder has made up."""
    if (track.source.depth or 0) > 16:
        return ["-sample_fmt", "s32", "-bits_per_raw_sample", "24"]
    return ["-sample_fmt", "s16"]
