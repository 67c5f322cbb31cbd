"""Scratch folders: private, empty afterwards, swept only when their owner is dead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runner.scratch import PREFIX, scratch_folder, sweep


def test_folder_is_private_and_goes_away(tmp_path: Path) -> None:
    with scratch_folder(tmp_path, "a/../b", 3) as folder:
        assert folder.parent == tmp_path
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "file").write_bytes(b"x")
    assert list(tmp_path.iterdir()) == []


def test_folder_goes_away_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), scratch_folder(tmp_path, "a", 1):
        _ = 1 // 0
    assert list(tmp_path.iterdir()) == []


def test_sweep_takes_only_what_belongs_to_the_dead(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from runner.scratch import scratch_folder\n"
        "with scratch_folder(Path(sys.argv[1]), 'dead', 1) as f:\n"
        "    (f / 'in').write_bytes(b'x'); print(f, flush=True); os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, cwd=root, check=False
    )
    assert done.returncode == -9, done.stderr
    (dead,) = tmp_path.iterdir()
    # The same process id, as a later process: it began at another time.
    reused = tmp_path / f"{PREFIX}.reused.1.{os.getpid()}.1"
    reused.mkdir()
    foreign = tmp_path / "somebody-elses"
    foreign.mkdir()
    odd = tmp_path / f"{PREFIX}.odd"
    odd.mkdir()
    with scratch_folder(tmp_path, "living", 1) as living:
        assert sorted(sweep(tmp_path)) == sorted([dead.name, reused.name])
        assert {path.name for path in tmp_path.iterdir()} == {foreign.name, odd.name, living.name}


def test_a_zombie_is_dead(tmp_path: Path) -> None:
    child = subprocess.Popen(["/bin/true"])
    try:
        born = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        left = tmp_path / f"{PREFIX}.zombie.1.{child.pid}.{born}"
        left.mkdir()
        assert sweep(tmp_path) == [left.name]
    finally:
        child.wait()


def test_sweep_makes_the_root(tmp_path: Path) -> None:
    assert sweep(tmp_path / "new" / "root") == []
    assert (tmp_path / "new" / "root").is_dir()
