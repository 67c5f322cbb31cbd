"""A full library and a full board in one page, for a long time."""

from __future__ import annotations

import pytest

from tests.support.browser import PATIENCE
from tests.web.conftest import ARTIFACTS, Script

pytestmark = [pytest.mark.browser, pytest.mark.web]

TEN_MINUTES = 600


@pytest.mark.timeout(TEN_MINUTES + PATIENCE)
@pytest.mark.parametrize("seconds", [40, pytest.param(TEN_MINUTES, marks=pytest.mark.slow)])
def test_a_full_library_and_a_full_board(mock_url: str, run_script: Script, seconds: int) -> None:
    """No long task, and under 150 MB of the page's own, while thirty events a second arrive."""
    words = (mock_url, str(ARTIFACTS), str(seconds))
    printed = run_script("full.mjs", *words, patience=PATIENCE + seconds)
    print(printed)
    assert "full: all good" in printed
