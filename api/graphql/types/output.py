"""Outputs: what a job has published."""

from __future__ import annotations

from typing import Any

import strawberry

from api.domain import ids, models
from api.graphql.context import Info
from api.graphql.types.common import Node
from api.graphql.types.scalars import Int64
from schema import curve as schema_curve
from schema import loudness as schema_loudness
from schema import report as report_schema
from schema.output import OutputKind
from schema.report import Check


@strawberry.type(description="A part of a film, in seconds")
class Stretch:
    """A part of a film, in seconds."""

    start: float
    end: float


@strawberry.type(description="How near the picture is to its source: 0 to 100")
class Vmaf:
    """How near the picture is to its source: 0 to 100."""

    mean: float = strawberry.field(description="Over the film")
    lowest: float = strawberry.field(description="Over the worst second of it")
    lowest_at: float = strawberry.field(description="Where that second begins, in seconds")
    step: float = strawberry.field(description="Seconds from one point of the curve to the next")
    curve: list[float] = strawberry.field(
        description="Means through the film, for a chart: up to 240; none of what was made earlier"
    )


@strawberry.type(description="A value through the film, for a chart: up to 240 points")
class Curve:
    """A value through the film, for a chart."""

    step: float = strawberry.field(description="Seconds from one value to the next")
    values: list[float] = strawberry.field(description="Means of a step each, from the beginning")

    @classmethod
    def of(cls, found: schema_curve.Curve | None) -> Curve | None:
        """From the stored value."""
        return cls(step=found.step, values=list(found.values)) if found else None


@strawberry.type(
    description="What was found out about an output before it was published. Times in seconds; "
    "what was not measured is null"
)
class OutputReport:
    """What was found out about an output before it was published."""

    checks: list[Check] = strawberry.field(description="What it has stood")
    drift: float | None = strawberry.field(
        description="By how much sound and picture end further apart than in the source"
    )
    black_seconds: float | None
    frozen_seconds: float | None
    black: list[Stretch] = strawberry.field(description="The first hundred black stretches")
    frozen: list[Stretch] = strawberry.field(
        description="The first hundred stretches in which nothing moves"
    )
    vmaf: Vmaf | None = strawberry.field(description="Where the recipe asked for it")
    bitrate: Curve | None = strawberry.field(
        description="Of the picture, in bit/s; of a ladder that of its largest rung"
    )

    @classmethod
    def of(cls, found: dict[str, Any]) -> OutputReport:
        """From its stored form."""
        report = report_schema.OutputReport.model_validate(found)
        return cls(
            checks=list(report.checks),
            drift=report.drift,
            black_seconds=report.black_seconds,
            frozen_seconds=report.frozen_seconds,
            black=[Stretch(start=one.start, end=one.end) for one in report.black],
            frozen=[Stretch(start=one.start, end=one.end) for one in report.frozen],
            vmaf=Vmaf(**report.vmaf.model_dump()) if report.vmaf else None,
            bitrate=Curve.of(report.bitrate),
        )


@strawberry.type(description="What a meter has shown of a sound; null in silence")
class Levels:
    """What a meter has shown of a sound, after EBU R128."""

    integrated: float | None = strawberry.field(description="LUFS, over the whole length")
    range: float | None = strawberry.field(description="LU, from soft to loud parts")
    peak: float | None = strawberry.field(description="dBTP, the highest, also between samples")

    @classmethod
    def of(cls, found: schema_loudness.Levels) -> Levels:
        """From the stored value."""
        return cls(integrated=found.integrated, range=found.range, peak=found.peak)


@strawberry.type(description="How loud an output is whose recipe asked for a loudness")
class OutputLoudness:
    """How loud an output is."""

    target: float = strawberry.field(description="LUFS that were asked for")
    true_peak: float = strawberry.field(description="dBTP that no peak should exceed")
    source: Levels = strawberry.field(description="The source, with the output's channels")
    gain: float = strawberry.field(description="dB by which it was raised")
    limited: bool = strawberry.field(description="Whether peaks had to be held down")
    made: Levels = strawberry.field(description="Measured on the encoded file")
    curve: Curve | None = strawberry.field(
        description="Through the encoded file in LUFS: what a meter shows momentarily"
    )

    @classmethod
    def of(cls, facts: dict[str, Any] | None) -> OutputLoudness | None:
        """From the stored facts."""
        if facts is None:
            return None
        found = schema_loudness.LoudnessFacts.model_validate(facts)
        return cls(
            target=found.target,
            true_peak=found.true_peak,
            source=Levels.of(found.source),
            gain=found.gain,
            limited=found.limited,
            made=Levels.of(found.made),
            curve=Curve.of(found.curve),
        )


@strawberry.type(description="A file or stream that a job has made")
class Output(Node):
    """One output."""

    kind: OutputKind
    key: str = strawberry.field(description="Key in the out bucket: a file, or a manifest")
    bucket: str
    content_type: str
    size: Int64 = strawberry.field(description="Bytes of all objects that belong to it")
    files: int = strawberry.field(description="How many objects belong to it")
    sha256: str = strawberry.field(description="Of the object at `key`")
    title: str | None = strawberry.field(description="Of a clip")
    start: float | None = strawberry.field(
        description="Seconds in the source at which a clip begins"
    )
    duration: float | None = strawberry.field(description="Seconds")
    width: int | None
    height: int | None
    video_codec: str | None
    audio_codec: str | None
    channels: int | None = strawberry.field(description="Of the sound")
    sample_rate: int | None = strawberry.field(description="Of the sound, in Hz")
    languages: list[str] = strawberry.field(
        description="Of its sounds or its text, ISO 639-2, the default one first; `und`: not known"
    )
    label: str | None = strawberry.field(description="Of subtitles: what a viewer chooses by")
    loudness: OutputLoudness | None = strawberry.field(
        description="Where the recipe asked for a loudness"
    )
    bitrate: int | None = strawberry.field(description="bit/s")
    renditions: list[int] = strawberry.field(description="Heights of a ladder's rungs")
    report: OutputReport | None = strawberry.field(
        description="Null for pictures, and for what was made before there were reports"
    )
    reused: bool = strawberry.field(
        description="Whether an earlier job has made it of the same source and recipe"
    )
    model: strawberry.Private[models.Output]

    @strawberry.field(
        description="A presigned link straight to the store; for HLS and DASH use playbackUrl."
        " With `download` a browser keeps the file under its name instead of showing it"
    )
    async def url(self, info: Info, expires_in: int = 3600, download: bool = False) -> str:
        """A link that the store answers."""
        links = info.context.services.links
        return await links.to_output(self.model, expires_in, download=download)

    @strawberry.field(
        description="A link through this service that plays: relative names below it work. "
        "By default it lives as long as the film and an hour more"
    )
    async def playback_url(self, info: Info, expires_in: int | None = None) -> str:
        """A link that `/play/` answers. By default it outlives one showing of the film."""
        showing = info.context.services.settings.link_seconds + int(self.duration or 0)
        seconds = showing if expires_in is None else expires_in
        return await info.context.loaders.playback_url.load((self.model, seconds))

    @classmethod
    def of(cls, model: models.Output) -> Output:
        """From the row-shaped value."""
        facts = model.facts
        return cls(
            id=strawberry.ID(ids.encode(ids.Kind.OUTPUT, model.id)),
            kind=OutputKind(model.kind),
            key=model.key,
            bucket=model.bucket,
            content_type=model.content_type,
            size=Int64(model.size),
            files=model.files,
            sha256=model.sha256,
            title=facts.get("title"),
            start=facts.get("start"),
            duration=facts.get("duration"),
            width=facts.get("width"),
            height=facts.get("height"),
            video_codec=facts.get("video_codec"),
            audio_codec=facts.get("audio_codec"),
            channels=facts.get("channels"),
            sample_rate=facts.get("sample_rate"),
            languages=facts.get("languages") or [],
            label=facts.get("label"),
            loudness=OutputLoudness.of(facts.get("loudness")),
            bitrate=facts.get("bitrate"),
            renditions=facts.get("renditions") or [],
            report=OutputReport.of(facts["report"]) if facts.get("report") else None,
            reused=model.reused,
            model=model,
        )
