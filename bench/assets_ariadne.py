"""`python -m bench.assets_ariadne PORT`: Ariadne, written well: a loader, two queries a request.

Rows become dicts with the names of the schema, which the default resolver reads fastest. It has
no authentication, no row security and no limits.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from ariadne import ObjectType, QueryType, ScalarType, make_executable_schema
from ariadne.asgi import GraphQL
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Mount
from strawberry.dataloader import DataLoader

from bench import library

_TYPES = """
scalar Int64
scalar DateTime
type Query { assets(first: Int = 50): AssetConnection! }
type AssetConnection { nodes: [Asset!]!  pageInfo: PageInfo! }
type PageInfo { hasNextPage: Boolean!  endCursor: String }
type Asset {
  id: ID!  key: String!  title: String!  kind: String!  status: String!  size: Int64!
  etag: String  sha256: String  tags: [String!]!  duration: Float  width: Int  height: Int
  videoCodec: String  audioCodec: String  createdAt: DateTime!  outputs: [Output!]!
}
type Output {
  id: ID!  kind: String!  key: String!  bucket: String!  contentType: String!  size: Int64!
  files: Int!  sha256: String!  duration: Float  width: Int  height: Int  videoCodec: String
  audioCodec: String  bitrate: Int  renditions: [Int!]!
}
"""
_query, _asset = QueryType(), ObjectType("Asset")
_whole = ScalarType("Int64", serializer=int)
_moment = ScalarType("DateTime", serializer=lambda value: value.isoformat())


@_query.field("assets")
async def _assets(_: Any, info: Any, first: int = 50) -> dict[str, Any]:
    pool, project = info.context["pool"], info.context["project"]
    rows = await pool.fetch(library.PAGE, project, first + 1)
    nodes = [library.asset_of(row) for row in rows[:first]]
    cursor = nodes[-1]["row"].hex if nodes else None
    page = {"hasNextPage": len(rows) > first, "endCursor": cursor}
    return {"nodes": nodes, "pageInfo": page}


@_asset.field("outputs")
async def _outputs(asset: dict[str, Any], info: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await info.context["outputs"].load(asset["row"])
    return found


def _loader(pool: asyncpg.Pool) -> DataLoader[UUID, list[dict[str, Any]]]:
    async def load(wanted: list[UUID]) -> list[list[dict[str, Any]]]:
        groups = defaultdict(list)
        for row in await pool.fetch(library.OUTPUTS, wanted):
            groups[row["asset_id"]].append(library.output_of(row))
        return [groups[asset] for asset in wanted]

    return DataLoader(load_fn=load)


def _context(request: Request, _: Any) -> dict[str, Any]:
    state = request.app.state
    return {"pool": state.pool, "project": state.project, "outputs": _loader(state.pool)}


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    app.state.pool = await library.pool()
    app.state.project = await app.state.pool.fetchval("select id from project")
    yield
    await app.state.pool.close()


def main() -> None:
    """Serve until the process is ended."""
    schema = make_executable_schema(_TYPES, _query, _asset, _whole, _moment)
    app = Starlette(
        routes=[Mount("/graphql", GraphQL(schema, context_value=_context))], lifespan=_lifespan
    )
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
