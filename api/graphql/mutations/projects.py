"""`updateProject`."""

from __future__ import annotations

import strawberry

from api.graphql.context import Info
from api.graphql.mutations.options import MediaOptionsInput
from api.graphql.mutations.refusals import plain, refusals_as
from api.graphql.types.common import UserError
from api.graphql.types.viewer import Project, Viewer


@strawberry.input(description="What the caller's project is to be like")
class UpdateProjectInput:
    """What the caller's project is to be like."""

    defaults: MediaOptionsInput = strawberry.field(
        description="What its jobs by preset inherit, in place of all earlier defaults"
    )


@strawberry.type
class UpdateProjectPayload:
    """The project as it is now."""

    project: Project | None = None
    user_errors: list[UserError]


@refusals_as(lambda errors: UpdateProjectPayload(user_errors=errors))
async def update_project(info: Info, input: UpdateProjectInput) -> UpdateProjectPayload:
    """Change the caller's project."""
    who = info.context.admin
    await info.context.services.options.set_of_project(who, plain(input.defaults))
    return UpdateProjectPayload(project=Viewer.of(who).project, user_errors=[])
