"""The settings of the web app against the real stack."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.live import LiveApi
from tests.support.media import big_buck_bunny
from tests.web.conftest import ARTIFACTS, Script, made, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.web]


async def test_an_administrator_settles_things(live_web: LiveApi, run_script: Script) -> None:
    """settings.mjs says what it looks at. In a project of its own, so that figures are known."""
    own = await live_web.holder("settled", prefix="settled/")
    await made(own, big_buck_bunny(), "settled/film.mp4", {"tier": "DRAFT", "poster": {}})
    reader = await live_web.holder("settled", prefix="settled/", scopes="READ")
    printed = await asyncio.to_thread(
        run_script,
        "settings.mjs",
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(own),
        REELMILL_LESSER=sign_in(reader),
    )
    assert "settings: all good" in printed
