"""Makes one film of several: each is brought to the source's shape, then their packets follow one
another. What comes out lies where the source lay, and is treated as one from then on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from runner import command_split
from runner.command import GLOBAL, SOURCE, Command, Writer
from runner.encode import Encoder
from runner.errors import Code, RunnerError
from runner.expected import check_complete
from runner.ffmpeg import Watch
from runner.framing import frame
from runner.graph import Graph
from runner.measure import measure
from runner.outputs import Picture, Plan
from runner.plan import make_plan
from runner.probe import Examined
from runner.tools import Tools
from schema.codecs import Channels, Tier
from schema.job import Limits
from schema.picture import Pad
from schema.recipe import Recipe
from schema.streams import Mp4

LISTING, JOINED = "films.txt", "joined.mov"
# So little is lost that nobody sees it (VMAF 99): what is made of the whole is encoded once more.
CRF = 8
# Ticks that the frames of all usual rates fall on.
TICKS = 90_000


@dataclass(frozen=True)
class Film:
    """One of them, in scratch; `called` is how a user knows it."""

    name: str
    called: str
    examined: Examined


@dataclass(frozen=True)
class Shape:
    """What all are brought to. Without a size they are sound alone; without channels, silent."""

    size: tuple[int, int] | None
    channels: Channels | None
    rate: int


@dataclass(frozen=True)
class JoinWriter(Writer):
    """Writes the command that brings one film to the shape of all."""

    def conformed(self, shape: Shape, name: str) -> Command:
        """Picture and sound as they are joined: no frame waits for a later one, so that each piece
        ends where its last frame ends."""
        file = self.plan.mp4
        assert file is not None  # noqa: S101 - by `conform`
        graph, maps = Graph(self.plan.picture), list[str]()
        options, silence = list[str](), list[str]()
        if file.video:
            graph.add_video("picture", file.video)
            maps.append("picture")
            options += [*self._picture(file.video, self.threads), "-bf", "0"]
            options += ["-video_track_timescale", str(TICKS)]
        if file.audio:
            graph.add_sound("sound", file.audio)
            maps.append("sound")
        elif shape.channels:
            layout = "5.1" if shape.channels is Channels.SURROUND else "stereo"
            nothing = f"anullsrc=r={shape.rate}:cl={layout}"
            silence = [f"{nothing},atrim=end={self.plan.duration:.6f}[silence]"]
        compiled = graph.compile()
        arguments = (
            *GLOBAL,
            *self.opened(),
            *("-filter_complex_threads", str(self.threads)),
            *(p for text in (*compiled.texts, *silence) for p in ("-filter_complex", text)),
            *(p for branch in maps for p in ("-map", compiled.labels[branch])),
            *(("-map", "[silence]") if silence else ()),
            *(*options, "-c:a", "pcm_s24le", "-map_metadata", "-1", "-map_chapters", "-1"),
            *("-f", "mov", f"file:{name}"),
        )
        return Command(arguments, self.plan.duration)


def shape(films: Sequence[Film], source: Film, limits: Limits) -> Shape:
    """Of the source's picture, and with as many channels as any of them needs."""
    heard = [film.examined.probe.audio for film in films]
    many = any(audio and (audio.channels or 0) >= 5 for audio in heard)
    channels = (Channels.SURROUND if many else Channels.STEREO) if any(heard) else None
    made = _plan(source, limits, channels or Channels.STEREO)
    video = made.mp4.video if made.mp4 else None
    return Shape((video.width, video.height) if video else None, channels, 48_000)


def conform(film: Film, wanted: Shape, limits: Limits) -> Plan:
    """What is made of one film. Raises RunnerError NO_PICTURE where all others have one."""
    made = _plan(film, limits, wanted.channels or Channels.STEREO)
    assert made.mp4 is not None  # noqa: S101 - asked for
    video, picture, audio = made.mp4.video, made.picture, made.mp4.audio
    if wanted.size is None:
        video = picture = None
    elif video is None or picture is None:
        raise RunnerError(Code.NO_PICTURE, f"{film.called} has no picture, and the source has one")
    else:
        picture = _padded(picture, wanted.size)
        video = replace(video, width=wanted.size[0], height=wanted.size[1])
    # Also where a film has fewer: packets of two kinds cannot follow one another.
    channels = 6 if wanted.channels is Channels.SURROUND else 2
    audio = audio and replace(audio, channels=channels, sample_rate=wanted.rate)
    return replace(made, picture=picture, mp4=replace(made.mp4, video=video, audio=audio))


def _plan(film: Film, limits: Limits, channels: Channels) -> Plan:
    mp4 = Mp4(max_height=4320, crf=CRF, audio_channels=channels)
    return make_plan(Recipe(tier=Tier.DRAFT, mp4=mp4), film.examined.probe, limits)


def _padded(picture: Picture, size: tuple[int, int]) -> Picture:
    # Sizes of our own, so without the limits of a wish.
    pad = Pad.model_construct(width=size[0], height=size[1])
    framed, width, height = frame(picture.width, picture.height, None, pad)
    return replace(picture, framing=framed, width=width, height=height)


def joined() -> tuple[str, ...]:
    """FFmpeg's arguments: the packets of all, one file after the other."""
    return (
        *GLOBAL,
        *("-protocol_whitelist", "file", "-f", "concat", "-safe", "1", "-i", f"file:{LISTING}"),
        *("-map", "0", "-c", "copy", "-f", "mov", f"file:{JOINED}"),
    )


@dataclass
class Joiner:
    """Joins films that lie in scratch. `on_progress` gets the part of the work that is done."""

    tools: Tools
    folder: Path
    limits: Limits
    threads: int
    watch: Watch
    on_progress: Callable[[float], None]

    async def join(self, films: Sequence[Film], source: Film) -> None:
        """Put the whole where the source lies. Raises RunnerError for what cannot be used."""
        wanted = shape(films, source, self.limits)
        names, lasting = [], []
        for number, film in enumerate(films, start=1):
            plan, name = conform(film, wanted, self.limits), f"film_{number}.mov"
            encoder, writer = self._encoder(film, plan, (number - 1) / len(films), 1 / len(films))
            try:
                await encoder.execute(writer.conformed(wanted, name))
                made = await measure(self.tools, self.folder, name, self.watch)
                check_complete(made.seconds, plan.duration)
            except RunnerError as error:
                raise told(error, film.called) from error
            names.append(name)
            lasting.append(round(made.seconds * 1_000_000))
        (self.folder / LISTING).write_text(command_split.listing(names, lasting[:-1]), "ascii")
        await encoder.execute(Command(joined(), 0.0))
        for name in {*names, *(film.name for film in films)}:
            (self.folder / name).unlink()
        (self.folder / JOINED).replace(self.folder / SOURCE)

    def _encoder(
        self, film: Film, plan: Plan, done: float, share: float
    ) -> tuple[Encoder, JoinWriter]:
        container = film.examined.container
        limits = (self.threads, self.limits.max_pixels)
        writer = JoinWriter(plan, container, *limits, source=film.name)
        encoder = Encoder(
            tools=self.tools,
            folder=self.folder,
            plan=plan,
            container=container,
            writer=writer,
            watch=self.watch,
            on_progress=lambda part, _: self.on_progress(done + share * part),
        )
        return encoder, writer


def told(error: RunnerError, called: str) -> RunnerError:
    """The same of one film of several: codes speak of a source."""
    return RunnerError(error.code, f"{called}: {error.message}", log=error.log)
