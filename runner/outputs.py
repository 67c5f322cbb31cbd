"""The values between a recipe and a command line: what is made of a source, fully decided.

Sizes are in pixels of the upright picture with square pixels, times in seconds.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from runner.burn import BurnPlan
from runner.framing import Framing
from runner.pictures import PosterPlan, PreviewPlan, SpritePlan
from runner.texts import TextTrack, TranscriptPlan
from runner.watermark import WatermarkPlan
from schema import parts
from schema.codecs import AudioCodec, Tier, VideoCodec
from schema.encryption import Encryption
from schema.recipe import ClipMode, Loudness, Verify

# Encoders with loss overshoot: at usual bitrates peaks come out up to so many dB higher (seen).
CODEC_ROOM = 1.0
# Transfer functions of HDR pictures: PQ and HLG.
HDR_TRANSFERS = frozenset({"smpte2084", "arib-std-b67"})


@dataclass(frozen=True, kw_only=True)
class Picture:
    """The picture stream and what must be done to it before it is scaled.

    `width` and `height` are upright and square; `variable` means that frames come at irregular
    times. `matrix_guess` is how to read a picture whose matrix is not tagged; `other_matrix` that
    it is not BT.709 and must be converted. `width` and `height` are what is left by `framing`,
    `whole` is the size before it. `transfer` is set where colours need more than another
    matrix: for HDR (smpte2084, arib-std-b67) and wide gamut.
    """

    stream: int
    codec: str
    width: int
    height: int
    frame_rate: float
    variable: bool
    deinterlace: bool
    matrix_guess: str | None
    other_matrix: bool
    transfer: str | None
    framing: Framing | None = None
    whole: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True)
class Sound:
    """The sound stream. `sample_rate` is that of most outputs in Hz, `source_rate` its own.

    `depth` in bits is that of samples without loss, None where nobody says.
    """

    stream: int
    codec: str
    channels: int
    sample_rate: int
    source_rate: int
    depth: int | None
    language: str | None


@dataclass(frozen=True, kw_only=True)
class VideoTrack:
    """One encode of the picture. `cap` in bit/s limits the peaks; `key_every` in seconds.

    Without `crf` it aims at `bitrate` on average. `depth` in bits; `hdr` keeps the transfer
    function of an HDR picture, which is else made one for all screens. Frames are thinned out to
    `rate` a second, where it is given.
    """

    codec: VideoCodec
    tier: Tier
    width: int
    height: int
    crf: int | None
    cap: int | None
    bitrate: int | None
    depth: int
    hdr: bool
    gop: int
    key_every: float | None
    rate: float | None = None


@dataclass(frozen=True, kw_only=True)
class AudioTrack:
    """One encode of a sound, of 1, 2 or 6 channels. `bitrate` in bit/s, None without loss.

    `loudness` is what it is brought to, None where it stays as it is.
    """

    source: Sound
    codec: AudioCodec
    channels: int
    sample_rate: int
    bitrate: int | None
    loudness: Loudness | None

    @property
    def mix(self) -> Mix:
        """What it is encoded from."""
        lossless = self.bitrate is None
        room = 0.0 if lossless or not self.loudness else CODEC_ROOM
        return Mix(self.source, self.channels, self.sample_rate, self.loudness, room)


@dataclass(frozen=True)
class Mix:
    """Everything that two encodes must have in common to be fed from one chain.

    `room` in dB is left below the peaks that are allowed.
    """

    source: Sound
    channels: int
    sample_rate: int
    loudness: Loudness | None
    room: float


@dataclass(frozen=True)
class Gain:
    """What is done to the level of a mix: `db` up, then no peak above `ceiling` in dBTP."""

    db: float
    ceiling: float | None


@dataclass(frozen=True, kw_only=True)
class RungPlan:
    """One rung of the ladder; `name` is its shorter side, as the user asked for it."""

    name: int
    track: VideoTrack


@dataclass(frozen=True, kw_only=True)
class LadderPlan:
    """All rungs, top first, and one sound for all of them; `others` can be chosen instead, and so
    can `texts` and, if `spoken`, the transcript. With `encryption` both manifests name the key."""

    rungs: tuple[RungPlan, ...]
    audio: AudioTrack | None
    others: tuple[AudioTrack, ...] = ()
    segment_seconds: float
    hls: bool
    dash: bool
    texts: tuple[TextTrack, ...] = ()
    spoken: bool = False
    encryption: Encryption | None = None

    @property
    def sounds(self) -> tuple[AudioTrack, ...]:
        """All of them, the default one first."""
        return (self.audio, *self.others) if self.audio else ()


@dataclass(frozen=True, kw_only=True)
class FilePlan:
    """One progressive MP4. The times are set for a clip; `to_end` if it has no end of its own.

    `others` are sounds that can be chosen instead.
    """

    video: VideoTrack | None
    audio: AudioTrack | None
    others: tuple[AudioTrack, ...] = ()
    start: float = 0.0
    seconds: float | None = None
    to_end: bool = False

    @property
    def sounds(self) -> tuple[AudioTrack, ...]:
        """All of them, the default one first."""
        return (self.audio, *self.others) if self.audio else ()


@dataclass(frozen=True, kw_only=True)
class AudioFile:
    """One file that holds nothing but sound."""

    number: int
    track: AudioTrack


@dataclass(frozen=True, kw_only=True)
class WaveformPlan:
    """The outline of a sound: each point stands for so many samples; a picture in pixels.

    `color` in six hex digits.
    """

    track: AudioTrack
    samples: int
    width: int
    height: int
    color: str


@dataclass(frozen=True, kw_only=True)
class ClipPlan:
    """One clip. A COPY clip has no tracks: its packets are kept.

    A SMART clip that was cut has no track of the picture, and so many `frames`. `whole` says why
    one is encoded whole instead.
    """

    number: int
    mode: ClipMode
    file: FilePlan
    title: str | None
    whole: str | None = None
    frames: int | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that one task makes of its source.

    `duration` and `start_time` in seconds; all other times count from the file's start, so that
    only who reads raw packet times needs `start_time`.
    """

    picture: Picture | None
    sound: Sound | None
    duration: float
    start_time: float
    ladder: LadderPlan | None
    mp4: FilePlan | None
    audio: tuple[AudioFile, ...]
    poster: PosterPlan | None
    sprite: SpritePlan | None
    preview: PreviewPlan | None
    waveform: WaveformPlan | None
    subtitles: tuple[TextTrack, ...]
    transcript: TranscriptPlan | None
    clips: tuple[ClipPlan, ...]
    metadata: bool = False
    watermark: WatermarkPlan | None = None
    burn: BurnPlan | None = None
    verify: Verify | None = None

    @property
    def decodes_all(self) -> bool:
        """Whether something is made of the film from its beginning to its end."""
        return bool(self.ladder or self.mp4 or self.audio or self.sprite or self.waveform)

    @property
    def encodes(self) -> tuple[VideoTrack, ...]:
        """Every encode of the picture from its beginning to its end."""
        rungs = self.ladder.rungs if self.ladder else ()
        video = self.mp4.video if self.mp4 else None
        return (*(rung.track for rung in rungs), *((video,) if video else ()))

    @property
    def decodes_picture(self) -> bool:
        """Whether the picture is decoded to its end. A poster alone is no reason to do that."""
        return bool(self.encodes) or self.sprite is not None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is to be made."""
        words = (self.subtitles, self.transcript)
        others = (self.poster, self.preview, *words, self.clips, self.metadata)
        return not (self.decodes_all or any(others))

    @property
    def texts(self) -> tuple[TextTrack, ...]:
        """The text tracks that are read, for files or for a ladder."""
        return self.subtitles or (self.ladder.texts if self.ladder else ())

    def without(self, have: Collection[str]) -> Plan:
        """The same film without the parts of the recipe that were made before."""
        return replace(
            self,
            ladder=None if "ladder" in have else self.ladder,
            mp4=None if "mp4" in have else self.mp4,
            audio=tuple(a for a in self.audio if parts.audio_name(a.number) not in have),
            poster=None if "poster" in have else self.poster,
            sprite=None if "sprite" in have else self.sprite,
            preview=None if "preview" in have else self.preview,
            waveform=None if "waveform" in have else self.waveform,
            subtitles=() if "subtitles" in have else self.subtitles,
            transcript=None if "transcript" in have else self.transcript,
            clips=tuple(c for c in self.clips if parts.clip_name(c.number) not in have),
        )
