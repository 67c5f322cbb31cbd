"""NetworkPolicies, pods and namespaces as the API prints them -> one script for nft. Pure.

Semantics: the reference page of networking.k8s.io/v1 NetworkPolicy. A pod that some policy selects
for a direction may do in that direction only what one of them allows; replies always pass; the
node itself reaches every pod, or the kubelet's probes would fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.cluster.policies.selectors import matches

Object = dict[str, Any]
TABLE = "reelmill_policies"


@dataclass(frozen=True)
class Cluster:
    """`net` holds every pod's address."""

    net: str
    pods: list[Object]
    namespaces: dict[str, dict[str, str]]
    policies: list[Object]


def pods_with_address(pods: Iterable[Object]) -> list[Object]:
    """One pod an address: that of a finished pod may be another's already."""
    found: dict[str, Object] = {}
    for pod in sorted(pods, key=lambda pod: pod["metadata"].get("creationTimestamp", "")):
        address = pod.get("status", {}).get("podIP")
        over = pod.get("status", {}).get("phase") in {"Succeeded", "Failed"}
        if address and not over and not pod["spec"].get("hostNetwork"):
            found[address] = pod
    return list(found.values())


def script(cluster: Cluster) -> str:
    """Replaces the whole table in one transaction of the kernel."""
    known = sorted({pod["status"]["podIP"] for pod in cluster.pods})
    jumps: dict[str, list[str]] = {"Ingress": [], "Egress": []}
    chains: list[str] = []
    for pod in cluster.pods:
        for direction, found in jumps.items():
            rules = _rules(cluster, pod, direction)
            if rules is not None:
                address = pod["status"]["podIP"]
                name = f"{direction.lower()}_{address.replace('.', '_')}"
                found.append(f"{address} : jump {name}")
                # What matches goes on to the other direction's check; the rest ends here.
                body = "".join(f"    {rule} return\n" for rule in rules)
                chains.append(f"  chain {name} {{\n{body}    drop\n  }}\n")
    return (
        # Created before it is deleted: deleting what is not there would fail.
        f"table ip {TABLE}\ndelete table ip {TABLE}\ntable ip {TABLE} {{\n"
        f"  set known {{ type ipv4_addr; {_elements(known)} }}\n"
        + "".join(chains)
        + f"  map ingress {{ type ipv4_addr : verdict; {_elements(jumps['Ingress'])} }}\n"
        f"  map egress {{ type ipv4_addr : verdict; {_elements(jumps['Egress'])} }}\n"
        f"{_hooks(cluster.net)}}}\n"
    )


def _hooks(net: str) -> str:
    # A pod of whom nothing is known yet gets nowhere: its policy may be on the way.
    start = (
        "    ct state established,related accept\n"
        f"    ip saddr {net} ip saddr != @known drop\n"
        "    ip saddr vmap @egress\n"
    )
    return (
        "  chain forward {\n    type filter hook forward priority -5; policy accept;\n"
        f"{start}    ip daddr vmap @ingress\n  }}\n"
        "  chain input {\n    type filter hook input priority -5; policy accept;\n"
        f"{start}  }}\n"
    )


def _elements(items: Iterable[str]) -> str:
    text = ", ".join(items)
    return f"elements = {{ {text} }};" if text else ""


def _rules(cluster: Cluster, pod: Object, direction: str) -> list[str] | None:
    """What is allowed; None when no policy limits this direction."""
    found: list[str] | None = None
    for policy in cluster.policies:
        spec = policy["spec"]
        if policy["metadata"]["namespace"] != pod["metadata"]["namespace"]:
            continue
        if not matches(spec.get("podSelector") or {}, _labels(pod)):
            continue
        types = spec.get("policyTypes") or ["Ingress", *(["Egress"] if "egress" in spec else [])]
        if direction not in types:
            continue
        found = found or []
        for rule in spec.get(direction.lower()) or []:
            found.extend(_allowed(cluster, policy, pod, direction, rule))
    return found


def _allowed(
    cluster: Cluster, policy: Object, pod: Object, direction: str, rule: Object
) -> Iterator[str]:
    """One line of nft for each combination of peer and port, without its verdict."""
    incoming = direction == "Ingress"
    ports = rule.get("ports") or [None]
    # Ports are those of who is reached: this pod, or the other one.
    own = [pod] if incoming else []
    peers = rule.get("from" if incoming else "to") or []
    for port in ports:
        if not peers:
            yield from _port(port, own)
        for peer in peers:
            if block := peer.get("ipBlock"):
                where = [(_block("saddr" if incoming else "daddr", block), own)]
            else:
                others = _selected(cluster, policy, peer)
                where = [(_host(other, incoming=incoming), own or [other]) for other in others]
            for words, owners in where:
                yield from (f"{words} {found}".strip() for found in _port(port, owners))


def _host(pod: Object, *, incoming: bool) -> str:
    return f"ip {'saddr' if incoming else 'daddr'} {pod['status']['podIP']}"


def _block(side: str, block: Object) -> str:
    excepted = block.get("except") or []
    words = f"ip {side} {block['cidr']}"
    return f"{words} ip {side} != {{ {', '.join(excepted)} }}" if excepted else words


def _selected(cluster: Cluster, policy: Object, peer: Object) -> list[Object]:
    """Pods that a peer names; without a namespaceSelector those of the policy's namespace."""
    spaces = peer.get("namespaceSelector")
    own = policy["metadata"]["namespace"]
    found = []
    for pod in cluster.pods:
        space = pod["metadata"]["namespace"]
        inside = (
            space == own if spaces is None else matches(spaces, cluster.namespaces.get(space, {}))
        )
        if inside and matches(peer.get("podSelector") or {}, _labels(pod)):
            found.append(pod)
    return found


def _port(port: Object | None, owners: list[Object]) -> list[str]:
    """Matches for a port; none for a name that no owner has."""
    if port is None:
        return [""]
    protocol = str(port.get("protocol", "TCP")).lower()
    number = port.get("port")
    if number is None:
        return [f"ip protocol {protocol}"]
    if isinstance(number, str):
        named = {found for owner in owners for found in _named(owner, number, protocol)}
        return [f"{protocol} dport {found}" for found in sorted(named)]
    last = port.get("endPort")
    return [f"{protocol} dport {number}-{last}" if last else f"{protocol} dport {number}"]


def _named(pod: Object, name: str, protocol: str) -> Iterator[int]:
    for container in pod["spec"]["containers"]:
        for port in container.get("ports") or []:
            if port.get("name") == name and port.get("protocol", "TCP").lower() == protocol:
                yield port["containerPort"]


def _labels(thing: Object) -> dict[str, str]:
    return thing["metadata"].get("labels") or {}
