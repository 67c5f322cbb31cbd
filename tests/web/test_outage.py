"""The API dies and comes back in the middle of everything: the page says so and loses nothing."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest

from tests.support.live import LiveApi, bucket_client
from tests.support.media import synthesize
from tests.web.conftest import SHARE, Script, made
from tests.web.watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.web]

SMALL = {"tier": "DRAFT", "ladder": {"rungs": [{"height": 144}], "dash": False}}
JOBS = (
    "query($key: String!) { asset(key: $key) { jobs(first: 10) { nodes { firstLook { id } } } } }"
)
ASSETS = "{ assets(first: 100) { nodes { key } } }"
MIB = 1024 * 1024
# Seconds that the API stays dead: started again at once, and after a minute.
away = pytest.mark.parametrize("away", [0, pytest.param(60, marks=pytest.mark.slow)])


@away
async def test_a_film_goes_on(
    live_web: LiveApi, run_script: Script, tmp_path: Path, away: float
) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=120, gop=50)
    key = f"outage-{away}.mp4"
    await made(live_web, film, key, SMALL)
    asked = "query($key: String!) { asset(key: $key) { id } }"
    asset = (await live_web.graphql(asked, key=key))["asset"]["id"]
    shared = await live_web.graphql(SHARE, i={"assetId": asset, "expiresIn": 3600})
    url = shared["createShareLink"]["url"]
    watched = Watched(run_script, live_web, "outage_watch.mjs", asset, tmp_path, url, away=away)
    printed = await watched.obey()
    print(printed)
    assert "watch: all good" in printed


@away
async def test_uploads_go_on(
    live_web: LiveApi, run_script: Script, tmp_path: Path, away: float
) -> None:
    files, folder = tmp_path / "files", tmp_path / "said"
    files.mkdir()
    folder.mkdir()
    for number in range(3):
        (files / f"outage {away} {number}.mp4").write_bytes(random.randbytes(100 * MIB + number))
    watched = Watched(run_script, live_web, "outage_upload.mjs", str(files), folder, away=away)
    printed = await watched.obey()
    print(printed)
    assert "upload: all good" in printed
    client, bucket = bucket_client(live_web.s3), live_web.s3.bucket_in
    stored = client.list_objects_v2(Bucket=bucket, Prefix="uploads/")["Contents"]
    for file in files.iterdir():
        (key,) = (one["Key"] for one in stored if one["Key"].endswith(f"/{file.name}"))
        body = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        assert hashlib.sha256(body).digest() == hashlib.sha256(file.read_bytes()).digest()
        # One for the whole and one for its first look.
        jobs = (await live_web.graphql(JOBS, key=key))["asset"]["jobs"]["nodes"]
        assert [job["firstLook"] is not None for job in jobs].count(True) == 1
        assert len(jobs) == 2
        keys = [one["key"] for one in (await live_web.graphql(ASSETS))["assets"]["nodes"]]
        assert [one.endswith(f"/{file.name}") for one in keys].count(True) == 1


@away
async def test_work_goes_on(
    live_web: LiveApi, run_script: Script, tmp_path: Path, away: float
) -> None:
    title = f"opened-{away}"
    film = synthesize(tmp_path / "opened.mp4", seconds=4)
    await made(live_web, film, f"{title}.mp4", SMALL)
    watched = Watched(run_script, live_web, "outage_work.mjs", title, tmp_path, away=away)
    printed = await watched.obey()
    print(printed)
    assert "work: all good" in printed
