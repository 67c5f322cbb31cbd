"""The cluster leaves nothing behind, not even when who started it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from tests.cluster import lifecycle, node, paths
from tests.cluster.paths import State

pytestmark = pytest.mark.cluster

_FOLDERS = (
    *("/run", "/run/netns", "/var/lib", "/var/log", "/tmp"),
    *("/opt", "/etc", "/usr/libexec", "/usr/libexec/kubernetes"),
)
_SETTINGS = ("vm/overcommit_memory", "kernel/panic", "kernel/panic_on_oops", "vm/panic_on_oom")


def _traces(state: State) -> dict[str, object]:
    """All that a cluster could leave on a machine."""
    rules = subprocess.run(["/usr/sbin/nft", "list", "ruleset"], capture_output=True, check=False)
    found: dict[str, object] = {
        "interfaces": sorted(path.name for path in Path("/sys/class/net").iterdir()),
        "routes": Path("/proc/net/route").read_text(),
        "mounts": sorted(Path("/proc/self/mounts").read_text().splitlines()),
        "rules": rules.stdout,
        "cgroups": sorted(map(str, Path("/sys/fs/cgroup").glob(f"**/{state.cgroup}"))),
        "programs": _programs(state),
        "state": sorted(path.name for path in state.folder.parent.glob(f"{state.name}*")),
    }
    for name in _SETTINGS:
        found[name] = (Path("/proc/sys") / name).read_text()
    for name in _FOLDERS:
        folder = Path(name)
        # Other tests of this machine come and go in /tmp under names of their own.
        found[name] = [p.name for p in folder.glob("*") if _ours(p.name)] if folder.is_dir() else []
    return found


def _ours(name: str) -> bool:
    return any(word in name for word in ("cni", "kube", "containerd", "runc", "etcd", "reelmill0"))


def _programs(state: State) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"{state.folder}" in words:
            found.append(words)
    return found


@pytest.mark.parametrize("stage", ["containerd", "kube-apiserver", "policies"])
def test_nothing_is_left_when_who_brings_it_up_is_killed(stage: str) -> None:
    state = State(f"spare-{uuid.uuid4().hex[:6]}")
    state.folder.parent.mkdir(parents=True, exist_ok=True)
    before = _traces(state)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.cluster", "up"],
        cwd=paths.ROOT,
        env={**os.environ, "REELMILL_CLUSTER": state.name},
        stdout=subprocess.DEVNULL,
    )
    try:
        _await_program(state, stage, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert node.processes(state), "it goes on without who started it"
    finally:
        process.kill()
        process.wait()
        lifecycle.down(state)
    assert _traces(state) == before


def _await_program(state: State, name: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline:
        assert process.poll() is None, "it ended by itself"
        try:
            if name in {found["name"] for found in node.ask(state, {"do": "list"})}:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{name} was not started")


def test_down_where_nothing_is_up_says_so_and_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    state = State("never")
    lifecycle.down(state)
    assert "never is gone" in capsys.readouterr().out
    assert lifecycle.status(state) == {"running": False, "folder": str(state.folder), "left": []}
