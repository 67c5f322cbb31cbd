"""`reelmill transcode`: a job for a source that is in the store."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from reelmill.choices import ClipMode
from reelmill.cli import exits
from reelmill.cli.commands.watch import check_may_watch, follow, going_on
from reelmill.cli.options import Flags
from reelmill.cli.results import as_json, show_fault, show_outputs
from reelmill.cli.run import Session, run
from reelmill.cli.screen import open_display
from reelmill.errors import InvalidInputError
from reelmill.models import Job
from reelmill.recipes import Clip, with_clips

_TIME: Final = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asked for."""

    source: str
    preset: str | None
    clips: tuple[Clip, ...]
    wait: bool
    force: bool


def main(flags: Flags, wanted: Wanted) -> NoReturn:
    """Start the job, and wait for it if that is wanted."""

    async def story(session: Session) -> int:
        if wanted.wait:
            await check_may_watch(session)
        job = await _start(session, wanted)
        if not wanted.wait:
            _print_started(session, job)
            return exits.OK
        with open_display(session.output) as display:
            on_job = display.job(job.title or wanted.source)
            on_job(job)
            with going_on(session, [job.id]):
                job = await follow(session, job.id, on_job)
        _print_ended(session, job)
        return exits.OK if job.succeeded else exits.FAILED

    run(flags, story)


async def _start(session: Session, wanted: Wanted) -> Job:
    if not wanted.clips:
        return await session.client.start_transcode(
            source_key=wanted.source, preset=wanted.preset, force=wanted.force
        )
    recipe = with_clips(await _recipe(session, wanted.preset), wanted.clips)
    return await session.client.start_transcode(
        source_key=wanted.source, recipe=recipe, force=wanted.force
    )


async def _recipe(session: Session, preset: str | None) -> dict[str, Any]:
    """What the preset asks for: the API takes a preset or a recipe, and clips stand in one."""
    if preset is None:
        return {}
    known = {each.name: each for each in await session.client.presets()}
    if preset not in known:
        raise InvalidInputError(
            f"there is no preset {preset!r}; there are: {', '.join(known)}", code="UNKNOWN_PRESET"
        )
    return known[preset].recipe


def _print_started(session: Session, job: Job) -> None:
    if session.output.as_json:
        session.output.document(as_json(job))
        return
    session.output.line(job.id)
    session.output.say(f"Watch it: reelmill watch {job.id}")


def _print_ended(session: Session, job: Job) -> None:
    if session.output.as_json:
        session.output.document(as_json(job))
        return
    show_fault(session.output, job)
    show_outputs(session.output, job)


def parse_clip(text: str, mode: ClipMode) -> Clip:
    """`START-END`, each in seconds or as [h:]mm:ss. Raises ValueError with what is wrong."""
    start_text, dash, end_text = text.strip().partition("-")
    if not dash or not (start_text or end_text):
        raise ValueError(f"{text!r} is no START-END, such as 12.5-20, 1:05-1:20, 90- or -30")
    start = _seconds(start_text) if start_text else 0.0
    end = _seconds(end_text) if end_text else None
    if end is not None and end <= start:
        raise ValueError(f"{text!r} ends before it starts")
    return Clip(start=start, end=end, mode=mode)


def _seconds(text: str) -> float:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no time, such as 90, 12.5, 1:30 or 1:02:03.5")
    hours, minutes, seconds = found.groups()
    if minutes is not None and float(seconds) >= 60:
        raise ValueError(f"{text!r} has more than 59 seconds")
    return math.fsum([float(hours or 0) * 3600, float(minutes or 0) * 60, float(seconds)])
