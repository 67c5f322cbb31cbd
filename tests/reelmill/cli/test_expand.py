"""Folders and patterns."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reelmill.cli.expand import expand


@pytest.fixture
def films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    names = ["b.MP4", "a.mov", "notes.txt", ".hidden.mp4", "sub/c.wav", "sub/.git/d.mp4", "-rf.mkv"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "sub" / "pipe.mp4")
    (tmp_path / "sub" / "round").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def paths(*words: str, everything: bool = False) -> list[str]:
    return [each.path for each in expand(words, everything=everything)]


def test_a_folder_gives_its_media(films: Path) -> None:
    assert paths(".") == ["./-rf.mkv", "./a.mov", "./b.MP4", "./sub/c.wav"]
    assert paths("sub") == ["sub/c.wav"]
    assert "./notes.txt" in paths(".", everything=True)
    assert not [path for path in paths(".", everything=True) if "hidden" in path or "git" in path]


def test_a_pattern(films: Path) -> None:
    assert paths("*.mov") == ["a.mov"]
    assert paths("**/*.wav") == ["sub/c.wav"]
    assert paths("*.txt", everything=True) == ["notes.txt"]


def test_what_is_named_is_taken_as_it_is(films: Path) -> None:
    (films / "a[1].mp4").write_bytes(b"x")
    assert paths("notes.txt", "none.mp4", "-", "a[1].mp4") == [
        "notes.txt",
        "none.mp4",
        "-",
        "a[1].mp4",
    ]


def test_each_file_once(films: Path) -> None:
    assert paths("a.mov", ".", "sub/../a.mov") == ["a.mov", "./-rf.mkv", "./b.MP4", "./sub/c.wav"]


@pytest.mark.parametrize("word", ["empty", "*.avi", "*.txt"])
def test_nothing_there_is_an_error_of_that_word(films: Path, word: str) -> None:
    (found,) = expand([word])
    assert found.error is not None
    assert found.error.code == "NO_MEDIA"
