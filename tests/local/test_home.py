from __future__ import annotations

import os
from pathlib import Path

import pytest

from local import home
from local.errors import AlreadyRunningError, LocalError


def test_the_default_stands_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert home.find({}) == tmp_path.resolve() / ".reelmill"
    assert home.find({"REELMILL_HOME": "a b"}) == tmp_path.resolve() / "a b"


def test_it_is_closed_to_others(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    home.open_home(folder)
    assert folder.stat().st_mode & 0o077 == 0


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    path = tmp_path / "home"
    path.touch()
    with pytest.raises(LocalError, match="is a file, not a folder"):
        home.open_home(path)


def test_somebody_elses_home_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(LocalError, match="belongs to another user"):
        home.open_home(tmp_path)


def test_one_supervisor_a_home(tmp_path: Path) -> None:
    first, second = home.HomeLock(tmp_path), home.HomeLock(tmp_path)
    first.acquire()
    with pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()
