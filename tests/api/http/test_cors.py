"""The Origin check and CORS."""

from __future__ import annotations

import httpx
import pytest

from api.errors import BadConfiguration
from api.http.cors import OriginRefused, Origins
from tests.api.http.bed import STUDIO

COOKIE = (b"cookie", b"a=b; reelmill_session=x")


def _preflight(origin: str, method: str = "POST") -> dict[str, str]:
    return {"Origin": origin, "Access-Control-Request-Method": method}


def test_own_and_allowed_origins_pass() -> None:
    origins = Origins("https://Media.example.org:443/", [STUDIO + "/"])
    for origin in [b"https://media.example.org", b"https://studio.example.org"]:
        origins.check([COOKIE, (b"origin", origin)])
        origins.check([(b"origin", origin)])


@pytest.mark.parametrize(
    "origin",
    [
        b"https://evil.example",
        b"http://media.example.org",
        b"https://media.example.org:8443",
        b"https://media.example.org.evil.example",
        b"https://studio.example.org@evil.example",
        b"null",
        b"",
    ],
)
@pytest.mark.parametrize("cookie", [[COOKIE], []])
def test_foreign_origins_do_not(origin: bytes, cookie: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(OriginRefused):
        Origins("https://media.example.org", [STUDIO]).check([*cookie, (b"origin", origin)])


def test_two_origins_do_not() -> None:
    twice = [(b"origin", STUDIO.encode()), (b"origin", b"https://evil.example")]
    with pytest.raises(OriginRefused):
        Origins("https://media.example.org", [STUDIO]).check(twice)


def test_an_absent_origin_is_fine_without_the_cookie_only() -> None:
    origins = Origins("https://media.example.org", [])
    origins.check([(b"cookie", b"other=1")])
    with pytest.raises(OriginRefused):
        origins.check([COOKIE])


def test_the_names_of_ones_own_machine_are_one() -> None:
    origins = Origins("http://127.0.0.1:8400", [])
    origins.check([COOKIE, (b"origin", b"http://localhost:8400")])
    origins.check([COOKIE, (b"origin", b"http://[::1]:8400")])
    with pytest.raises(OriginRefused):
        origins.check([COOKIE, (b"origin", b"http://localhost:8401")])
    assert "http://localhost:8400" not in Origins("http://media.example.org:8400", [])


@pytest.mark.parametrize("bad", ["*", "https://*.example.org", "studio.example.org", "https://a/b"])
def test_a_setting_that_is_no_origin_is_refused_at_the_start(bad: str) -> None:
    with pytest.raises(BadConfiguration, match="REELMILL_ALLOWED_ORIGINS"):
        Origins("https://media.example.org", [bad])


async def test_allowed_pages_may_sign_in(http: httpx.AsyncClient) -> None:
    answer = await http.options("/session", headers=_preflight(STUDIO))
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == STUDIO
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "Content-Type" in answer.headers["access-control-allow-headers"]
    assert answer.headers["vary"] == "Origin"
    got = await http.get("/session", headers={"Origin": STUDIO})
    assert got.headers["access-control-allow-origin"] == STUDIO


async def test_other_pages_may_not(http: httpx.AsyncClient) -> None:
    for path in ["/session", "/graphql"]:
        answer = await http.options(path, headers=_preflight("https://evil.example"))
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "ORIGIN_NOT_ALLOWED"
        got = await http.get(path, headers={"Origin": "https://evil.example"})
        for headers in (answer.headers, got.headers):
            assert not [name for name in headers if name.startswith("access-control-")]
    assert got.headers["vary"] == "Origin"


async def test_any_page_may_play_without_credentials(http: httpx.AsyncClient) -> None:
    asked = {**_preflight("https://any.example", "GET"), "Access-Control-Request-Headers": "range"}
    answer = await http.options("/play/token/hls/a.m4s", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Range" in answer.headers["access-control-allow-headers"]
    assert "HEAD" in answer.headers["access-control-allow-methods"]
    got = await http.get("/play/token/hls/a.m4s", headers={"Origin": "https://any.example"})
    assert got.status_code == 403
    assert got.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in got.headers
    exposed = got.headers["access-control-expose-headers"].split(", ")
    assert {"Content-Length", "Content-Range", "ETag"} <= set(exposed)


async def test_nothing_else_answers_cors(http: httpx.AsyncClient) -> None:
    got = await http.get("/healthz", headers={"Origin": STUDIO})
    assert not [name for name in got.headers if name.startswith("access-control-")]
