"""Which ports the stack listens on, and whether they are free."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import islice
from pathlib import Path

from local.errors import LocalError, PortInUseError
from local.listeners import listener

LOOPBACK = "127.0.0.1"
# Linux gives clients numbers from 32768 on, and Kubernetes uses those from 30000 on for services.
_SERVERS = range(15_000, 30_000)


@dataclass(frozen=True, slots=True)
class Ports:
    """One number a listening socket. Only `api` and `s3` are meant for people."""

    api: int
    s3: int
    postgres: int
    s3_grpc: int
    master: int
    master_grpc: int
    volume: int
    volume_grpc: int
    filer: int
    filer_grpc: int


NAMES = tuple(field.name for field in fields(Ports))
# What a person types into a browser or an S3 tool keeps its number from day to day.
DEFAULTS = {"api": 8400, "s3": 8333}
VARIABLES = {"api": "REELMILL_PORT", "s3": "REELMILL_S3_PORT", "postgres": "REELMILL_PG_PORT"}
TITLES = {"api": "the API", "s3": "S3 (SeaweedFS)", "postgres": "PostgreSQL"}


def is_free(port: int) -> bool:
    """Whether a server could listen there now. SO_REUSEADDR as servers set it themselves:
    connections of an earlier run that linger in TIME_WAIT are no obstacle to them."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_ports(count: int, *, avoid: Iterable[int] = ()) -> list[int]:
    """Distinct free ports below those that the system gives to outgoing connections.

    A server that is to come back on its port would else find that of some client there.
    """
    taken = set(avoid)
    numbers = random.sample(_SERVERS, len(_SERVERS))
    free = (port for port in numbers if port not in taken and is_free(port))
    return list(islice(free, count))


def chosen_ports(environ: Mapping[str, str]) -> dict[str, int]:
    """The ports that the environment names."""
    chosen: dict[str, int] = {}
    for name, variable in VARIABLES.items():
        text = environ.get(variable, "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
            raise LocalError(f"{variable} must be a port number from 1 to 65535, not {text!r}.")
        chosen[name] = int(text)
    if len(set(chosen.values())) < len(chosen):
        raise LocalError(f"{', '.join(VARIABLES.values())} must be different ports.")
    return chosen


def allocate(
    chosen: Mapping[str, int],
    remembered: Mapping[str, int],
    *,
    flexible: bool,
    free: Callable[[int], bool] = is_free,
) -> Ports:
    """Chosen ports are kept or refused; remembered ones are kept while free; the rest is picked.

    `flexible`: also the defaults of API and S3 give way when they are busy (the demo does not
    care where it runs; `make run` does, because people and scripts remember the address).
    """
    picked: dict[str, int] = {}
    for name, port in chosen.items():
        if not free(port):
            raise PortInUseError(port, TITLES[name], VARIABLES[name], listener(port))
        picked[name] = port
    for name, port in DEFAULTS.items():
        if name in picked:
            continue
        if free(port) and port not in picked.values():
            picked[name] = port
        elif not flexible:
            raise PortInUseError(port, TITLES[name], VARIABLES[name], listener(port))
    for name, port in remembered.items():
        usable = name in NAMES and name not in picked and port not in picked.values()
        if usable and name not in DEFAULTS and free(port):
            picked[name] = port
    missing = [name for name in NAMES if name not in picked]
    picked.update(zip(missing, free_ports(len(missing), avoid=picked.values()), strict=True))
    return Ports(**picked)


def any_free() -> Ports:
    """Ten free ports, for tests."""
    return Ports(*free_ports(len(NAMES)))


def load(path: Path) -> dict[str, int]:
    """The ports of the last start; nothing when there was none or the file is damaged:
    they are a convenience, and picking anew is always right."""
    try:
        data = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict):
        return {}
    return {name: port for name, port in data.items() if isinstance(port, int)}


def save(path: Path, ports: Ports) -> None:
    path.write_text(json.dumps(asdict(ports), indent=2) + "\n")
