"""`/play/`, over a real database and a real store."""

from __future__ import annotations

import struct
import time
import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from api.adapters.postgres import playback as rows
from api.adapters.s3 import Storage
from api.domain import ids, tokens
from api.errors import InvalidInput, NotFound
from tests.api.http.bed import MASTER, PUBLIC, SEGMENT, Bed, Published, ask_raw


def _token(bed: Bed, project: uuid.UUID, job: uuid.UUID, expires: int) -> str:
    payload = project.bytes + job.bytes + struct.pack(">I", expires)
    return tokens.sign(bed.settings.signing_key, "play", payload)


async def test_a_link_stands_on_the_public_url(film: Published, bed: Bed) -> None:
    link = await bed.playback().link(film.output)
    assert link.startswith(f"{PUBLIC}/play/")
    assert link.endswith("/hls/master.m3u8")
    odd = replace(film.output, key=f"{film.prefix}100% schön & gut.mp4")
    assert (await bed.playback().link(odd)).endswith("/100%25%20sch%C3%B6n%20%26%20gut.mp4")


@pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("hls/master.m3u8", "application/vnd.apple.mpegurl", MASTER),
        ("dash/manifest.mpd", "application/dash+xml", b"<MPD/>"),
        ("subs/de.vtt", "text/vtt; charset=utf-8", b"WEBVTT\n"),
    ],
)
async def test_what_names_other_files_is_served(
    http: httpx.AsyncClient, base: str, path: str, kind: str, body: bytes
) -> None:
    answer = await http.get(base + path)
    assert (answer.status_code, answer.content) == (200, body)
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-length"] == str(len(body))
    assert answer.headers["cache-control"] == "private, max-age=30"
    again = await http.get(base + path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == answer.headers["etag"]
    other = await http.get(base + path, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("path", "body"), [("hls/720/1.m4s", SEGMENT), ("100%25%20sch%C3%B6n%20&%20gut.mp4", b"film")]
)
async def test_everything_else_is_a_presigned_redirect(
    http: httpx.AsyncClient, base: str, path: str, body: bytes, bed: Bed
) -> None:
    answer = await http.get(base + path)
    assert answer.status_code == 302
    assert answer.headers["cache-control"] == "private, max-age=600"
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}" == bed.settings.s3_endpoint
    assert "X-Amz-Expires=900" in location.query
    async with httpx.AsyncClient() as store:
        assert (await store.get(answer.headers["location"])).content == body
        part = await store.get(answer.headers["location"], headers={"Range": "bytes=1-2"})
        assert (part.status_code, part.content) == (206, body[1:3])


@pytest.mark.parametrize(
    ("path", "kind", "size"),
    [
        ("hls/master.m3u8", "application/vnd.apple.mpegurl", len(MASTER)),
        ("hls/720/1.m4s", "video/iso.segment", len(SEGMENT)),
        ("empty.bin", "application/octet-stream", 0),
    ],
)
async def test_head_is_answered_here(
    http: httpx.AsyncClient, base: str, path: str, kind: str, size: int
) -> None:
    answer = await http.head(base + path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-length"] == str(size)
    assert answer.headers["accept-ranges"] == "bytes"
    assert "location" not in answer.headers


async def test_an_expired_link_is_refused(
    http: httpx.AsyncClient, film: Published, bed: Bed
) -> None:
    out = film.output
    token = _token(bed, out.project_id, out.job_id, int(time.time()) - 1)
    for path in ["hls/master.m3u8", "hls/720/1.m4s", "nothing"]:
        answer = await http.get(f"/play/{token}/{path}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "LINK_EXPIRED")


async def test_caches_do_not_outlive_the_link(
    http: httpx.AsyncClient, film: Published, bed: Bed
) -> None:
    out = film.output
    token = _token(bed, out.project_id, out.job_id, int(time.time()) + 10)
    answer = await http.get(f"/play/{token}/hls/720/1.m4s")
    assert answer.headers["cache-control"] in {"private, max-age=10", "private, max-age=9"}


async def test_a_forged_link_is_refused(
    http: httpx.AsyncClient, film: Published, base: str, bed: Bed
) -> None:
    out = film.output
    token = base.split("/")[2]
    later = int(time.time()) + 60
    payload = out.project_id.bytes + out.job_id.bytes + struct.pack(">I", later)
    key = bed.settings.signing_key
    forged = [
        token[:-3] + "AAA",
        ("A" if token[0] != "A" else "B") + token[1:],
        "x",
        "ä",
        tokens.sign(b"other", "play", payload),
        tokens.sign(key, "session", payload),
        tokens.sign(key, "play", payload + b"x"),
        tokens.sign(key, "play", b""),
    ]
    for text in forged:
        answer = await http.get(f"/play/{text}/hls/master.m3u8")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "LINK_INVALID")


async def test_a_token_of_another_project_opens_nothing(
    http: httpx.AsyncClient, film: Published, bed: Bed
) -> None:
    other = ids.new()
    async with bed.database.system() as db:
        await db.execute("insert into project (id, name, prefix) values ($1, 'o', 'o/')", other)
    token = _token(bed, other, film.output.job_id, int(time.time()) + 60)
    assert (await http.get(f"/play/{token}/hls/master.m3u8")).status_code == 404
    async with bed.database.tenant(other) as db:
        assert await rows.folders(db, [film.output.job_id]) == {}


@pytest.mark.parametrize("path", ["nothing.m3u8", "nothing.m4s", "hls", "hls/", ""])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_unknown_file_is_404(
    http: httpx.AsyncClient, base: str, path: str, method: str
) -> None:
    assert (await http.request(method, base + path)).status_code == 404


async def test_no_path_leaves_the_folder(
    app: Starlette, base: str, film: Published, bed: Bed
) -> None:
    other = await bed.publish()
    await other.put("hls/master.m3u8", b"SECRET")
    up = film.prefix.count("/")
    for path in [
        "../" * up + other.prefix + "hls/master.m3u8",
        "hls/" + "../" * (up + 1) + other.prefix + "hls/master.m3u8",
        "..%2f" * up + other.prefix + "hls/master.m3u8",
        "%2e%2e/" * up + other.prefix + "hls/master.m3u8",
        "..\\" * up + other.prefix + "hls/master.m3u8",
        "./hls/master.m3u8",
        "hls//master.m3u8",
        "/hls/master.m3u8",
        "hls/master.m3u8\0",
        "hls/master.m3u8/",
        "hls%2fmaster.m3u8%00",
    ]:
        status, body = await ask_raw(app, base + path)
        assert status == 404, path
        assert b"SECRET" not in body


async def test_a_film_costs_one_query_and_one_look_a_file(
    base: str, bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries: list[object] = []
    heads: list[str] = []
    folders, head = rows.folders, Storage.head

    async def counted(*args: Any) -> Any:
        queries.append(args)
        return await folders(*args)

    async def looked(self: Storage, bucket: str, key: str) -> Any:
        heads.append(key)
        return await head(self, bucket, key)

    monkeypatch.setattr(rows, "folders", counted)
    monkeypatch.setattr(Storage, "head", looked)
    transport = httpx.ASGITransport(await bed.application())
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as http:
        for _ in range(30):
            assert (await http.get(base + "hls/720/1.m4s")).status_code == 302
            assert (await http.get(base + "hls/master.m3u8")).status_code == 200
    assert (len(queries), len(heads)) == (1, 2)


async def test_many_links_cost_one_query(bed: Bed) -> None:
    jobs = [await bed.publish() for _ in range(3)]
    links = await bed.playback().links([(job.output, 60) for job in jobs])
    assert len({str(link).split("/")[4] for link in links}) == 3


async def test_links_of_deleted_files_and_absurd_lives_are_refused(
    film: Published, bed: Bed
) -> None:
    playback = bed.playback()
    for output in [replace(film.output, job_id=ids.new()), replace(film.output, key="other")]:
        with pytest.raises(NotFound):
            await playback.link(output)
    for seconds in [0, -1, 8 * 86400]:
        with pytest.raises(InvalidInput):
            await playback.link(film.output, seconds)
