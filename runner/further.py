"""Assets that a recipe names beside its source: fetched, examined in the jail, made ready."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runner import formats, stamp
from runner.command import input_options
from runner.errors import Code, RunnerError
from runner.ffmpeg import ChildFailedError, Watch, run
from runner.films import Film, told
from runner.probe import PROBE_SECONDS, examine
from runner.sidecar import Sidecar
from runner.streams import read_probe
from schema import inputs
from schema.probe import Probe
from schema.source import SourceFacts

if TYPE_CHECKING:
    from runner.storage import Storage
    from runner.tools import Tools
    from schema.inputs import AssetRef
    from schema.job import TaskSpec
    from schema.source import SourceRef


@dataclass(frozen=True)
class Further:
    """One of them: what was learned, and of a film where it lies."""

    facts: SourceFacts
    film: Film | None


async def gather(
    tools: Tools, storage: Storage, folder: Path, spec: TaskSpec, watch: Watch
) -> dict[AssetRef, Further]:
    """All of them. Raises RunnerError for what cannot be used."""
    found = {}
    join = spec.recipe.join
    films = join.films if join else ()
    named = inputs.named(spec.recipe)
    words = spec.recipe.subtitles
    texts = {each.file for each in words.files} if words else set()
    texts |= {spec.recipe.burn.file} if spec.recipe.burn and spec.recipe.burn.file else set()
    for number, (ref, source) in enumerate(zip(named, spec.inputs, strict=True), start=1):
        path = folder / f"in_{number}"
        fetched = await storage.fetch(source, path, lambda _: None)
        soon = Watch(watch.deadline.sooner(PROBE_SECONDS))
        film = None
        if ref in films:
            film = await _film(tools, path, source, spec.limits.max_pixels, watch)
            probe = film.examined.probe
        elif ref in texts:
            probe = await Sidecar(tools, path, source.key, number, soon).read()
        else:
            probe = await Image(tools, path, source, spec.limits.max_pixels, soon).read()
        facts = fetched.facts(probe)
        found[ref] = Further(facts, film)
    return found


async def _film(tools: Tools, path: Path, source: SourceRef, max_pixels: int, watch: Watch) -> Film:
    try:
        examined = await examine(tools, path.parent, path.name, max_pixels, watch)
    except RunnerError as error:
        raise told(error, source.key) from error
    return Film(path.name, source.key, examined)


class Image:
    """An image of a watermark. Its first picture is written anew, upright and with transparency, so
    that no later command opens a file of somebody else."""

    def __init__(
        self, tools: Tools, path: Path, source: SourceRef, max_pixels: int, watch: Watch
    ) -> None:
        self._tools = tools
        self._path = path
        self._key = source.key
        self._max_pixels = max_pixels
        self._watch = watch

    async def read(self) -> Probe:
        """What it is. Raises RunnerError IMAGE_UNREADABLE."""
        with self._path.open("rb") as file:
            container = formats.image(file.read(formats.HEAD_BYTES))
        if container is None:
            message = f"the first bytes of {self._key} are those of no PNG, JPEG or WebP"
            raise RunnerError(Code.IMAGE_UNREADABLE, message)
        given = [
            *input_options(container, max_pixels=self._max_pixels),
            *("-i", f"file:{self._path.name}"),
        ]
        found = await self._run(
            self._tools.ffprobe,
            *("-hide_banner", "-loglevel", "error", *given),
            *("-show_format", "-show_streams", "-of", "json"),
        )
        await self._run(
            self._tools.ffmpeg,
            *("-nostdin", "-hide_banner", "-loglevel", "error", "-xerror", "-y", *given),
            *("-map", "0:v:0", "-frames:v", "1", "-pix_fmt", "rgba", "-f", "image2"),
            *("-update", "1", f"file:{stamp.IMAGE}"),
        )
        return read_probe(json.loads(found), container, self._path.stat().st_size)

    async def _run(self, program: str, *arguments: str) -> bytes:
        try:
            done = await run([program, *arguments], cwd=self._path.parent, watch=self._watch)
        except ChildFailedError as error:
            message = f"{self._key} cannot be decoded, or has too many pixels"
            raise RunnerError(Code.IMAGE_UNREADABLE, message, log=error.log) from error
        return done.stdout
