"""The built web app."""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from tests.api.http.bed import PUBLIC, Bed, ask_raw

INDEX = "<!doctype html><title>app</title>"


@pytest.fixture
def built(bed: Bed) -> Iterator[Path]:
    root = bed.settings.web_dir
    (root / "static").mkdir(parents=True)
    (root / "index.html").write_text(INDEX)
    (root / "graphiql.html").write_text("<title>graphiql</title>")
    (root / "favicon.svg").write_text("<svg/>")
    (root / ".env").write_text("SECRET=1")
    for name in ["a-1.js", "a-1.css", "a-1.woff2", "a-1.wasm", "a-1.js.map", "a-1.bin"]:
        (root / "static" / name).write_text(name)
    outside = root.parent / "outside.txt"
    outside.write_text("SECRET=2")
    (root / "link.txt").symlink_to(outside)
    (root / "folder").symlink_to(root.parent, target_is_directory=True)
    (root / "loop.txt").symlink_to(root / "loop.txt")
    yield root
    shutil.rmtree(root)
    root.mkdir()


@pytest.mark.usefixtures("built")
async def test_hashed_files_are_kept_for_good(http: httpx.AsyncClient) -> None:
    answer = await http.get("/static/a-1.js")
    assert answer.text == "a-1.js"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/a-1.js", "text/javascript; charset=utf-8"),
        ("/static/a-1.css", "text/css; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml"),
        ("/static/a-1.woff2", "font/woff2"),
        ("/static/a-1.wasm", "application/wasm"),
        ("/static/a-1.js.map", "application/json"),
        ("/static/a-1.bin", "application/octet-stream"),
        ("/", "text/html; charset=utf-8"),
    ],
)
async def test_content_types_are_our_own(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, path: str, kind: str
) -> None:
    monkeypatch.setattr(mimetypes, "guess_type", lambda *_a, **_k: ("text/plain", None))
    assert (await http.get(path)).headers["content-type"] == kind


@pytest.mark.usefixtures("built")
async def test_an_address_inside_the_app_is_its_page(http: httpx.AsyncClient) -> None:
    for path in ["/", "/signin", "/assets/x", "/jobs/job_1", "/index.html"]:
        answer = await http.get(path)
        assert (answer.status_code, answer.text) == (200, INDEX)
        assert answer.headers["cache-control"] == "no-cache"
    again = await http.get("/signin", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await http.head("/signin")
    assert (head.headers["content-length"], head.content) == (str(len(INDEX)), b"")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path",
    ["/missing.js", "/static/missing", "/static/", "/runner/v1/x", "/api/x", "/play", "/session/x"],
)
async def test_programs_and_missing_files_get_json(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NOT_FOUND")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/static/../../outside.txt",
        "/static/..\\..\\outside.txt",
        "//etc/passwd.js",
        "/link.txt",
        "/folder/outside.txt",
        "/loop.txt",
        "/.env",
        "/static/\0.js",
        "/assets\n.js",
        "/" + "a" * 5000 + ".js",
    ],
)
async def test_nothing_outside_the_folder(app: Starlette, path: str, bed: Bed) -> None:
    status, body = await ask_raw(app, path)
    assert status == 404
    assert b"SECRET" not in body
    assert b"root:" not in body


@pytest.mark.usefixtures("built")
async def test_the_graphql_page(http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphql")
    assert answer.text == "<title>graphiql</title>"
    assert answer.headers["cache-control"] == "no-cache"


async def test_without_a_build_a_page_says_how_to_make_one(
    http: httpx.AsyncClient, bed: Bed
) -> None:
    for path in ["/", "/signin", "/graphql"]:
        answer = await http.get(path)
        assert answer.status_code == 503
        assert "make web" in answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    bed.settings.web_dir.rmdir()
    try:
        assert (await http.get("/")).status_code == 503
    finally:
        bed.settings.web_dir.mkdir()


async def test_other_methods_are_refused(http: httpx.AsyncClient) -> None:
    answer = await http.post("/signin", headers={"Origin": PUBLIC})
    assert answer.status_code == 405
