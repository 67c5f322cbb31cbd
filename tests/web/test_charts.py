"""What was measured on an output, drawn on its page, in a real Chromium."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.support.live import LiveApi
from tests.support.media import big_buck_bunny
from tests.web.conftest import ARTIFACTS, Script, made, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.web]

CURVE = """query($id: ID!) { job(id: $id) { outputs { size duration
  loudness { made { integrated } curve { step values } }
  report { vmaf { curve step } bitrate { step values } } } } }"""


async def test_vmaf_is_drawn_through_the_film(live_web: LiveApi, run_script: Script) -> None:
    recipe = {
        "tier": "DRAFT",
        "mp4": {"maxHeight": 144},
        "loudness": {},
        "verify": {"vmaf": True},
    }
    job_id = await made(live_web, big_buck_bunny(), "charts.mp4", recipe)
    outputs = (await live_web.graphql(CURVE, id=job_id))["job"]["outputs"]
    (output,) = outputs
    vmaf, bitrate = output["report"]["vmaf"], output["report"]["bitrate"]
    loudness = output["loudness"]
    assert vmaf["step"] == 1
    assert len(vmaf["curve"]) == 6
    # The picture is the larger part of the file, and sound and index are the rest of it.
    assert bitrate["step"] == 1
    pictures = sum(bitrate["values"][:5]) / 8
    assert 0.3 * output["size"] < pictures < output["size"]
    assert len(loudness["curve"]["values"]) == 6
    assert max(loudness["curve"]["values"]) > loudness["made"]["integrated"] - 3
    printed = await asyncio.to_thread(
        run_script,
        "charts.mjs",
        job_id,
        json.dumps(vmaf["curve"]),
        str(ARTIFACTS),
        REELMILL_SIGN_IN=sign_in(live_web),
    )
    assert "charts: all good" in printed
