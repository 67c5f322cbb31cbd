"""The web app in a real Chromium."""

from __future__ import annotations

import pytest

from tests.support.live import LiveApi
from tests.support.media import big_buck_bunny
from tests.web.conftest import ARTIFACTS, Script

pytestmark = pytest.mark.browser


def test_a_first_visitor_uploads_and_plays(live_web: LiveApi, run_script: Script) -> None:
    """Against the real API, store and runner: first_visit.mjs says what it looks at."""
    printed = run_script(
        "first_visit.mjs",
        str(big_buck_bunny()),
        str(ARTIFACTS),
        REELMILL_SIGN_IN=f"{live_web.url}/signin#{live_web.key}",
    )
    assert "first visit: all good" in printed


def test_every_state_of_the_pages(mock_url: str, run_script: Script) -> None:
    """Light and dark, wide and narrow, also those that are hard to reach on purpose."""
    printed = run_script("looks.mjs", mock_url, str(ARTIFACTS))
    assert "screenshots in" in printed
