"""Signing in and out."""

from __future__ import annotations

import time
from http.cookies import SimpleCookie

import httpx
import pytest

from tests.api.http.bed import PUBLIC, Bed

OWN = {"Origin": PUBLIC}


async def _cookie(http: httpx.AsyncClient, key: str) -> str:
    answer = await http.post("/session", json={"key": key}, headers=OWN)
    http.cookies.clear()
    return SimpleCookie(answer.headers["set-cookie"])["reelmill_session"].value


async def test_a_key_buys_a_cookie_that_says_who_it_is(http: httpx.AsyncClient, bed: Bed) -> None:
    answer = await http.post("/session", json={"key": bed.key}, headers=OWN)
    http.cookies.clear()
    assert (answer.status_code, answer.content) == (204, b"")
    cookie = SimpleCookie(answer.headers["set-cookie"])["reelmill_session"]
    assert (cookie["path"], cookie["max-age"], cookie["samesite"]) == ("/", "600", "strict")
    assert cookie["httponly"] is cookie["secure"] is True
    assert bed.key not in cookie.value
    shown = await http.get("/session", headers={"Cookie": f"reelmill_session={cookie.value}"})
    assert shown.status_code == 200
    assert shown.headers["cache-control"] == "no-store"
    body = shown.json()
    assert body["project"]["id"].startswith("project_")
    assert (body["project"]["name"], body["project"]["prefix"]) == ("default", "")
    assert (body["keyName"], body["scopes"]) == ("first key", ["READ", "WRITE", "ADMIN"])


async def test_without_tls_the_cookie_is_not_secure(bed: Bed) -> None:
    transport = httpx.ASGITransport(await bed.application(public_url="http://127.0.0.1:8400"))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8400") as http:
        answer = await http.post("/session", json={"key": bed.key})
    assert "secure" not in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("key", ["", "rm_x_y", "rm_" + "a" * 12 + "_" + "b" * 38, "\0", "x" * 3000])
async def test_a_wrong_key_waits_and_is_refused(http: httpx.AsyncClient, key: str) -> None:
    began = time.monotonic()
    answer = await http.post("/session", json={"key": key}, headers=OWN)
    assert time.monotonic() - began >= 0.05
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "UNAUTHENTICATED"
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("text/plain", b'{"key": "x"}', 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/x-www-form-urlencoded", b"key=x", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("", b'{"key": "x"}', 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/json", b"", 400, "INVALID_INPUT"),
        ("application/json", b"{", 400, "INVALID_INPUT"),
        ("application/json", b"\xff", 400, "INVALID_INPUT"),
        ("application/json", b"[" * 2000, 400, "INVALID_INPUT"),
        ("application/json", b'{"key": "rm_\\ud83d"}', 400, "INVALID_INPUT"),
        ("application/json", b"5", 400, "INVALID_INPUT"),
        ("application/json", b'{"key": 5}', 400, "INVALID_INPUT"),
        ("application/json", b'{"key": "' + b"x" * 5000 + b'"}', 413, "BODY_TOO_LARGE"),
    ],
)
async def test_other_bodies_are_refused(
    http: httpx.AsyncClient, kind: str, body: bytes, status: int, code: str
) -> None:
    answer = await http.post("/session", content=body, headers={**OWN, "Content-Type": kind})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


async def test_a_foreign_page_cannot_sign_in_or_out(http: httpx.AsyncClient, bed: Bed) -> None:
    foreign = {"Origin": "https://evil.example"}
    for answer in [
        await http.post("/session", json={"key": bed.key}, headers=foreign),
        await http.delete("/session", headers=foreign),
        await http.delete("/session", headers={"Cookie": "reelmill_session=x"}),
    ]:
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


async def test_signing_out_twice_is_fine(http: httpx.AsyncClient, bed: Bed) -> None:
    cookie = await _cookie(http, bed.key)
    for sent in [{"Cookie": f"reelmill_session={cookie}"}, {}]:
        answer = await http.delete("/session", headers={**OWN, **sent})
        assert answer.status_code == 204
        cleared = SimpleCookie(answer.headers["set-cookie"])["reelmill_session"]
        assert (cleared.value, cleared["max-age"], cleared["path"]) == ("", "0", "/")


async def test_nobody_or_a_forged_cookie_is_nobody(http: httpx.AsyncClient, bed: Bed) -> None:
    cookie = await _cookie(http, bed.key)
    forged = cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB")
    for value in ["", "x", forged, "%00", "ä"]:
        sent = {"Cookie": f"reelmill_session={value}".encode()}
        answer = await http.get("/session", headers=sent)
        assert answer.status_code == 401
    assert (await http.get("/session")).json()["error"]["code"] == "UNAUTHENTICATED"


async def test_a_session_ends_with_its_key(http: httpx.AsyncClient, bed: Bed) -> None:
    cookie = await _cookie(http, bed.key)
    sent = {"Cookie": f"reelmill_session={cookie}"}
    async with bed.database.system() as db:
        await db.execute("update api_key set revoked_at = now()")
    try:
        assert (await http.get("/session", headers=sent)).status_code == 401
    finally:
        async with bed.database.system() as db:
            await db.execute("update api_key set revoked_at = null")
    assert (await http.get("/session", headers=sent)).status_code == 200
