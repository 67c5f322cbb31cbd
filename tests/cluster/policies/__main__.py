"""Keeps the node's firewall as the NetworkPolicies say.

python -m tests.cluster.policies KUBECONFIG POD_NETWORK
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

import kubernetes
import urllib3

from tests.cluster.policies import rules

# In seconds. Lists at resource version 0 come out of the API server's memory.
_EVERY = 0.2
_LISTS = {
    "pods": "/api/v1/pods",
    "namespaces": "/api/v1/namespaces",
    "policies": "/apis/networking.k8s.io/v1/networkpolicies",
}


def main(kubeconfig: str, net: str) -> None:
    client = kubernetes.config.new_client_from_config(kubeconfig)
    applied = ""
    # Before the first look nothing passes between pods.
    _apply(rules.script(rules.Cluster(net, [], {}, [])))
    while True:
        try:
            wanted = rules.script(_look(client, net))
            if wanted != applied:
                _apply(wanted)
                applied = wanted
        except (
            OSError,
            subprocess.CalledProcessError,
            urllib3.exceptions.HTTPError,
            kubernetes.client.ApiException,
        ) as error:
            # The API server restarts in some tests; the rules in the kernel stay meanwhile.
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        time.sleep(_EVERY)


def _look(client: Any, net: str) -> rules.Cluster:
    found = {name: _list(client, path) for name, path in _LISTS.items()}
    return rules.Cluster(
        net=net,
        pods=rules.pods_with_address(found["pods"]),
        namespaces={
            item["metadata"]["name"]: item["metadata"].get("labels") or {}
            for item in found["namespaces"]
        },
        policies=found["policies"],
    )


def _list(client: Any, path: str) -> list[rules.Object]:
    answer = client.call_api(
        "GET",
        f"{client.configuration.host}{path}?resourceVersion=0",
        header_params={"Accept": "application/json"},
        _request_timeout=(2, 5),
    )
    if answer.status != 200:
        raise OSError(f"{path}: {answer.status} {answer.reason}")
    return list(json.loads(answer.read())["items"])


def _apply(text: str) -> None:
    subprocess.run(["/usr/sbin/nft", "-f", "-"], input=text, text=True, check=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
