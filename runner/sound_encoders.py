"""Pure: one encode of a sound -> the options of its encoder, and of the file that it stands in."""

from __future__ import annotations

from collections.abc import Sequence

from runner.graph import Graph
from runner.mp4 import mp4_tail
from runner.outputs import AudioFile, AudioTrack, FilePlan, LadderPlan, WaveformPlan
from schema.codecs import AudioCodec

AUDIO = "audio.mp4"  # the default sound of a ladder, before it is packaged
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


def options(track: AudioTrack, place: int = 0) -> list[str]:
    """All options of the encoder. `place` is its place among the sounds of a file, from 0."""
    # What is said of all holds for the first; the later ones say what is theirs.
    of = f"a:{place}" if place else "a"
    found = [f"-c:{of}", _ENCODERS[track.codec]]
    if track.bitrate is not None:
        found += [f"-b:{of}", str(track.bitrate)]
    if track.codec is AudioCodec.FLAC:
        found += _depth(track, f":{of}" if place else "")
    found += [f"-flags:{of}", "+bitexact"]
    if track.source.language:
        found += [f"-metadata:s:a:{place}", f"language={track.source.language}"]
    if place:
        # A player begins with the first.
        found += ["-disposition:a:0", "default"] if place == 1 else []
        found += [f"-disposition:a:{place}", "0"]
    return found


def tail(audio: AudioFile) -> list[str]:
    """No metadata of the source: it may hold a place, and it is not ours to publish."""
    return [
        *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"),
        *_MUXERS[audio.track.codec],
        f"file:{file_name(audio)}",
    ]


def ladder_files(ladder: LadderPlan) -> dict[str, AudioTrack]:
    """The sounds of a ladder by the names of their intermediates, the default one first."""
    names = [AUDIO, *(f"track_{number}.mp4" for number in range(2, len(ladder.others) + 2))]
    return dict(zip(names, ladder.sounds, strict=False))


def ladder_outputs(graph: Graph, ladder: LadderPlan) -> list[tuple[list[str], list[str]]]:
    """The sounds of a ladder, each an intermediate for the packager."""
    found = []
    for name, track in ladder_files(ladder).items():
        branch = name.removesuffix(".mp4")
        graph.add_sound(branch, track)
        found.append(([branch], [*options(track), *mp4_tail(name, faststart=False)]))
    return found


def branches(graph: Graph, file: FilePlan) -> list[str]:
    """The sounds of an MP4, the default one first."""
    names = []
    for number, track in enumerate(file.sounds, start=1):
        names.append("file_audio" if number == 1 else f"file_audio_{number}")
        graph.add_sound(names[-1], track)
    return names


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


def _depth(track: AudioTrack, of: str) -> list[str]:
    """As many bits as the source has. More would store what a decoder has made up."""
    if (track.source.depth or 0) > 16:
        return [f"-sample_fmt{of}", "s32", f"-bits_per_raw_sample{of}", "24"]
    return [f"-sample_fmt{of}", "s16"]
