"""What was measured on an output, drawn on its page, in a real Chromium."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.support.live import LiveApi
from tests.support.media import big_buck_bunny
from tests.web.conftest import ARTIFACTS, Script, made, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.web]

CURVE = "query($id: ID!) { job(id: $id) { outputs { report { vmaf { curve step } } } } }"


async def test_vmaf_is_drawn_through_the_film(live_web: LiveApi, run_script: Script) -> None:
    recipe = {"tier": "DRAFT", "mp4": {"maxHeight": 144}, "verify": {"vmaf": True}}
    job_id = await made(live_web, big_buck_bunny(), "charts.mp4", recipe)
    outputs = (await live_web.graphql(CURVE, id=job_id))["job"]["outputs"]
    (vmaf,) = [one["report"]["vmaf"] for one in outputs if (one["report"] or {}).get("vmaf")]
    assert vmaf["step"] == 1
    assert len(vmaf["curve"]) == 6
    printed = await asyncio.to_thread(
        run_script,
        "charts.mjs",
        job_id,
        json.dumps(vmaf["curve"]),
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    assert "charts: all good" in printed
