"""The web app without a browser: its unit tests, and what the build contains."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path

from runner import tracks
from tests.support.browser import web_tool
from tests.web.conftest import ROOT

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


def test_sizes_are_estimated_by_the_ladder_that_the_runner_makes() -> None:
    said = (ROOT / "web" / "src" / "upload" / "estimate.ts").read_text()
    rungs = one_of(r"AUTO_RUNGS: Rung\[\] = \[(.*?)\]", said).split(", ")
    assert tuple(map(int, rungs)) == tracks.AUTO_RUNGS
    bits = dict(re.findall(r"(\w+): ([\d.]+)", one_of(r"BITS: .*? = \{(.*?)\}", said)))
    assert {name: float(value) for name, value in bits.items()} == tracks.BITS
    cap = int(one_of(r"CAP_1080 = ([\d_]+)", said))
    power = float(one_of(r"rung\.height / 1080\) \*\* ([\d.]+)", said))
    fast, more = re.findall(r"frameRate \?\? 25\) > (\d+) \? ([\d.]+) : 1", said)[0]
    for height in tracks.AUTO_RUNGS:
        estimated = cap * (height / 1080) ** power
        assert tracks.default_cap(height, float(fast)) == round(estimated)
        assert tracks.default_cap(height, float(fast) + 1) == round(estimated * float(more))


def one_of(pattern: str, text: str) -> str:
    """The group of a pattern that is there once."""
    (found,) = re.findall(pattern, text)
    return str(found)
