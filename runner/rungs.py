"""Rungs that an earlier ladder has: fetched and packaged again, which gives the same bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from runner import command, log, package
from runner.errors import RunnerError
from runner.ffmpeg import together
from runner.outputs import Plan, RungPlan
from schema.source import SourceRef

if TYPE_CHECKING:
    from runner.storage import Storage
    from schema.job import StoredTrack

PARALLEL = 4


def folder(rung: RungPlan) -> str:
    """Where a rung lies below the ladder's entry."""
    return f"video_{rung.name}"


def keys(plan: Plan) -> dict[str, str]:
    """For the folder of each rung what stands for all that makes its bytes, but for source and
    engine: how the picture is read and prepared, its encode, and where segments begin.

    Nothing where the ladder is encrypted: its bytes are of use with its own key alone.
    """
    ladder = plan.ladder
    if ladder is None or ladder.encryption or plan.picture is None or plan.burn:
        # The text on a rung, and the font of it, are not known by now.
        return {}
    shared = [asdict(plan.picture), plan.duration, plan.start_time, ladder.segment_seconds]
    shared += [asdict(plan.watermark)] if plan.watermark else []
    return {folder(rung): _digest([*shared, asdict(rung.track)]) for rung in ladder.rungs}


def _digest(value: list[object]) -> str:
    # What is no JSON by itself, such as a fraction, is told by its words.
    text = json.dumps(value, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()


def without(plan: Plan, kept: Collection[str]) -> Plan:
    """What is left to be encoded where the rungs in these folders are there."""
    if plan.ladder is None or not kept:
        return plan
    rest = tuple(rung for rung in plan.ladder.rungs if folder(rung) not in kept)
    ladder = replace(plan.ladder, rungs=rest)
    return replace(plan, ladder=ladder if rest or ladder.audio else None)


async def fetch(
    storage: Storage, bucket: str, scratch: Path, plan: Plan, stored: Iterable[StoredTrack]
) -> list[str]:
    """Fetch the rungs that are there, each as the one file that the packager reads; their folders.

    One that cannot be had is encoded.
    """
    known = {track.key: track for track in stored}
    wanted = keys(plan)
    found: list[str] = []
    for rung in plan.ladder.rungs if plan.ladder else ():
        track = known.get(wanted.get(folder(rung), ""))
        if track is None:
            continue
        try:
            await _fetch(storage, bucket, scratch, rung, track)
        except RunnerError as error:
            log.warning("an earlier rung cannot be had", key=track.prefix, reason=str(error))
            (scratch / command.rung_file(rung.name)).unlink(missing_ok=True)
        else:
            found.append(folder(rung))
    return found


async def _fetch(
    storage: Storage, bucket: str, scratch: Path, rung: RungPlan, track: StoredTrack
) -> None:
    names = [package.INIT, *(f"{number:05d}.m4s" for number in range(1, track.segments + 1))]
    parts = [scratch / f"{folder(rung)}_{number}.part" for number in range(len(names))]
    refs = [SourceRef(bucket=bucket, key=track.prefix + name, etag=None, size=0) for name in names]
    try:
        await together(
            [
                storage.fetch(ref, part, lambda _: None)
                for ref, part in zip(refs, parts, strict=True)
            ],
            PARALLEL,
        )
        with (scratch / command.rung_file(rung.name)).open("wb") as whole:
            for part in parts:
                whole.write(part.read_bytes())
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
