"""The documentation hangs together: links resolve, files exist, the README stays short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, anchors, inline_code, links, pages, prose, text

FOLDERS = ("api", "bench", "deploy", "docs", "local", "reelmill", "runner", "schema", "scripts")
OF_THE_REPOSITORY = re.compile(rf"(?:{'|'.join(FOLDERS)}|tests|web|requirements)/[\w./*-]*")
# Made by a build, so a fresh checkout has them not.
BUILT = {"web/dist"}
PICTURE_BYTES = 100_000


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", pages(), ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_files_that_are_named_exist(page: Path) -> None:
    named = {word for word in inline_code(page) if OF_THE_REPOSITORY.fullmatch(word)}
    missing = [word for word in named - BUILT if not list(ROOT.glob(word.rstrip("/")))]
    assert missing == []


@pytest.mark.parametrize("page", pages(), ids=name)
def test_make_targets_that_are_named_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)?)\b", "\n".join(inline_code(page))))
    assert named <= targets


def test_every_page_is_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        targets = [(page.parent / link.partition("#")[0]).resolve() for link in links(page)]
        waiting += [one for one in targets if one.suffix == ".md" and one.exists()]
    assert set(DOCS.rglob("*.md")) <= seen


def test_the_index_names_every_page_itself() -> None:
    index = DOCS / "README.md"
    named = {(DOCS / link.partition("#")[0]).resolve() for link in links(index)}
    decisions = set((DOCS / "adr").glob("[0-9]*.md"))  # these have an index of their own
    assert set(DOCS.rglob("*.md")) - decisions - {index} <= named


def test_the_readme_is_short_and_shows_the_commands() -> None:
    readme = text(ROOT / "README.md")
    assert len(readme.splitlines()) < 150
    for command in ("make demo", "make test", "make run"):
        assert command in readme


def test_pictures_are_small_and_shown() -> None:
    shown = {(page.parent / link).resolve() for page in pages() for link in links(page)}
    pictures = set((DOCS / "pictures").iterdir())
    assert pictures
    assert pictures <= shown
    assert [p.name for p in pictures if p.stat().st_size >= PICTURE_BYTES] == []


@pytest.mark.parametrize("page", sorted((DOCS / "adr").glob("[0-9]*.md")), ids=name)
def test_a_decision_has_its_three_parts(page: Path) -> None:
    heads = re.findall(r"^## (.+)$", prose(page), re.MULTILINE)
    assert heads == ["Context", "Decision", "Consequence"]
    number = int(page.name.partition("-")[0])
    assert text(page).startswith(f"# {number}. ")
