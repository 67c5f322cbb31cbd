from __future__ import annotations

import socket
from dataclasses import astuple
from pathlib import Path

import pytest

from local import ports
from local.errors import LocalError, PortInUseError


def test_defaults_for_people_and_free_ports_for_the_rest() -> None:
    got = ports.allocate({}, {}, flexible=False, free=lambda _: True)
    assert (got.api, got.s3) == (8400, 8333)
    assert len(set(astuple(got))) == 10


def test_what_is_chosen_is_kept() -> None:
    chosen = {"api": 1234, "s3": 1235, "postgres": 1236}
    got = ports.allocate(chosen, {"postgres": 9999}, flexible=False, free=lambda _: True)
    assert (got.api, got.s3, got.postgres) == (1234, 1235, 1236)


def test_a_chosen_port_in_use_is_named_with_its_service_and_its_setting() -> None:
    with pytest.raises(PortInUseError, match=r"8333.*S3.*REELMILL_S3_PORT"):
        ports.allocate({"s3": 8333}, {}, flexible=True, free=lambda port: port != 8333)


def test_a_default_in_use_is_refused_for_run_and_replaced_for_demo() -> None:
    def free(port: int) -> bool:
        return port != 8400

    with pytest.raises(PortInUseError, match="REELMILL_PORT"):
        ports.allocate({}, {}, flexible=False, free=free)
    assert ports.allocate({}, {}, flexible=True, free=free).api != 8400


def test_inner_ports_are_remembered_while_they_are_free() -> None:
    remembered = {"api": 7000, "master": 7001, "filer": 7002, "nonsense": 7003}
    got = ports.allocate({}, remembered, flexible=True, free=lambda port: port != 7002)
    assert got.master == 7001
    assert got.filer != 7002
    assert got.api == 8400, "what people type does not wander"


def test_a_busy_port_is_seen_as_busy() -> None:
    with socket.socket() as server:
        server.bind((ports.LOOPBACK, 0))
        server.listen()
        taken = server.getsockname()[1]
        assert not ports.is_free(taken)
    assert ports.is_free(taken)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "8400x", "٣", "8 400"])
def test_a_bad_number_is_refused(text: str) -> None:
    with pytest.raises(LocalError, match="REELMILL_PORT must be a port number"):
        ports.chosen_ports({"REELMILL_PORT": text})


def test_two_services_on_one_port_are_refused() -> None:
    with pytest.raises(LocalError, match="different"):
        ports.chosen_ports({"REELMILL_PORT": "8400", "REELMILL_S3_PORT": "8400"})


@pytest.mark.parametrize("text", ["", "[]", "{", '{"master": "x"}'])
def test_a_damaged_memory_is_no_obstacle(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ports.json"
    path.write_text(text)
    assert ports.load(path) == {}
    assert ports.load(tmp_path / "none.json") == {}


def test_free_ports_are_none_that_a_client_may_be_given() -> None:
    """A server that comes back on its port must not find a client's connection there."""
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    found = ports.free_ports(50, avoid=[])
    assert len(set(found)) == 50
    assert max(found) < first
    assert not set(ports.free_ports(50, avoid=found)) & set(found)
