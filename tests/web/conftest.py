"""The built web app, and what is needed to look at it: Node and Chromium."""

from __future__ import annotations

import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import PATIENCE, web_tool
from tests.support.live import LiveApi, bucket_client, free_port
from tests.support.stack_fixtures import S3Settings

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "web"
# Screenshots are for people, and too large for the repository.
ARTIFACTS = ROOT / "test-artifacts" / "web"
SHARE = "mutation($i: CreateShareLinkInput!) { createShareLink(input: $i) { url } }"
_UNFINISHED = "{ uploads(first: 100, filter: { status: STARTED }) { nodes { id } } }"
_ABORT = (
    "mutation($i: AbortMultipartUploadInput!)"
    " { abortMultipartUpload(input: $i) { userErrors { code message } } }"
)

Script = Callable[..., str]


@pytest.fixture(scope="session")
def built_web() -> Path:
    """The folder with the built app."""
    web_tool("build")
    return ROOT / "web" / "dist"


@pytest.fixture(scope="session")
def node(built_web: Path) -> str:
    """The Node that built the app."""
    assert built_web.is_dir()
    return web_tool("node")


@pytest.fixture
def run_script(node: str, chromium: str) -> Script:
    """Runs a script of this folder and returns what it printed."""

    def run(name: str, *arguments: str, patience: float = PATIENCE, **extra: str) -> str:
        environment = os.environ | {"REELMILL_CHROMIUM": chromium} | extra
        try:
            done = subprocess.run(
                [node, str(HERE / name), *arguments],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=patience,
                check=False,
            )
        except subprocess.TimeoutExpired as late:
            said = (late.stdout or b"")[-2000:], (late.stderr or b"")[-2000:]
            pytest.fail(f"{name} does not end; it said {said}")
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-4000:]}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def mock_url(node: str) -> Iterator[str]:
    """The stand-in for the API, on two ports that follow each other."""
    port = free_port()
    command = [node, str(HERE / "mock" / "server.mjs"), "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert "mock at" in process.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def web_api(
    built_web: Path,
    postgres_owner_url: str,
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    """A real API that serves the built app."""
    folder = tmp_path_factory.mktemp("live-web")
    live = LiveApi(
        postgres_owner_url, s3_settings, folder, extra={"REELMILL_WEB_DIR": str(built_web)}
    ).migrate()
    live.start()
    yield live
    assert live.stop() == 0, live.log()[-3000:]
    assert "Traceback" not in live.log()
    assert not live.runners()


@pytest.fixture
async def live_web(web_api: LiveApi) -> AsyncIterator[LiveApi]:
    """The API, alive and without an upload that waits for more, whatever the last test left: the
    app would show it to the next one."""
    yield web_api
    if web_api.process is None or web_api.process.poll() is not None:
        web_api.start()
    for upload in (await web_api.graphql(_UNFINISHED))["uploads"]["nodes"]:
        await web_api.graphql(_ABORT, i={"uploadId": upload["id"]})


def sign_in(live_web: LiveApi) -> str:
    """The link that signs a browser in."""
    return f"{live_web.url}/signin#{live_web.key}"


async def made(live_web: LiveApi, film: Path, key: str, recipe: dict[str, Any]) -> str:
    """The job that made the recipe of a film, once it has succeeded."""
    bucket_client(live_web.s3).upload_file(str(film), live_web.s3.bucket_in, key)
    started = await live_web.transcode(sourceKey=key, recipe=recipe)
    job = await live_web.ended(started["job"]["id"])
    assert job["status"] == "SUCCEEDED", job["error"]
    return str(job["id"])
