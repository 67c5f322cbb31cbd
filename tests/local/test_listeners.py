"""Whoever has a port is named."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from local.listeners import listener
from local.ports import free_ports


@pytest.mark.parametrize(
    ("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
)
def test_the_listener_is_found_on_any_address(family: socket.AddressFamily, address: str) -> None:
    (port,) = free_ports(1)
    with socket.socket(family) as held:
        held.bind((address, port))
        assert listener(port) is None, "bound is not listening"
        held.listen()
        found = listener(port)
    assert found is not None
    assert found.endswith(f", process {os.getpid()}")
    assert listener(port) is None


def test_another_program_is_named() -> None:
    (port,) = free_ports(1)
    lines = f"import socket; s = socket.create_server(('', {port})); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", lines], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        other.stdout.readline()
        found = listener(port)
        other.kill()
    assert found is not None
    assert found.startswith("python")
    assert found.endswith(f", process {other.pid}")
