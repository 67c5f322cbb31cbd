"""Scan and register: the API's scan against listing and inserting one by one.

Both arms read the same pages from the same local server and write into the same table of the
stack's PostgreSQL, which is emptied in between. Ours is the whole way: scanMediaFolder on the
live API, then scanUpdated until SUCCEEDED. The peer is what a user writes first: aiobotocore's
paginator, and with asyncpg one INSERT an object, each a statement of its own.
"""

from __future__ import annotations

import asyncio
import time
import uuid
from pathlib import PurePosixPath
from typing import Any

import asyncpg
import httpx
from aiobotocore.session import get_session

from bench import client, processes
from bench.listing_server import BUCKET, TYPES, media
from bench.place import database_only
from bench.rounds import interleave
from bench.rows import Row, at_least
from bench.sizes import Sizes
from local.deadline import Deadline
from local.postgres import DATABASE, SYSTEM_ROLE
from local.stack import Stack

WANTED = 20.0
_SCAN = """mutation { scanMediaFolder { scan { id status found registered changed }
  userErrors { code message } } }"""
_WATCH = """subscription($id: ID!) { scanUpdated(id: $id) { status found registered changed
  error { code message } } }"""
_INSERT = """insert into asset (id, project_id, bucket, key, etag, size, title, kind)
  values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing"""


def run(sizes: Sizes) -> list[Row]:
    """Both arms in turns."""
    with database_only() as stack:
        logs = stack.home / "logs"
        count = str(sizes.objects)
        with processes.server("bench.listing_server", count, log=logs / "listing.log") as port:
            endpoint = f"http://127.0.0.1:{port}"
            overrides = {
                "REELMILL_S3_ENDPOINT": endpoint,
                "REELMILL_STS_ENDPOINT": endpoint,
                "REELMILL_BUCKET_IN": BUCKET,
            }
            with processes.api(stack, logs / "scan-api.log", **overrides) as url:
                return _measure(sizes, stack, url, endpoint)


def _measure(sizes: Sizes, stack: Stack, url: str, endpoint: str) -> list[Row]:
    again: list[float] = []

    def ours() -> float:
        _empty(stack)
        first, second = asyncio.run(_ours(url, stack.credentials.api_key, sizes.objects))
        again.append(second)
        return sizes.objects / first

    def peer() -> float:
        _empty(stack)
        return asyncio.run(_peer(stack, endpoint, sizes.inserted))

    ours()  # connections, statements and pages are warm in both arms from here on
    again.clear()
    arms = {"reelmill": ours, "one by one": peer}
    measured = interleave(arms, rounds=sizes.scan_rounds, unit="objects/s")
    print(f"  ratio {measured.spread('reelmill', 'one by one')}")
    fastest = min(again)
    print(f"  a second scan, nothing changed: {sizes.objects / fastest:,.0f} objects/s")
    mine, theirs = measured.middle("reelmill"), measured.middle("one by one")
    return [
        at_least(
            f"scan {sizes.objects:,} objects",
            f"{mine:,.0f}/s",
            f"one by one {theirs:,.0f}/s",
            measured.ratio("reelmill", "one by one"),
            WANTED,
        )
    ]


def _empty(stack: Stack) -> None:
    statement = "truncate asset, scan, scan_seen cascade; checkpoint;"
    stack.postgres.sql(statement, database=DATABASE, deadline=Deadline(60))


async def _ours(url: str, key: str, objects: int) -> tuple[float, float]:
    """Seconds of the first scan and of one more."""
    wanted = media(objects)
    async with client.http(url, key) as http:
        first = await _scan(http, url, key, registered=wanted, found=wanted)
        second = await _scan(http, url, key, registered=0, found=wanted)
    return first, second


async def _scan(
    http: httpx.AsyncClient, url: str, key: str, *, registered: int, found: int
) -> float:
    began = time.perf_counter()
    payload = (await client.ask(http, _SCAN))["scanMediaFolder"]
    scan = payload["scan"]
    if scan is not None and scan["status"] == "RUNNING":
        async for news in client.subscribe(url, key, _WATCH, id=scan["id"]):
            scan = news["scanUpdated"]
    seconds = time.perf_counter() - began
    if scan is None or (scan["status"], scan["registered"], scan["found"]) != (
        "SUCCEEDED",
        registered,
        found,
    ):
        raise RuntimeError(f"the scan did not do its work: {payload} {scan}")
    return seconds


async def _peer(stack: Stack, endpoint: str, most: int) -> float:
    """Objects a second."""
    url = stack.postgres.url(SYSTEM_ROLE, stack.credentials.postgres_system)
    connection = await asyncpg.connect(url)
    session = get_session()
    session.set_credentials("key", "secret")
    try:
        project = await connection.fetchval("select id from project")
        await connection.execute("select 1")
        async with session.create_client("s3", "us-east-1", endpoint_url=endpoint) as s3:
            await s3.head_bucket(Bucket=BUCKET)
            began = time.perf_counter()
            listed = 0
            async for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
                for item in page["Contents"]:
                    listed += 1
                    if not item["Key"].endswith(TYPES[-1]):
                        await _insert(connection, project, item)
                if listed >= most:
                    break
            seconds = time.perf_counter() - began
        registered = await connection.fetchval("select count(*) from asset")
    finally:
        await connection.close()
    if registered != media(listed):
        raise RuntimeError(f"{registered} of {media(listed)} objects were inserted")
    return listed / seconds


async def _insert(connection: asyncpg.Connection, project: uuid.UUID, item: Any) -> None:
    path = PurePosixPath(item["Key"])
    kind = "AUDIO" if path.suffix.lower() in {".mp3", ".flac"} else "VIDEO"
    await connection.execute(
        *(_INSERT, uuid.uuid4(), project, BUCKET, item["Key"]),
        *(item["ETag"].strip('"'), item["Size"], path.stem, kind),
    )
