"""The font that tests of drawn text look at."""

from __future__ import annotations

from pathlib import Path

import pytest

DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
needs_a_font = pytest.mark.skipif(
    not DEJAVU.exists(), reason="needs DejaVu Sans: apt-get install fonts-dejavu-core"
)
