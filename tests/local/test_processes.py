"""Children that cannot outlive their parent, and the sweep after those that did."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import proc
from local.deadline import Deadline, wait_until
from local.errors import ServiceFailedError
from local.process import MARKER, ProcessSpec
from local.process_table import ProcessTable

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
_IGNORE = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(600)
"""
STUBBORN = [sys.executable, "-c", _IGNORE]


@pytest.fixture
def table(tmp_path: Path) -> Iterator[ProcessTable]:
    table = ProcessTable(tmp_path)
    yield table
    table.sweep_leftovers()


def spec(home: Path, table: ProcessTable, argv: list[str], **more: object) -> ProcessSpec:
    return ProcessSpec(
        name="sleeper",
        title="The sleeper",
        argv=argv,
        env=table.marked({"PATH": os.defpath}),
        cwd=home,
        log=home / "log",
        **more,  # type: ignore[arg-type]
    )


def alive(pid: int) -> bool:
    found = proc.stat(pid)
    return found is not None and found.alive


def test_a_child_runs_in_its_own_session_and_stops(tmp_path: Path, table: ProcessTable) -> None:
    child = table.spawn(spec(tmp_path, table, SLEEPER))
    assert os.getsid(child.pid) == child.pid
    child.require_alive()
    child.stop()
    assert not alive(child.pid)


def test_who_ignores_the_request_is_killed(tmp_path: Path, table: ProcessTable) -> None:
    more = {"stop_signals": ((signal.SIGTERM, 0.2),)}
    child = table.spawn(spec(tmp_path, table, STUBBORN, **more))
    assert wait_until(lambda: "up" in child.log_tail(), Deadline(20))
    child.stop()
    assert child.returncode == -signal.SIGKILL


def test_a_dead_child_is_told_with_its_last_words(tmp_path: Path, table: ProcessTable) -> None:
    argv = [sys.executable, "-c", "import sys; sys.exit('no disk left')"]
    child = table.spawn(spec(tmp_path, table, argv))
    assert wait_until(lambda: child.returncode is not None, Deadline(20))
    with pytest.raises(ServiceFailedError, match=r"exit status 1(?s:.*)no disk left"):
        child.require_alive()


PARENT = """
import sys, time
from pathlib import Path
from local.process import ProcessSpec
from local.process_table import ProcessTable
home = Path(sys.argv[1])
table = ProcessTable(home)
child = table.spawn(ProcessSpec(name="sleeper", title="", argv={argv!r}, env=table.marked({{}}),
                                cwd=home, log=home / "log"))
print(child.pid, flush=True)
time.sleep(600)
"""


def killed_parent(home: Path, argv: list[str]) -> int:
    """Starts a parent with one child, kills the parent with -9, returns the child's pid."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT.format(argv=argv), str(home)], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        if argv is STUBBORN:
            assert wait_until(lambda: b"up" in (home / "log").read_bytes(), Deadline(20))
        parent.kill()
    return pid


def test_a_killed_parent_takes_its_children_along(tmp_path: Path) -> None:
    pid = killed_parent(tmp_path, SLEEPER)
    assert wait_until(lambda: not alive(pid), Deadline(10))


def test_the_next_start_ends_what_stayed(tmp_path: Path) -> None:
    pid = killed_parent(tmp_path, STUBBORN)
    assert alive(pid), "it ignores SIGTERM, so it is still there"
    assert ProcessTable(tmp_path).sweep_leftovers(seconds=0.3) == ["sleeper"]
    assert not alive(pid)


def test_a_pid_that_means_somebody_else_by_now_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(SLEEPER) as stranger:
        own = proc.stat(stranger.pid)
        assert own
        record = {"sleeper": {"pid": stranger.pid, "start": own.start - 1}}
        data = {"boot": proc.boot_id(), "processes": record}
        (tmp_path / "processes.json").write_text(json.dumps(data))
        assert ProcessTable(tmp_path).sweep_leftovers() == []
        assert alive(stranger.pid)
        stranger.kill()


def test_a_record_of_another_boot_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen(SLEEPER) as stranger:
        own = proc.stat(stranger.pid)
        assert own
        record = {"sleeper": {"pid": stranger.pid, "start": own.start}}
        data = {"boot": "another", "processes": record}
        (tmp_path / "processes.json").write_text(json.dumps(data))
        assert ProcessTable(tmp_path).sweep_leftovers() == []
        assert alive(stranger.pid)
        stranger.kill()


def test_grandchildren_are_known_by_their_environment(tmp_path: Path) -> None:
    table = ProcessTable(tmp_path / "one")
    assert table.owns({MARKER: str(tmp_path / "one")})
    assert table.owns({"REELMILL_SCRATCH": str(tmp_path / "one" / "scratch" / "x")})
    assert not table.owns({MARKER: str(tmp_path / "two")})
    assert not table.owns({"REELMILL_SCRATCH": str(tmp_path / "one.bak")})
    assert not table.owns({"REELMILL_SCRATCH": ""})
