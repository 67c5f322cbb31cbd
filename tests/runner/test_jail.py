"""The jail, tried from inside."""

from __future__ import annotations

import csv
import json
import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from runner import jail
from tests.runner import processes

SHIM = str(Path(jail.__file__))


def _terms(**limits: int) -> str:
    return json.dumps({"parent": os.getpid(), "nice": 3, "limits": limits})


def _inside(code: str, terms: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", SHIM, terms or _terms(RLIMIT_CORE=0)]
    return subprocess.run(
        [*command, sys.executable, "-I", "-S", "-c", code],
        env={"AWS_SECRET_ACCESS_KEY": "secret", "PATH": "/bin"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_no_socket_can_be_opened(family: str) -> None:
    done = _inside(f"import socket; socket.socket(socket.{family}, socket.SOCK_STREAM)")
    assert "PermissionError" in done.stderr
    assert done.returncode == 1


def test_no_pair_of_sockets_either() -> None:
    assert "PermissionError" in _inside("import socket; socket.socketpair()").stderr


@pytest.mark.parametrize("number", ["io_uring_setup", "ptrace", "unshare"])
def test_other_ways_out_are_closed(number: str) -> None:
    numbers = {
        "x86_64": {"io_uring_setup": 425, "ptrace": 101, "unshare": 272},
        "aarch64": {"io_uring_setup": 425, "ptrace": 117, "unshare": 97},
    }
    call = numbers[platform.machine()][number]
    code = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True);"
        f"print(libc.syscall({call}, 0, 0, 0, 0), ctypes.get_errno())"
    )
    assert _inside(code).stdout.split() == ["-1", "13"]


def test_environment_is_empty_and_privileges_cannot_grow() -> None:
    code = "import os; print(sorted(os.environ)); print(open('/proc/self/status').read())"
    done = _inside(code)
    # CPython sets this one itself when there is no locale.
    assert done.stdout.splitlines()[0] in {"[]", "['LC_CTYPE']"}
    status = dict(line.split(":", 1) for line in done.stdout.splitlines()[1:] if ":" in line)
    assert status["NoNewPrivs"].strip() == "1"
    assert status["Seccomp"].strip() == "2"
    assert "secret" not in done.stdout


def test_limits_and_niceness_hold() -> None:
    code = (
        "import resource as r, os; print(r.getrlimit(r.RLIMIT_NOFILE), r.getrlimit(r.RLIMIT_CORE),"
        "os.nice(0))"
    )
    done = _inside(code, _terms(RLIMIT_NOFILE=64, RLIMIT_CORE=0))
    assert done.stdout.strip() == f"(64, 64) (0, 0) {os.nice(0) + 3}"


def test_file_size_limit_kills(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", SHIM, _terms(RLIMIT_FSIZE=1_000_000)]
    command += ["/bin/dd", "if=/dev/zero", f"of={tmp_path / 'big'}", "bs=1M", "count=2"]
    done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    assert done.returncode == -25
    assert (tmp_path / "big").stat().st_size == 1_000_000


@pytest.mark.parametrize(
    "terms",
    [
        "{",
        "{}",
        # Not our parent: the runner that started the shim is dead.
        '{"parent": 1, "nice": 0, "limits": {}}',
        '{"parent": %d, "nice": 0, "limits": {"RLIMIT_UNKNOWN": 1}}',
        '{"parent": %d, "nice": "x", "limits": {}}',
    ],
)
def test_a_jail_that_cannot_be_built_starts_nothing(terms: str) -> None:
    done = _inside("print('started')", terms.replace("%d", str(os.getpid())))
    assert done.returncode == jail.EXIT_NO_JAIL
    assert done.stdout == ""
    assert done.stderr.startswith("jail: ")


def test_child_dies_with_its_parent(tmp_path: Path) -> None:
    """The runner is killed with SIGKILL: nothing can clean up, so the kernel must."""
    parent = (
        "import json, os, subprocess, sys, time\n"
        "terms = json.dumps({'parent': os.getpid(), 'nice': 0, 'limits': {}})\n"
        f"command = [sys.executable, '-I', '-S', {SHIM!r}, terms, '/bin/sleep', '60']\n"
        "child = subprocess.Popen(command, start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    child = int(process.stdout.readline())
    processes.until_named(child, "sleep")
    process.kill()
    process.wait()
    processes.until_gone(child)


@pytest.mark.parametrize("machine", list(jail.DENIED))
def test_program_decides_every_call(machine: str) -> None:
    """Runs the BPF program by hand, for machines that we are not on too."""
    architecture, denied = jail.DENIED[machine]
    program = jail.seccomp_program(machine)
    for number in range(1024):
        expected = jail.RET_EACCES if number in denied else jail.RET_ALLOW
        assert _decide(program, architecture, number) == expected, number
    assert _decide(program, architecture, jail.X32_BIT + 41) == jail.RET_EACCES
    assert _decide(program, architecture ^ 1, 0) == jail.RET_KILL_PROCESS


def _decide(program: bytes, architecture: int, number: int) -> int:
    instructions = list(struct.iter_unpack("HBBI", program))
    accumulator, at = 0, 0
    while True:
        code, yes, no, value = instructions[at]
        at += 1
        if code == jail.LOAD_WORD:
            accumulator = {0: number, 4: architecture}[value]
        elif code == jail.RETURN:
            return int(value)
        else:
            holds = accumulator == value if code == jail.JUMP_EQUAL else accumulator >= value
            at += yes if holds else no


@pytest.mark.parametrize("machine", list(jail.DENIED))
def test_call_numbers_are_those_of_the_kernel(machine: str) -> None:
    """The table was made from the kernel's headers: asm/unistd_64.h and asm-generic/unistd.h."""
    with (Path(__file__).parents[1] / "data" / "runner" / "syscalls.csv").open() as file:
        numbers = {row["name"]: int(row[machine]) for row in csv.DictReader(file)}
    assert sorted(jail.DENIED[machine][1]) == sorted(numbers.values())
    assert "socket" in numbers
