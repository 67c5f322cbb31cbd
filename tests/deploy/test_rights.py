"""Who may do what, and who reaches whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from api.adapters.kubernetes.permissions import NEEDED, NEEDED_BY_NAME, NEEDED_EVERYWHERE
from tests.deploy.charts import PRODUCTION, TRIAL, Helm, Object, kinds, merged, one

API = {"kind": "ServiceAccount", "name": "demo-api", "namespace": "media"}


def rules(objects: list[Object], kind: str, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = one(objects, kind, name)["rules"]
    return found


def rights(found: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """(group, resource, verb) of every right; none of them is for a wildcard."""
    return {
        (group, resource, verb)
        for rule in found
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def needed(calls: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> set[tuple[str, str, str]]:
    """The same, of what the code says that it calls."""
    return {
        (group, f"{resource}/{part}" if part else resource, verb)
        for group, resource, part, verbs in calls
        for verb in verbs
    }


@pytest.mark.parametrize("place", ["media", "runners"])
def test_the_api_may_do_exactly_this_to_runners(helm: Helm, place: str) -> None:
    elsewhere = {"runner": {"namespace": "" if place == "media" else place}}
    objects = helm.objects(merged(PRODUCTION, elsewhere))
    found = rules(objects, "Role", "demo-jobs")
    named = [rule for rule in found if "resourceNames" in rule]
    assert rights([rule for rule in found if rule not in named]) == needed(NEEDED)
    assert rights(named) == needed(NEEDED_BY_NAME)
    assert [rule["resourceNames"] for rule in named] == [["demo-runner"]]
    for kind in ("Role", "RoleBinding"):
        assert one(objects, kind, "demo-jobs")["metadata"]["namespace"] == place
    assert one(objects, "RoleBinding", "demo-jobs")["subjects"] == [API]
    assert one(objects, "ServiceAccount", "demo-runner")["metadata"]["namespace"] == place


def test_all_over_the_cluster_it_may_only_review_tokens(helm: Helm) -> None:
    objects = helm.objects(PRODUCTION)
    found = rules(objects, "ClusterRole", "media-demo-tokenreview")
    assert rights(found) == needed(NEEDED_EVERYWHERE)
    assert rights(found) == {("authentication.k8s.io", "tokenreviews", "create")}
    assert one(objects, "ClusterRoleBinding", "media-demo-tokenreview")["subjects"] == [API]
    assert [o["metadata"]["name"] for o in objects if o["kind"] == "ClusterRole"] == [
        "media-demo-tokenreview"
    ]


def test_the_migration_may_fill_one_secret(helm: Helm) -> None:
    objects = helm.objects(PRODUCTION)
    assert rules(objects, "Role", "demo-first-key") == [
        {
            "apiGroups": [""],
            "resources": ["secrets"],
            "resourceNames": ["demo-first-key"],
            "verbs": ["get", "patch"],
        }
    ]
    (subject,) = one(objects, "RoleBinding", "demo-first-key")["subjects"]
    assert subject["name"] == "demo-migrate"


def test_with_a_key_of_yours_nobody_may_touch_secrets(helm: Helm) -> None:
    objects = helm.objects(merged(PRODUCTION, {"firstKey": {"existingSecret": "mine"}}))
    assert {o["metadata"]["name"] for o in objects if o["kind"] == "Role"} == {"demo-jobs"}
    pod = one(objects, "Job", "demo-migrate-install")["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False


def test_no_right_is_given_to_runners(helm: Helm) -> None:
    for values in (PRODUCTION, TRIAL):
        for found in helm.objects(values):
            if found["kind"].endswith("RoleBinding"):
                assert "runner" not in {subject["name"] for subject in found["subjects"]}
                assert all(not s["name"].endswith("-runner") for s in found["subjects"])


def test_without_rbac_there_is_none(helm: Helm) -> None:
    made = kinds(helm.objects(merged(PRODUCTION, {"rbac": {"create": False}})))
    assert not {kind for kind in made if "Role" in kind}


def egress(objects: list[Object]) -> list[dict[str, Any]]:
    policy = one(objects, "NetworkPolicy", "demo-runner")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert policy["ingress"] == []
    assert policy["podSelector"]["matchLabels"] == {
        "app.kubernetes.io/name": "reelmill",
        "app.kubernetes.io/instance": "demo",
        "app.kubernetes.io/component": "runner",
    }
    found: list[dict[str, Any]] = policy["egress"]
    return found


def components(rule: dict[str, Any]) -> set[str]:
    return {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in rule["to"]
    }


def test_a_runner_reaches_dns_the_api_and_the_store(helm: Helm) -> None:
    dns, api, store = egress(helm.objects(TRIAL))
    assert {port["port"] for port in dns["ports"]} == {53}
    assert (components(api), [port["port"] for port in api["ports"]]) == ({"api"}, [8400])
    assert (components(store), [port["port"] for port in store["ports"]]) == ({"s3"}, [8333])


def test_dns_may_answer_at_other_ports(helm: Helm) -> None:
    dns, *_ = egress(helm.objects(merged(PRODUCTION, {"networkPolicy": {"dnsPorts": [53, 5353]}})))
    found = [(port["protocol"], port["port"]) for port in dns["ports"]]
    assert found == [("UDP", 53), ("TCP", 53), ("UDP", 5353), ("TCP", 5353)]


def test_a_store_outside_is_no_way_into_the_private_network(helm: Helm) -> None:
    *_, store = egress(helm.objects(PRODUCTION))
    assert store["ports"] == [{"protocol": "TCP", "port": 443}]
    excepted = {net for peer in store["to"] for net in peer["ipBlock"]["except"]}
    assert {"10.0.0.0/8", "169.254.0.0/16", "192.168.0.0/16", "172.16.0.0/12"} <= excepted


def test_only_api_and_migration_reach_postgresql(helm: Helm) -> None:
    policy = one(helm.objects(TRIAL), "NetworkPolicy", "demo-postgres")["spec"]
    (rule,) = policy["ingress"]
    who = {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/component"] for peer in rule["from"]
    }
    assert who == {"api", "migrate"}
    assert policy["egress"] == []


def test_a_narrowed_api_still_hears_its_runners(helm: Helm) -> None:
    values = {"networkPolicy": {"apiFrom": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}}
    policy = one(helm.objects(merged(PRODUCTION, values)), "NetworkPolicy", "demo-api")["spec"]
    (rule,) = policy["ingress"]
    assert rule["from"][0] == {"ipBlock": {"cidr": "10.0.0.0/8"}}
    labels = rule["from"][1]["podSelector"]["matchLabels"]
    assert labels["app.kubernetes.io/component"] == "runner"
