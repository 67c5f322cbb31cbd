"""`python -m bench.assets_naive PORT`: Strawberry as one begins: a query a row."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NewType

import asyncpg
import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

from bench import library

Int64 = NewType("Int64", int)
_SCALARS: dict[object, Any] = {
    Int64: strawberry.scalar(name="Int64", serialize=int, parse_value=int)
}
_OUTPUTS = "select * from output where asset_id = $1 order by job_id, position"


@strawberry.type
class Output:
    """One output."""

    id: strawberry.ID
    kind: str
    key: str
    bucket: str
    content_type: str
    size: Int64
    files: int
    sha256: str
    duration: float | None
    width: int | None
    height: int | None
    video_codec: str | None
    audio_codec: str | None
    bitrate: int | None
    renditions: list[int]


@strawberry.type
class Asset:
    """One asset."""

    id: strawberry.ID
    key: str
    title: str
    kind: str
    status: str
    size: Int64
    etag: str | None
    sha256: str | None
    tags: list[str]
    duration: float | None
    width: int | None
    height: int | None
    video_codec: str | None
    audio_codec: str | None
    created_at: datetime
    row: strawberry.Private[Any]

    @strawberry.field
    async def outputs(self, info: strawberry.Info) -> list[Output]:
        """A query for each asset."""
        rows = await _pool(info).fetch(_OUTPUTS, self.row)
        return [Output(**_snake(library.output_of(row))) for row in rows]


@strawberry.type
class PageInfo:
    """Where the page stands."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class AssetConnection:
    """A page."""

    nodes: list[Asset]
    page_info: PageInfo


@strawberry.type
class Query:
    """The one field that is measured."""

    @strawberry.field
    async def assets(self, info: strawberry.Info, first: int = 50) -> AssetConnection:
        """The newest assets."""
        pool = _pool(info)
        project = await pool.fetchval("select id from project")
        rows = await pool.fetch(library.PAGE, project, first + 1)
        nodes = [Asset(**_snake(library.asset_of(row))) for row in rows[:first]]
        cursor = nodes[-1].row.hex if nodes else None
        page = PageInfo(has_next_page=len(rows) > first, end_cursor=cursor)
        return AssetConnection(nodes=nodes, page_info=page)


def _pool(info: strawberry.Info) -> asyncpg.Pool:
    found: asyncpg.Pool = info.context["request"].app.state.pool
    return found


_WORDS = {
    "contentType": "content_type",
    "videoCodec": "video_codec",
    "audioCodec": "audio_codec",
    "createdAt": "created_at",
}


def _snake(values: dict[str, Any]) -> dict[str, Any]:
    return {_WORDS.get(name, name): value for name, value in values.items()}


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.pool = await library.pool()
    yield
    await app.state.pool.close()


def main() -> None:
    """Serve until the process is ended."""
    schema = strawberry.Schema(Query, config=StrawberryConfig(scalar_map=_SCALARS))
    app = Starlette(routes=[Mount("/graphql", GraphQL(schema))], lifespan=_lifespan)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
