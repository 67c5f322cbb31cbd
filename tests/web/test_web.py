"""The web app without a browser: its unit tests, and what the build contains."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from tests.support.browser import web_tool

# Small enough that the first page is there at once on a slow line.
FIRST_LOAD = 150_000


def loaded_by(page: Path) -> list[Path]:
    """The scripts and styles that a page names."""
    names = re.findall(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"', page.read_text())
    return [page.parent / name for name in names]


def compressed(files: list[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def test_units(built_web: Path) -> None:
    assert built_web.is_dir()
    web_tool("test")


def test_the_first_load_is_small(built_web: Path) -> None:
    files = loaded_by(built_web / "index.html")
    assert any(file.suffix == ".js" for file in files)
    assert compressed(files) < FIRST_LOAD
    # The player and the editor come when they are wanted.
    names = " ".join(file.name for file in files)
    assert "hls" not in names
    assert "monaco" not in names


def test_the_pages_need_nothing_inline_and_nothing_from_elsewhere(built_web: Path) -> None:
    for name in ("index.html", "graphiql.html"):
        page = (built_web / name).read_text()
        assert loaded_by(built_web / name)
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page)
        assert not re.search(r'(?:src|href)="(?!/)', page)
