"""Rows of a library: assets that were transcoded, and how the peers of `assets` read them."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
from typing import Any

import asyncpg
import orjson

from api.domain import ids
from local.postgres import SYSTEM_ROLE
from local.stack import Stack
from schema.probe import Probe, Stream, StreamKind

DATABASE_URL = "BENCH_DATABASE_URL"
PAGE = "select * from asset where project_id = $1 order by id desc limit $2"
OUTPUTS = (
    "select * from output where asset_id = any($1::uuid[]) order by asset_id, job_id, position"
)
DOCUMENT = """query Library { assets(first: 50) {
  nodes {
    id key title kind status size etag sha256 tags duration width height videoCodec audioCodec
    createdAt
    outputs {
      id kind key bucket contentType size files sha256 duration width height videoCodec audioCodec
      bitrate renditions
    }
  }
  pageInfo { hasNextPage endCursor }
} }"""
_MADE = (
    ("HLS", "master.m3u8", "application/vnd.apple.mpegurl"),
    ("DASH", "manifest.mpd", "application/dash+xml"),
    ("POSTER", "poster.jpg", "image/jpeg"),
)


def database_url(stack: Stack) -> str:
    """The role without row security: the peers need none of it."""
    return stack.postgres.url(SYSTEM_ROLE, stack.credentials.postgres_system)


def fill(stack: Stack, assets: int) -> None:
    """Assets with what the preset `web` makes of each: HLS, DASH and a poster."""
    asyncio.run(_fill(database_url(stack), assets))


async def pool() -> asyncpg.Pool:
    """The connections of a peer, as many as ours has."""

    async def prepare(connection: Any) -> None:
        await connection.set_type_codec(
            "jsonb",
            schema="pg_catalog",
            encoder=lambda v: orjson.dumps(v).decode(),
            decoder=orjson.loads,
        )

    return await asyncpg.create_pool(
        os.environ[DATABASE_URL], min_size=4, max_size=10, init=prepare
    )


async def _fill(url: str, count: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        project = await connection.fetchval("select id from project")
        dice = random.Random(1)
        for number in range(count):
            await _one(connection, project, number, dice)
        await connection.execute("analyze asset; analyze output")
    finally:
        await connection.close()


async def _one(connection: Any, project: Any, number: int, dice: random.Random) -> None:
    asset, job, blob = ids.new(), ids.new(), ids.new()
    probe = _probe(dice.uniform(60, 6000))
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    key = f"archive/{number // 50:03d}/interview_{number:05d}.mp4"
    await connection.execute(
        "insert into asset (id, project_id, bucket, key, etag, size, sha256, md5, title, status,"
        " kind, tags, probe) values ($1, $2, 'media-in', $3, $4, $5, $6, $4, $7, 'READY', 'VIDEO',"
        " array['archive', 'interview'], $8)",
        *(asset, project, key, digest[:32], probe.size, digest, f"interview_{number:05d}"),
        probe.model_dump_json(),
    )
    prefix = f"{job.hex}/1/encode/0/1/"
    await connection.execute(
        "insert into job (id, project_id, asset_id, recipe, title, output_prefix, status)"
        " values ($1, $2, $3, '{}', 'interview', $4, 'SUCCEEDED')",
        *(job, project, asset, f"{job.hex}/"),
    )
    await connection.execute(
        "insert into blob (id, project_id, bucket, prefix) values ($1, $2, 'media-out', $3)",
        *(blob, project, prefix),
    )
    for position, (kind, name, content_type) in enumerate(_MADE):
        await connection.execute(
            "insert into output (id, project_id, job_id, asset_id, blob_id, position, kind, bucket,"
            " key, content_type, size, files, sha256, facts)"
            " values ($1, $2, $3, $4, $5, $6, $7, 'media-out', $8, $9, $10, $11, $12, $13)",
            *(ids.new(), project, job, asset, blob, position, kind, prefix + name),
            *(
                content_type,
                probe.size // 2,
                96,
                digest,
                orjson.dumps(_facts(kind, probe)).decode(),
            ),
        )


def a_probe() -> str:
    """What a runner has found in ten minutes of film, as the database keeps it."""
    return _probe(600.0).model_dump_json()


def _probe(seconds: float) -> Probe:
    video = Stream(
        index=0, kind=StreamKind.VIDEO, codec="h264", profile="High", duration=seconds,
        bitrate=5_000_000, default=True, width=1920, height=1080, frame_rate=25.0,
        pixel_format="yuv420p", bit_depth=8, color_space="bt709", field_order="progressive",
    )  # fmt: skip
    audio = Stream(
        index=1, kind=StreamKind.AUDIO, codec="aac", profile="LC", duration=seconds,
        bitrate=128_000, language="eng", default=True, sample_rate=48_000, channels=2,
    )  # fmt: skip
    size = int(seconds * 640_000)
    return Probe(container="mov", duration=seconds, size=size, streams=(video, audio))


def _facts(kind: str, probe: Probe) -> dict[str, Any]:
    if kind == "POSTER":
        return {"width": 1280, "height": 720, "video_codec": "mjpeg"}
    return {
        "duration": probe.duration, "width": 1920, "height": 1080, "video_codec": "h264",
        "audio_codec": "aac", "bitrate": 4_700_000, "renditions": [1080, 720, 480, 360],
    }  # fmt: skip


def asset_of(row: Any) -> dict[str, Any]:
    """One asset as the document names its fields, without the outputs."""
    probe = row["probe"] or {}
    streams = probe.get("streams", ())
    video: dict[str, Any] = next((s for s in streams if s["kind"] == "VIDEO"), {})
    audio: dict[str, Any] = next((s for s in streams if s["kind"] == "AUDIO"), {})
    named = ("key", "title", "kind", "status", "size", "etag", "sha256", "tags")
    return {name: row[name] for name in named} | {
        "row": row["id"],
        "id": ids.encode(ids.Kind.ASSET, row["id"]),
        "duration": probe.get("duration"),
        "width": video.get("width"),
        "height": video.get("height"),
        "videoCodec": video.get("codec"),
        "audioCodec": audio.get("codec"),
        "createdAt": row["created_at"],
    }


def output_of(row: Any) -> dict[str, Any]:
    """One output as the document names its fields."""
    facts = row["facts"]
    named = ("kind", "key", "bucket", "size", "files", "sha256")
    return {name: row[name] for name in named} | {
        "id": ids.encode(ids.Kind.OUTPUT, row["id"]),
        "contentType": row["content_type"],
        "duration": facts.get("duration"),
        "width": facts.get("width"),
        "height": facts.get("height"),
        "videoCodec": facts.get("video_codec"),
        "audioCodec": facts.get("audio_codec"),
        "bitrate": facts.get("bitrate"),
        "renditions": facts.get("renditions") or [],
    }
