"""The web app without a browser: its unit tests, and what the build contains."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path

from tests.support.browser import web_tool

# Small enough that the library is there at once on a slow line.
FIRST_SCRIPTS = 250_000
FIRST_STYLES = 25_000
LIBRARY = "src/library/LibraryPage.tsx"


def loaded_by(page: Path) -> list[Path]:
    """The scripts and styles that a page names."""
    names = re.findall(r'(?:src|href)="/(static/[^"]+\.(?:js|css))"', page.read_text())
    return [page.parent / name for name in names]


def needed_by(built: Path, *modules: str) -> set[Path]:
    """The scripts of these modules and of all that they import, by Vite's manifest."""
    manifest = json.loads((built / ".vite" / "manifest.json").read_text())
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += manifest[name].get("imports", [])
    return {built / manifest[name]["file"] for name in found}


def compressed(files: Iterable[Path]) -> int:
    return sum(len(gzip.compress(file.read_bytes())) for file in files)


def test_units(built_web: Path) -> None:
    assert built_web.is_dir()
    web_tool("test")


def test_little_is_loaded_before_the_library_shows(built_web: Path) -> None:
    scripts = needed_by(built_web, "index.html", LIBRARY)
    weight = compressed(scripts)
    print(f"{weight:,} bytes of compressed script in {len(scripts)} files")
    assert 50_000 < weight < FIRST_SCRIPTS
    loaded = loaded_by(built_web / "index.html")
    styles = {file for file in loaded if file.suffix == ".css"}
    assert 0 < compressed(styles) < FIRST_STYLES
    assert {file for file in loaded if file.suffix == ".js"} <= scripts
    # The player and the editor come when they are wanted.
    names = " ".join(file.name for file in scripts)
    assert "hls" not in names
    assert "Player" not in names
    assert "monaco" not in names


def test_the_pages_need_nothing_inline_and_nothing_from_elsewhere(built_web: Path) -> None:
    for name in ("index.html", "graphiql.html"):
        page = (built_web / name).read_text()
        assert loaded_by(built_web / name)
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page)
        assert not re.search(r'(?:src|href)="(?!/)', page)
