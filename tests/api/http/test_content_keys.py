"""The key of an encrypted ladder, over a real database and a real store."""

from __future__ import annotations

import base64
import time
import uuid
from dataclasses import replace

import httpx
import pytest

from api.adapters.postgres.pool import Connection
from api.config import PlayMode
from api.domain import content_keys, ids, tokens
from api.services.playback import _PAYLOAD
from schema.encryption import ContentKey, licence_place
from tests.api.http.bed import PUBLIC, Bed, Published

MANIFEST = f"<MPD>{licence_place('key')}<Period/>{licence_place('key')}</MPD>"


def _key(bed: Bed, film: Published) -> ContentKey:
    return content_keys.of(bed.settings.signing_key, film.output.project_id, film.prefix)


async def _hold(connection: Connection, film: Published, key_id: str | None) -> None:
    """The published files are the job's ladder."""
    out = film.output
    facts = [{"key": "master.m3u8"} | ({"key_id": key_id} if key_id else {})]
    await connection.execute("update blob set facts = $2 where id = $1", out.blob_id, facts)
    await connection.execute(
        "insert into job_blob (project_id, job_id, part, blob_id, reused)"
        " values ($1, $2, 'ladder', $3, false)",
        *(out.project_id, out.job_id, out.blob_id),
    )


async def published(bed: Bed, *, encrypted: bool = True, lost: bool = False) -> Published:
    film = await bed.publish()
    await film.put("manifest.mpd", MANIFEST.encode())
    await film.put("master.m3u8", b"#EXTM3U\n")
    key_id = "0" * 32 if lost else _key(bed, film).id
    async with bed.database.system() as connection:
        await _hold(connection, film, key_id if encrypted else None)
    return film


def token(bed: Bed, film: Published, *, project: uuid.UUID | None = None, life: int = 60) -> str:
    out = film.output
    payload = _PAYLOAD.pack(
        (project or out.project_id).bytes, out.job_id.bytes, int(time.time()) + life
    )
    return tokens.sign(bed.settings.signing_key, "play", payload)


@pytest.fixture(scope="module")
async def film(bed: Bed) -> Published:
    return await published(bed)


async def test_a_link_to_the_ladder_is_a_link_to_its_key(
    film: Published, bed: Bed, http: httpx.AsyncClient
) -> None:
    key = _key(bed, film)
    url = f"/play/{token(bed, film)}/ladder/key"
    raw = await http.get(url)
    assert (raw.status_code, raw.content) == (200, bytes.fromhex(key.key))
    assert raw.headers["content-type"] == "application/octet-stream"
    licence = await http.post(url, json={"kids": ["anything"], "type": "temporary"})
    (entry,) = licence.json()["keys"]
    assert entry["kty"] == "oct"
    told = [base64.urlsafe_b64decode(entry[name] + "==").hex() for name in ("kid", "k")]
    assert told == [key.id, key.key]
    for answer in (raw, licence):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_page_of_another_origin_may_ask(http: httpx.AsyncClient) -> None:
    asked = {
        "Origin": "https://foreign.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = await http.options("/play/x/ladder/key", headers=asked)
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Content-Type" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_has_no_link_gets_no_key(
    film: Published, bed: Bed, http: httpx.AsyncClient, method: str
) -> None:
    good = token(bed, film)
    session = tokens.sign(bed.settings.signing_key, "session", b"x" * 36)
    refused = {
        "x": "LINK_INVALID",
        good[:-3] + "AAA": "LINK_INVALID",
        session: "LINK_INVALID",
        token(bed, film, life=-1): "LINK_EXPIRED",
        # Signed, but for a project that does not have this job.
        token(bed, film, project=ids.new()): "NOT_FOUND",
    }
    for word, code in refused.items():
        answer = await http.request(method, f"/play/{word}/ladder/key")
        assert answer.json()["error"]["code"] == code
        assert bytes.fromhex(_key(bed, film).key) not in answer.content
    assert (await http.request(method, "/play/ladder/key")).status_code in {403, 404, 405}


async def test_the_link_of_another_job_has_another_key(
    film: Published, bed: Bed, http: httpx.AsyncClient
) -> None:
    other = await published(bed)
    answers = [await http.get(f"/play/{token(bed, f)}/ladder/key") for f in (film, other)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content != answers[1].content


async def test_a_ladder_in_clear_has_no_key(bed: Bed, http: httpx.AsyncClient) -> None:
    film = await published(bed, encrypted=False)
    link = f"/play/{token(bed, film)}/ladder"
    assert (await http.get(f"{link}/key")).json()["error"]["code"] == "NOT_FOUND"
    answer = await http.get(f"{link}/manifest.mpd")
    assert answer.text == MANIFEST


async def test_a_key_of_an_earlier_secret_is_refused(bed: Bed, http: httpx.AsyncClient) -> None:
    """A player is told so, instead of showing noise."""
    film = await published(bed, lost=True)
    answer = await http.get(f"/play/{token(bed, film)}/ladder/key")
    assert answer.status_code == 404
    assert "secret was changed" in answer.json()["error"]["message"]


@pytest.mark.parametrize("mode", PlayMode)
async def test_a_manifest_names_the_whole_address(
    film: Published, bed: Bed, mode: PlayMode
) -> None:
    app = await bed.application(mode=mode)
    word = token(bed, film)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=PUBLIC) as client:
        answer = await client.get(f"/play/{word}/ladder/manifest.mpd")
        assert answer.text.count(f">{PUBLIC}/play/{word}/ladder/key</dashif:Laurl>") == 2
        assert ">key<" not in answer.text
        assert answer.headers["content-type"] == "application/dash+xml"
        assert answer.headers["content-length"] == str(len(answer.content))
        whole = await client.get(
            f"/play/{word}/ladder/manifest.mpd", headers={"Range": "bytes=0-3"}
        )
        assert (whole.status_code, whole.content) == (200, answer.content)
        playlist = await client.get(f"/play/{word}/ladder/master.m3u8")
        assert playlist.text == "#EXTM3U\n"


async def test_no_file_of_that_name_is_looked_for(
    film: Published, bed: Bed, http: httpx.AsyncClient
) -> None:
    """Whatever lies there in the store: it is not the key."""
    await film.put("key", b"not the key")
    answer = await http.get(f"/play/{token(bed, film)}/ladder/key")
    assert answer.content == bytes.fromhex(_key(bed, film).key)
    link = await bed.playback().link(replace(film.output, key=f"{film.prefix}master.m3u8"))
    assert link.endswith("/ladder/master.m3u8")
