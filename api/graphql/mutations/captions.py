"""`saveSubtitles`."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.graphql.context import Info
from api.graphql.mutations.refusals import refusals_as
from api.graphql.types.common import UserError
from api.graphql.types.output import Output
from api.services.captions import Written


@strawberry.input(description="Subtitles that somebody has written or corrected")
class SaveSubtitlesInput:
    """Subtitles that somebody has written or corrected."""

    job_id: strawberry.ID = strawberry.field(description="A job that has SUCCEEDED")
    language: str = strawberry.field(description="ISO 639, such as en; what it has is replaced")
    text: str = strawberry.field(
        description="WebVTT; with the whole request less than 1 MiB. Notes and styles are dropped"
    )
    label: str | None = strawberry.field(
        default=None, description="What a viewer chooses by, 1 to 100 characters"
    )


@strawberry.type
class SaveSubtitlesPayload:
    """The new outputs: WebVTT, then SubRip."""

    outputs: list[Output]
    user_errors: list[UserError]


@refusals_as(lambda errors: SaveSubtitlesPayload(outputs=[], user_errors=errors))
async def save_subtitles(info: Info, input: SaveSubtitlesInput) -> SaveSubtitlesPayload:
    """Save subtitles of a job."""
    context = info.context
    job_id = ids.expect(ids.Kind.JOB, input.job_id, field="input.jobId")
    written = Written(language=input.language, text=input.text, label=input.label)
    saved = await context.services.captions.save(context.writer, job_id, written)
    return SaveSubtitlesPayload(outputs=[Output.of(one) for one in saved], user_errors=[])
