"""Something to watch before all is made: the lowest rung of a ladder, as a job of its own.

The job that was asked for waits until that one is over, however it ends, and takes the rung from it
instead of encoding it again. It waits as equal jobs do, so the leader frees it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from api.adapters.postgres import shared
from api.domain import ids
from api.domain.states import JobStatus
from api.services import backlog, sharing
from schema.recipe import Recipe
from schema.streams import Rung

if TYPE_CHECKING:
    from api.adapters.postgres.pool import Connection
    from api.domain.models import Job, Principal
    from api.services.backlog import StartTranscode
    from api.services.sources import Sources

# Why a job waits for its first look: with what follows it is part of the API.
FIRST_LOOK: Final = "first look: the lowest rung is made first, and this one goes on from there"
# The lowest that a ladder has by itself; of a smaller film it becomes the film's own size.
LOWEST: Final = 360


def recipe_of(whole: Recipe) -> Recipe | None:
    """What is made first of a recipe; None where nothing of it could be seen sooner.

    Of the ladder the lowest rung with its sound, and the poster. What must come up to something, or
    begins with other work, is not shown before that is done.
    """
    ladder = whole.ladder
    if ladder is None or len(ladder.rungs) == 1 or ladder.encryption:
        return None
    if whole.verify or whole.join or whole.burn:
        return None
    rung = min(ladder.rungs, key=lambda rung: rung.height, default=Rung(height=LOWEST))
    return Recipe(
        tier=whole.tier,
        loudness=whole.loudness,
        ladder=ladder.model_copy(update={"rungs": (rung,), "subtitles": False}),
        poster=whole.poster,
        crop=whole.crop,
        pad=whole.pad,
        watermark=whole.watermark,
    )


async def ahead(
    connection: Connection,
    who: Principal,
    job: Job,
    *,
    given: Sources,
    recipe: Recipe,
    wanted: StartTranscode,
) -> Job:
    """The job as it waits for its first look, which is queued with it; or as it was."""
    # Who wants all made anew would take no rung from it.
    if not wanted.first_look or wanted.force or job.status is not JobStatus.QUEUED:
        return job
    if (first := recipe_of(recipe)) is None:
        return job
    alone = replace(wanted, preset=None)
    # The newest job of a film is the one that makes all of it.
    look_id = ids.before(job.id)
    look = await backlog.insert(
        connection, who, job_id=look_id, given=given, recipe=first, wanted=alone
    )
    await sharing.follow(connection, look)
    return await shared.look(connection, job, look.id, reason=FIRST_LOOK) or job
