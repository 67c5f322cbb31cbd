"""The firewall's rules from NetworkPolicies, without a cluster: the cases that are easy to miss."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cluster.policies import rules
from tests.cluster.policies.selectors import matches

_WEB = {
    "metadata": {"name": "web", "namespace": "a", "labels": {"app": "web"}},
    "spec": {"containers": [{"ports": [{"name": "http", "containerPort": 8080}]}]},
    "status": {"podIP": "10.201.0.5", "phase": "Running"},
}
_OTHER = {
    "metadata": {"name": "other", "namespace": "b", "labels": {"app": "other"}},
    "spec": {"containers": [{}]},
    "status": {"podIP": "10.201.0.6", "phase": "Running"},
}


def _script(*specs: dict[str, Any]) -> str:
    policies = [{"metadata": {"namespace": "a"}, "spec": spec} for spec in specs]
    spaces = {"a": {"name": "a"}, "b": {"name": "b"}}
    return rules.script(rules.Cluster("10.201.0.0/17", [_WEB, _OTHER], spaces, policies))


def _chain(text: str, name: str) -> list[str]:
    body = text.split(f"chain {name} {{\n")[1].split("  }", maxsplit=1)[0]
    return [line.strip() for line in body.splitlines()]


def test_without_a_policy_nobody_is_limited() -> None:
    assert "jump" not in _script()


def test_a_policy_limits_its_own_namespace_only() -> None:
    text = _script({"podSelector": {}})
    assert _chain(text, "ingress_10_201_0_5") == ["drop"]
    assert "10_201_0_6" not in text


def test_types_default_to_ingress_and_to_egress_where_it_is_written() -> None:
    assert "chain egress_" not in _script({"podSelector": {}})
    assert "chain egress_10_201_0_5" in _script({"podSelector": {}, "egress": []})
    assert "chain ingress_" not in _script({"podSelector": {}, "policyTypes": ["Egress"]})


def test_policies_add_up() -> None:
    one = {"podSelector": {}, "ingress": [{"ports": [{"port": 1}]}]}
    two = {"podSelector": {}, "ingress": [{"ports": [{"port": 2, "endPort": 4}]}]}
    found = _chain(_script(one, two), "ingress_10_201_0_5")
    assert found == ["tcp dport 1 return", "tcp dport 2-4 return", "drop"]


def test_an_empty_rule_allows_everything() -> None:
    found = _chain(_script({"podSelector": {}, "ingress": [{}]}), "ingress_10_201_0_5")
    assert found == ["return", "drop"]


def test_a_named_port_is_that_of_who_is_reached() -> None:
    web = {"podSelector": {}, "namespaceSelector": {"matchLabels": {"name": "b"}}}
    rule = {"from": [web], "ports": [{"port": "http"}]}
    found = _chain(_script({"podSelector": {}, "ingress": [rule]}), "ingress_10_201_0_5")
    assert found == ["ip saddr 10.201.0.6 tcp dport 8080 return", "drop"]
    rule = {"to": [web], "ports": [{"port": "http"}]}
    found = _chain(_script({"podSelector": {}, "egress": [rule]}), "egress_10_201_0_5")
    assert found == ["drop"], "the other pod has no port of that name"


def test_a_block_leaves_out_its_exceptions() -> None:
    block = {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}
    rule = {"to": [{"ipBlock": block}], "ports": [{"port": 53, "protocol": "UDP"}]}
    found = _chain(_script({"podSelector": {}, "egress": [rule]}), "egress_10_201_0_5")
    assert found[0] == "ip daddr 0.0.0.0/0 ip daddr != { 10.0.0.0/8 } udp dport 53 return"


def test_an_address_belongs_to_the_pod_that_lives() -> None:
    over = {**_OTHER, "status": {"podIP": "10.201.0.5", "phase": "Succeeded"}}
    assert rules.pods_with_address([over, _WEB]) == [_WEB]


@pytest.mark.parametrize(
    ("operator", "values", "expected"),
    [
        ("In", ["x"], True),
        ("NotIn", ["x"], False),
        ("Exists", [], True),
        ("DoesNotExist", [], False),
    ],
)
def test_expressions(operator: str, values: list[str], expected: bool) -> None:
    wanted = {"key": "k", "operator": operator, "values": values}
    assert matches({"matchExpressions": [wanted]}, {"k": "x"}) is expected


def test_a_label_that_lacks_is_in_no_set() -> None:
    assert matches({"matchExpressions": [{"key": "k", "operator": "NotIn", "values": ["x"]}]}, {})
