"""One application a session, over a database and buckets of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from tests.api.http.bed import MASTER, PUBLIC, SEGMENT, Bed, Published
from tests.support.stack_fixtures import S3Settings


@pytest.fixture(scope="session")
async def bed(
    new_database: Callable[[], str],
    new_bucket: Callable[[str], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Bed]:
    s3 = replace(s3_settings, bucket_in=new_bucket("http-in"), bucket_out=new_bucket("http-out"))
    async with AsyncExitStack() as stack:
        yield await Bed.open(stack, new_database(), s3, tmp_path_factory.mktemp("web"))


@pytest.fixture(scope="session")
async def app(bed: Bed) -> Starlette:
    """The application as it is by default."""
    return await bed.application()


@pytest.fixture(scope="session")
async def http(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application, without a server between."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        yield client


@pytest.fixture(scope="session")
async def film(bed: Bed) -> Published:
    job = await bed.publish()
    await job.put("hls/master.m3u8", MASTER)
    await job.put("hls/720/1.m4s", SEGMENT)
    await job.put("dash/manifest.mpd", b"<MPD/>")
    await job.put("subs/de.vtt", b"WEBVTT\n")
    await job.put("100% schön & gut.mp4", b"film")
    await job.put("empty.bin", b"")
    return job


@pytest.fixture(scope="session")
async def base(film: Published, bed: Bed) -> str:
    """A link's path up to the job's folder, with the last slash."""
    link = await bed.playback().link(film.output)
    return urlsplit(link).path.removesuffix("hls/master.m3u8")
