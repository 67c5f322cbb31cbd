"""Pages cost a few transactions, however many rows they have: no query per row."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from api import migrate
from api.adapters.postgres.pool import Connection, Database
from api.config import Settings
from api.domain import ids
from api.domain.models import Principal
from api.domain.scopes import Scope
from api.graphql.context import Context
from api.graphql.schema import build
from api.services.library import Library
from api.services.options import Options
from api.services.playback import Playback
from api.services.shares import Shares
from tests.support.live import role_url

DOCUMENTS = {
    "assets": """query($n: Int!) { assets(first: $n) { nodes { id title tags
      options { effective { tier } } outputs { key playbackUrl } } pageInfo { endCursor } } }""",
    "newest of assets": """query($n: Int!) { assets(first: $n, orderBy: TITLE_ASC) { nodes { id
      film: newest(kind: MP4) { id playbackUrl } shareLinks { id }
      poster: newest(kind: POSTER) { playbackUrl } } } }""",
    "jobs": """query($n: Int!) { jobs(first: $n) { nodes { id status
      asset { id key outputs { key } } outputs { key playbackUrl } attempts { number }
      retryOf { id } retriedBy { id } firstLook { id } } } }""",
    "jobs of assets": """query($n: Int!) { assets(first: $n) { nodes { id
      jobs(first: 3) { nodes { id attempts { number } asset { key } } pageInfo { hasNextPage } }
      others: jobs(first: 5) { nodes { id } } } } }""",
    "uploads": "query($n: Int!) { uploads(first: $n) { nodes { id asset { key } job { id } } } }",
}
ROWS = 40


class Counting(Database):
    """Counts transactions."""

    count = 0

    @asynccontextmanager
    async def tenant(self, project_id: UUID) -> AsyncIterator[Connection]:
        Counting.count += 1
        async with super().tenant(project_id) as connection:
            yield connection


async def fill(connection: Connection, project: UUID) -> None:
    """Assets with jobs, attempts, outputs and uploads."""
    for number in range(ROWS):
        asset, job, blob = ids.new(), ids.new(), ids.new()
        await connection.execute(
            "insert into asset (id, project_id, bucket, key, etag, size, title)"
            " values ($1, $2, 'b', $3, 'e', 1, 't')",
            asset,
            project,
            f"loaders/{number}.mp4",
        )
        await connection.execute(
            "insert into job (id, project_id, asset_id, recipe, title, output_prefix, status,"
            " finished_at, cleaned) values ($1, $2, $3, '{}', 't', 'p/', 'SUCCEEDED', now(), true)",
            job,
            project,
            asset,
        )
        await connection.execute(
            "insert into attempt (id, project_id, job_id, number) values ($1, $2, $3, 1)",
            ids.new(),
            project,
            job,
        )
        await connection.execute(
            "insert into blob (id, project_id, bucket, prefix) values ($1, $2, 'b', $3)",
            blob,
            project,
            f"{job.hex}/",
        )
        await connection.execute(
            "insert into output (id, project_id, job_id, asset_id, blob_id, position, kind, bucket,"
            " key, content_type, size, files, sha256, facts)"
            " values ($1, $2, $3, $4, $5, 0, 'MP4', 'b', $6, 'video/mp4', 1, 1, '', '{}')",
            ids.new(),
            project,
            job,
            asset,
            blob,
            f"{job.hex}/a.mp4",
        )
        await connection.execute(
            "insert into upload (id, project_id, bucket, key, filename, part_size, status,"
            " asset_id, job_id, expires_at) values ($1, $2, 'b', 'k', 'f', 1, 'COMPLETED', $3, $4,"
            " now())",
            ids.new(),
            project,
            asset,
            job,
        )


@pytest.fixture(scope="module")
async def database(new_database: Callable[[], str]) -> AsyncIterator[Counting]:
    owner = new_database()
    api, system = role_url(owner, "rm_api"), role_url(owner, "rm_system")
    await migrate.run(owner_url=owner, api_url=api, system_url=system, phases={"pre", "post"})
    opened = await Counting.open(url=api, system_url=system, size=4)
    assert isinstance(opened, Counting)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def who(database: Counting) -> Principal:
    async with database.system() as connection:
        project = await connection.fetchval("select id from project")
        await fill(connection, project)
    return Principal(project, "default", "", "k", "k", tuple(Scope))


def context(database: Counting, who: Principal) -> Context:
    settings = Settings(
        database_url="", system_database_url="", secret_key=base64.b64encode(bytes(32)).decode()
    )
    playback = Playback(
        database=database,
        storage=None,  # type: ignore[arg-type] # no link is followed
        signing_key=bytes(32),
        public_url="http://x",
        link_seconds=60,
    )
    services: Any = SimpleNamespace(
        settings=settings,
        library=Library(database),
        playback=playback,
        shares=Shares(database, playback, "http://x"),
        options=Options(database, None),  # type: ignore[arg-type] # none is checked
    )
    return Context(services=services, principal=who)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_page_costs_the_same_however_long_it_is(
    database: Counting, who: Principal, name: str
) -> None:
    schema = build()
    costs = []
    for rows in (2, ROWS):
        before = Counting.count
        result = await schema.execute(
            DOCUMENTS[name], variable_values={"n": rows}, context_value=context(database, who)
        )
        assert result.errors is None
        assert result.data is not None
        assert len(result.data[name.rsplit(maxsplit=1)[-1]]["nodes"]) == rows
        costs.append(Counting.count - before)
    # One for the page, one for each kind of thing behind its rows.
    assert costs[0] == costs[1] <= 7, costs


async def test_pages_of_jobs_are_each_assets_own(database: Counting, who: Principal) -> None:
    asset, other = ids.new(), ids.new()
    async with database.system() as connection:
        for owner in (asset, other):
            await connection.execute(
                "insert into asset (id, project_id, bucket, key, etag, size, title)"
                " values ($1, $2, 'b', $3, 'e', 1, 't')",
                *(owner, who.project_id, f"pages/{owner}.mp4"),
            )
        mine = [await _job(connection, who, asset) for _ in range(4)]
        await _job(connection, who, other)
    newest_first = [ids.encode(ids.Kind.JOB, job) for job in sorted(mine, reverse=True)]
    document = """query($a: ID!, $o: ID!, $c: String) {
      mine: asset(id: $a) { jobs(first: 3) { nodes { id } pageInfo { hasNextPage endCursor } } }
      rest: asset(id: $a) { jobs(first: 3, after: $c) { nodes { id } pageInfo { hasNextPage } } }
      other: asset(id: $o) { jobs { nodes { id } } }
      wrong: asset(id: $o) { id jobs(first: 0) { nodes { id } } }
      bad: asset(id: $o) { id jobs(after: "x") { nodes { id } } } }"""
    variables = {
        "a": ids.encode(ids.Kind.ASSET, asset),
        "o": ids.encode(ids.Kind.ASSET, other),
        "c": sorted(mine, reverse=True)[2].hex,
    }
    result = await build().execute(
        document, variable_values=variables, context_value=context(database, who)
    )
    data: Any = result.data
    assert [job["id"] for job in data["mine"]["jobs"]["nodes"]] == newest_first[:3]
    assert data["mine"]["jobs"]["pageInfo"] == {"hasNextPage": True, "endCursor": variables["c"]}
    assert [job["id"] for job in data["rest"]["jobs"]["nodes"]] == newest_first[3:]
    assert data["rest"]["jobs"]["pageInfo"] == {"hasNextPage": False}
    assert len(data["other"]["jobs"]["nodes"]) == 1
    # Each refusal is of its own field, and takes nothing else along.
    refused = {error.path[0]: error.extensions for error in result.errors or () if error.path}
    assert refused == {"wrong": {"code": "INVALID_INPUT"}, "bad": {"code": "INVALID_CURSOR"}}


async def _job(connection: Connection, who: Principal, asset: UUID) -> UUID:
    job = ids.new()
    await connection.execute(
        "insert into job (id, project_id, asset_id, recipe, title, output_prefix, status,"
        " finished_at, cleaned) values ($1, $2, $3, '{}', 't', 'p/', 'FAILED', now(), true)",
        *(job, who.project_id, asset),
    )
    return job
