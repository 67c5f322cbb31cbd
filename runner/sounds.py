"""Pure: which encodes of a sound are made, with which channels and at which rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runner.outputs import AudioFile, AudioTrack, Sound, WaveformPlan
from schema.codecs import AudioCodec, AudioTracks, Channels
from schema.recipe import Loudness, Waveform
from schema.streams import Audio, Ladder, Mp4

# bit/s where the recipe names none, by how many channels are made.
BITRATES = {
    AudioCodec.AAC: {1: 80_000, 2: 160_000, 6: 384_000},
    AudioCodec.OPUS: {1: 64_000, 2: 128_000, 6: 256_000},
    AudioCodec.MP3: {1: 96_000, 2: 192_000},
    AudioCodec.AC3: {1: 96_000, 2: 192_000, 6: 448_000},
}
# Who streams pays for every listener.
LADDER_BITRATES = BITRATES | {AudioCodec.AAC: {1: 64_000, 2: 128_000, 6: 320_000}}
MOST_PER_CHANNEL = 256_000  # bit/s: beyond it AAC and Opus cannot spend them
SURROUND_FROM = 5  # channels of a source that is kept as 5.1
FLAC_RATES = frozenset({32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000})
OPUS_RATE = 48_000


@dataclass(frozen=True)
class Given:
    """What there is to encode, and how loud all of it shall be. `others` can be chosen instead."""

    sound: Sound
    loudness: Loudness | None
    others: tuple[Sound, ...] = ()

    def each(self) -> Iterator[Given]:
        """The others, each as if it were the only one."""
        return (Given(sound, self.loudness) for sound in self.others)


def of_ladder(ladder: Ladder, given: Given) -> AudioTrack:
    """The sound of all rungs."""
    wish = (ladder.audio_codec, ladder.audio_channels, ladder.audio_bitrate)
    return _track(*wish, given, LADDER_BITRATES)


def of_mp4(mp4: Mp4, given: Given) -> AudioTrack:
    """The sound of an MP4."""
    return _track(mp4.audio_codec, mp4.audio_channels, mp4.audio_bitrate, given, BITRATES)


def others_of_ladder(ladder: Ladder, given: Given) -> tuple[AudioTrack, ...]:
    """Sounds that a listener may choose instead."""
    if ladder.audio_tracks is not AudioTracks.ALL:
        return ()
    return tuple(of_ladder(ladder, other) for other in given.each())


def others_of_mp4(mp4: Mp4, given: Given) -> tuple[AudioTrack, ...]:
    """Sounds that a listener may choose instead."""
    if mp4.audio_tracks is not AudioTracks.ALL:
        return ()
    return tuple(of_mp4(mp4, other) for other in given.each())


def files(asked: tuple[Audio, ...], given: Given) -> tuple[AudioFile, ...]:
    """The files that hold nothing but sound, numbered from 1."""
    return tuple(
        AudioFile(
            number=number,
            track=_track(audio.codec, audio.channels, audio.bitrate, given, BITRATES),
        )
        for number, audio in enumerate(asked, start=1)
    )


def outline(wish: Waveform, sound: Sound) -> WaveformPlan:
    """Both sides as they are: a sound that stands on one alone must be seen, too."""
    track = _track(AudioCodec.AAC, Channels.STEREO, None, Given(sound, None), BITRATES)
    return WaveformPlan(
        track=track,
        samples=round(track.sample_rate / wish.points),
        width=wish.width,
        height=wish.height,
        color=wish.color.removeprefix("#").lower(),
    )


def of_speech(sound: Sound) -> AudioTrack:
    """What Whisper listens to."""
    return AudioTrack(
        source=sound,
        codec=AudioCodec.FLAC,
        channels=1,
        sample_rate=16_000,
        bitrate=None,
        loudness=None,
    )


def _track(
    codec: AudioCodec,
    channels: Channels,
    bitrate: int | None,
    given: Given,
    defaults: dict[AudioCodec, dict[int, int]],
) -> AudioTrack:
    count = _count(channels, given.sound)
    if codec is not AudioCodec.FLAC:
        bitrate = min(bitrate or defaults[codec][count], count * MOST_PER_CHANNEL)
    return AudioTrack(
        source=given.sound,
        codec=codec,
        channels=count,
        sample_rate=_rate(codec, given.sound),
        bitrate=bitrate,
        loudness=given.loudness,
    )


def _count(channels: Channels, sound: Sound) -> int:
    if channels is Channels.MONO:
        return 1
    return 6 if channels is Channels.SURROUND and sound.channels >= SURROUND_FROM else 2


def _rate(codec: AudioCodec, sound: Sound) -> int:
    if codec is AudioCodec.FLAC and sound.source_rate in FLAC_RATES:
        return sound.source_rate
    return OPUS_RATE if codec is AudioCodec.OPUS else sound.sample_rate
