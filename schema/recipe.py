"""What a user may ask for: a typed, declarative list of wanted outputs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from schema import inputs
from schema.base import Message
from schema.burn import Burn
from schema.codecs import Tier
from schema.join import Join
from schema.picture import Crop, Pad
from schema.preview import Preview
from schema.streams import Audio, Ladder, Mp4
from schema.watermark import Watermark

Language = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
Seconds = Annotated[float, Field(ge=0, le=7 * 24 * 3600, allow_inf_nan=False)]
# One line: no control characters.
Title = Annotated[str, Field(min_length=1, max_length=200, pattern="^[^\\x00-\\x1f\\x7f]*$")]


class ClipMode(StrEnum):
    """How a clip is cut.

    COPY keeps the encoded packets: instant and lossless, but the cut starts at the keyframe at or
    before `start`. EXACT decodes and encodes again: frame-exact. SMART is frame-exact too, and
    encodes only what stands between a cut and the next keyframe; where that cannot be (of what is
    not H.264, for one), it is EXACT, and the log says why.
    """

    COPY = "COPY"
    EXACT = "EXACT"
    SMART = "SMART"


class Loudness(Message):
    """Sound that is encoded is brought to one loudness, after EBU R128.

    `target` is in LUFS over the whole film, and no peak rises above `true_peak` in dBTP.
    """

    target: float = Field(default=-23.0, ge=-40, le=-5, allow_inf_nan=False)
    true_peak: float = Field(default=-1.0, ge=-9, le=0, allow_inf_nan=False)


class Poster(Message):
    """One JPEG. `at` is in seconds; without it the frame stands at a tenth of the film."""

    at: Seconds | None = None
    width: int = Field(default=1280, ge=16, le=7680, multiple_of=2)


class Sprite(Message):
    """Sheets of small pictures for a seek bar, and the WebVTT file that says which stands where.

    One picture every `interval` seconds: the one that is shown then. `tile_width` is in pixels; the
    height follows from the film. A long film has many sheets of `columns` x `rows`.
    """

    interval: Annotated[float, Field(ge=0.1, le=600, allow_inf_nan=False)] = 1.0
    columns: int = Field(default=10, ge=1, le=20)
    rows: int = Field(default=10, ge=1, le=20)
    tile_width: int = Field(default=180, ge=16, le=480, multiple_of=2)

    @model_validator(mode="after")
    def _fits_a_picture(self) -> Self:
        if self.columns * self.rows > 100:
            raise ValueError("a sheet has room for 100 pictures")
        return self


class TranscriptEngine(StrEnum):
    """Who listens. WHISPER runs in the runner, and nothing leaves it. AMAZON is Amazon Transcribe,
    where an installation on AWS has it set up: the sound is sent there, and it costs."""

    WHISPER = "WHISPER"
    AMAZON = "AMAZON"


class Transcript(Message):
    """What is said, as subtitles (WebVTT and SubRip) and as JSON with the time of every word.

    `language` is an ISO 639-1 code such as `en`; without it the language is found out.
    """

    language: str | None = Field(default=None, pattern="^[a-z]{2,3}$")
    engine: TranscriptEngine = TranscriptEngine.WHISPER


class SubtitleFile(Message):
    """Subtitles that lie beside the source: SubRip, WebVTT, ASS or SSA.

    `language` is an ISO 639 code; `label` is what a viewer chooses by, in place of the language.
    """

    file: inputs.AssetRef
    language: Language | None = None
    label: str | None = Field(default=None, pattern=r'^[^\x00-\x1f\x7f\x85\u2028\u2029"]{1,100}$')
    default: bool = False
    forced: bool = False


class Subtitles(Message):
    """Text tracks of the source and files beside it, as WebVTT and SubRip.

    Of the source's tracks those in `languages` are taken, ISO 639 codes such as `en` or `eng`;
    without them every one, and none where `embedded` is off. Tracks that are pictures of text (DVD,
    Blu-ray, DVB) are left out.
    """

    languages: tuple[Language, ...] = Field(default=(), max_length=20)
    embedded: bool = True
    files: tuple[SubtitleFile, ...] = Field(default=(), max_length=inputs.MOST)

    @model_validator(mode="after")
    def _takes_something_once(self) -> Self:
        if not (self.embedded or self.files):
            raise ValueError("subtitles need files where embedded is off")
        named = [each.file for each in self.files]
        if len(set(named)) != len(named):
            raise ValueError("the same file of subtitles is named twice")
        return self


class Waveform(Message):
    """The outline of the sound: numbers for a player, as `audiowaveform` writes them, and a PNG.

    The lowest and the highest sample of each stretch; there are `points` of them a second. `width`
    and `height` of the picture are in pixels; what is no sound is transparent in it.
    """

    points: int = Field(default=10, ge=1, le=100)
    width: int = Field(default=1800, ge=16, le=8192)
    height: int = Field(default=280, ge=16, le=2048)
    color: str = Field(default="#2563eb", pattern="^#[0-9a-fA-F]{6}$")

    @model_validator(mode="after")
    def _fits_a_picture(self) -> Self:
        if self.width * self.height > 4_000_000:
            raise ValueError("a waveform has 4,000,000 pixels at most")
        return self


class Clip(Message):
    """A piece of the source. `end` is exclusive; without it the clip runs to the end.

    Players show `title`. It names no file: those are named after the job.
    """

    start: Seconds = 0.0
    end: Seconds | None = None
    mode: ClipMode = ClipMode.EXACT
    title: Title | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError("a clip must end after it starts")
        return self


class Verify(Message):
    """What an output must come up to. Where one falls short, nothing of the job is published.

    VMAF says on a scale to 100 how near the picture is to its source; it is measured for an MP4 and
    for the largest rung of a ladder, and takes about as long as encoding.
    """

    vmaf: bool = Field(default=False, description="Measure VMAF, also without a minimum")
    min_vmaf: float | None = Field(
        default=None, ge=0, le=100, description="Least VMAF, as the mean over the film"
    )
    max_black_seconds: Seconds | None = Field(
        default=None, description="Most seconds of black, in stretches of half a second or more"
    )
    max_frozen_seconds: Seconds | None = Field(
        default=None, description="Most seconds in which nothing moves, in stretches of two or more"
    )
    max_drift_seconds: float | None = Field(
        default=None,
        ge=0.03,
        le=60,
        description="Most seconds that sound and picture end further apart than in the source",
    )

    @property
    def measures_vmaf(self) -> bool:
        """Whether VMAF is measured."""
        return self.vmaf or self.min_vmaf is not None


class Recipe(Message):
    """The outputs that are wanted of one source. At least one must be named."""

    tier: Tier = Tier.STANDARD
    join: Join | None = None
    loudness: Loudness | None = None
    ladder: Ladder | None = None
    mp4: Mp4 | None = None
    audio: tuple[Audio, ...] = Field(default=(), max_length=10)
    poster: Poster | None = None
    sprite: Sprite | None = None
    preview: Preview | None = None
    waveform: Waveform | None = None
    subtitles: Subtitles | None = None
    transcript: Transcript | None = None
    clips: tuple[Clip, ...] = Field(default=(), max_length=50)
    metadata: bool = False
    crop: Crop | None = None
    pad: Pad | None = None
    watermark: Watermark | None = None
    burn: Burn | None = None
    verify: Verify | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        pictures = (self.poster, self.sprite, self.preview)
        of_sound = (self.audio, self.waveform, self.transcript)
        whole = (self.ladder, self.mp4, self.subtitles)
        if not any((*whole, *of_sound, *pictures, self.clips)):
            raise ValueError(
                "a recipe must ask for a ladder, mp4, audio, poster, sprite, preview, waveform, "
                "subtitles, transcript or clips"
            )
        if len(set(self.audio)) != len(self.audio):
            raise ValueError("the same audio is asked for twice")
        if self.metadata and not self.clips:
            raise ValueError("metadata lists clips: ask for one")
        encoded = any(clip.mode is not ClipMode.COPY for clip in self.clips)
        if self.loudness and not (self.ladder or self.mp4 or self.audio or encoded):
            raise ValueError("loudness needs a ladder, mp4, audio or a clip that is not a copy")
        if self.watermark and not (self.ladder or self.mp4 or encoded):
            raise ValueError("a watermark needs a ladder, mp4 or a clip that is not a copy")
        if self.burn and not (self.ladder or self.mp4 or encoded):
            raise ValueError("burn needs a ladder, mp4 or a clip that is not a copy")
        words = self.subtitles or self.burn
        if self.join and (words or any(c.mode is not ClipMode.EXACT for c in self.clips)):
            raise ValueError("what is joined is encoded: no subtitles, and clips by EXACT alone")
        if self.join and self.watermark and self.watermark.image in self.join.films:
            raise ValueError("an image of a watermark is no film to be joined")
        if len(inputs.named(self)) > inputs.MOST:
            raise ValueError(f"a recipe names {inputs.MOST} assets beside its source at most")
        return self
