"""`viewer`: who asks."""

from __future__ import annotations

from api.graphql.context import Info
from api.graphql.types.viewer import Project, Viewer


def viewer(info: Info) -> Viewer:
    """Who asks. Every valid key may know that, whatever its scopes."""
    return Viewer.of(info.context.who)


def project(info: Info, id: str) -> Project | None:
    """The caller's own project by its id."""
    own = Viewer.of(info.context.who).project
    return own if own.id == id else None
