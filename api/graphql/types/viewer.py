"""Who asks."""

from __future__ import annotations

import strawberry

from api.domain import ids
from api.domain.models import Principal
from api.domain.scopes import Scope
from api.graphql.context import Info
from api.graphql.types.common import Node
from api.graphql.types.options import MediaOptions


@strawberry.type(description="A tenant: its keys, its folder in the buckets")
class Project(Node):
    """One project."""

    name: str
    prefix: str = strawberry.field(description="Key prefix in both buckets; empty for the default")

    @strawberry.field(description="What its jobs by preset inherit")
    async def defaults(self, info: Info) -> MediaOptions:
        """Its media options."""
        context = info.context
        return MediaOptions.of(await context.services.options.of_project(context.reader))

    @strawberry.field(description="Where the subscription events(after:) goes on from now")
    async def event_cursor(self, info: Info) -> str:
        """The newest event's cursor."""
        context = info.context
        return await context.services.feed.cursor(context.reader)


@strawberry.type(description="The API key that asks")
class Viewer:
    """Who asks."""

    project: Project
    key_id: str
    key_name: str
    scopes: list[Scope]

    @classmethod
    def of(cls, who: Principal) -> Viewer:
        """From the principal."""
        project_id = strawberry.ID(ids.encode(ids.Kind.PROJECT, who.project_id))
        return cls(
            project=Project(id=project_id, name=who.project_name, prefix=who.prefix),
            key_id=who.key_id,
            key_name=who.key_name,
            scopes=list(who.scopes),
        )
