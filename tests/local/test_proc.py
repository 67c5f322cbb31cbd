from __future__ import annotations

import os
import subprocess
import sys

from local import proc


def test_a_command_name_with_spaces_and_brackets() -> None:
    fields = " ".join(str(number) for number in range(5, 53))
    got = proc.parse_stat(f"42 (a ) b) S 7 {fields}")
    assert (got.pid, got.state, got.parent) == (42, "S", 7)
    assert got.start == 22


def test_this_process_is_found_below_its_parent() -> None:
    own = proc.stat(os.getpid())
    assert own
    assert own.alive
    assert own.pid in {found.pid for found in proc.descendants(own.parent)}
    assert own.parent in proc.ancestors(os.getpid())


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.DEVNULL)
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    found = proc.stat(child.pid)
    assert found
    assert found.state == "Z"
    assert not found.alive
    child.wait()
    assert proc.stat(child.pid) is None


def test_the_environment_of_a_child() -> None:
    code = "print('up', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"MARK": "a=b"},
    ) as child:
        assert child.stdout
        assert child.stdin
        assert child.stdout.readline() == b"up\n"  # before exec it still has our environment
        assert proc.environ(child.pid).get("MARK") == "a=b"
        child.stdin.write(b"\n")
    assert proc.environ(child.pid) == {}
