"""The API dies and comes back in the middle of everything: the page says so and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.live import LiveApi
from tests.support.media import synthesize
from tests.web.conftest import Script, made
from tests.web.watched import Watched

pytestmark = [pytest.mark.browser, pytest.mark.web]

SMALL = {"tier": "DRAFT", "ladder": {"rungs": [{"height": 144}], "dash": False}}
SHARE = "mutation($i: CreateShareLinkInput!) { createShareLink(input: $i) { url } }"


async def test_a_film_goes_on(live_web: LiveApi, run_script: Script, tmp_path: Path) -> None:
    film = synthesize(tmp_path / "film.mp4", seconds=120, gop=50)
    await made(live_web, film, "outage.mp4", SMALL)
    asset = (await live_web.graphql('{ asset(key: "outage.mp4") { id } }'))["asset"]["id"]
    shared = await live_web.graphql(SHARE, i={"assetId": asset, "expiresIn": 3600})
    url = shared["createShareLink"]["url"]
    watched = Watched(run_script, live_web, "outage_watch.mjs", asset, tmp_path, url)
    printed = await watched.obey()
    print(printed)
    assert "watch: all good" in printed
