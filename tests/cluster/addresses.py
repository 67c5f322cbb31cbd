"""The cluster's addresses: one private /16, chosen so that the machine has no route into it."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from tests.cluster.command import run

# 10.201 to 10.216: rarely a home, an office or another tool's default.
_CANDIDATES = tuple(IPv4Network(f"10.{number}.0.0/16") for number in range(201, 217))
NODE_NAME = "node"


@dataclass(frozen=True)
class Addresses:
    """`net` is the /16 that everything lies in."""

    net: IPv4Network

    @property
    def pods(self) -> IPv4Network:
        return next(self.net.subnets(new_prefix=17))

    @property
    def services(self) -> IPv4Network:
        return list(self.net.subnets(new_prefix=18))[2]

    @property
    def link(self) -> IPv4Network:
        """Between the machine and the node."""
        return list(self.net.subnets(new_prefix=30))[-1]

    @property
    def machine(self) -> IPv4Address:
        return self.link[1]

    @property
    def node(self) -> IPv4Address:
        return self.link[2]

    @property
    def api(self) -> str:
        return f"https://{self.node}:6443"

    @property
    def kubernetes_service(self) -> IPv4Address:
        return self.services[1]

    @property
    def dns(self) -> IPv4Address:
        return self.services[10]

    @property
    def interface(self) -> str:
        """The machine's end of the link. 15 characters are the kernel's limit."""
        return f"reelmill{self.net.network_address.packed[1]}"


def choose() -> Addresses:
    """The first candidate that touches no route and no address of this machine."""
    taken = _taken()
    for net in _CANDIDATES:
        if not any(net.overlaps(other) for other in taken):
            return Addresses(net)
    raise RuntimeError("Every network from 10.201.0.0/16 to 10.216.0.0/16 is in use here.")


def _taken() -> list[IPv4Network]:
    routes = json.loads(run(["ip", "-json", "-4", "route", "show", "table", "all"]))
    found = []
    for route in routes:
        target = route.get("dst", "default")
        if target != "default":
            found.append(ipaddress.IPv4Network(target, strict=False))
    return found
