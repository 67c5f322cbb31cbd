"""The command line of every program on the node, in the order in which they are started."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cluster.addresses import NODE_NAME, Addresses
from tests.cluster.paths import State

ETCD = "http://127.0.0.1:2379"


def etcd(state: State) -> list[str]:
    return [
        "etcd",
        f"--name={NODE_NAME}",
        f"--data-dir={state.folder / 'etcd'}",
        # Without TLS, but on a loopback that only the node's own network namespace has.
        f"--listen-client-urls={ETCD}",
        f"--advertise-client-urls={ETCD}",
        "--listen-peer-urls=http://127.0.0.1:2380",
        "--initial-advertise-peer-urls=http://127.0.0.1:2380",
        f"--initial-cluster={NODE_NAME}=http://127.0.0.1:2380",
        "--quota-backend-bytes=2147483648",
        "--logger=zap",
        "--log-level=warn",
    ]


def containerd(state: State) -> list[str]:
    return ["containerd", "--config", str(state.configs / "containerd.toml")]


def apiserver(state: State, addresses: Addresses, home: Path) -> list[str]:
    keys = state.certificates
    return [
        str(home / "kube-apiserver"),
        f"--advertise-address={addresses.node}",
        "--bind-address=0.0.0.0",
        "--secure-port=6443",
        f"--etcd-servers={ETCD}",
        f"--service-cluster-ip-range={addresses.services}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--anonymous-auth=false",
        # Or it refuses privileged pods by itself, and nobody sees whether Pod Security would.
        "--allow-privileged=true",
        f"--client-ca-file={keys / 'ca.crt'}",
        f"--tls-cert-file={keys / 'apiserver.crt'}",
        f"--tls-private-key-file={keys / 'apiserver.key'}",
        f"--kubelet-certificate-authority={keys / 'ca.crt'}",
        f"--kubelet-client-certificate={keys / 'apiserver-kubelet-client.crt'}",
        f"--kubelet-client-key={keys / 'apiserver-kubelet-client.key'}",
        # The node's name is in no DNS: `logs` and `exec` would not find it.
        "--kubelet-preferred-address-types=InternalIP",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={keys / 'service-account.pub'}",
        f"--service-account-signing-key-file={keys / 'service-account.key'}",
        "--event-ttl=2h",
        "--profiling=false",
    ]


def controller_manager(state: State, home: Path) -> list[str]:
    keys = state.certificates
    kubeconfig = state.configs / "kube-controller-manager.kubeconfig"
    return [
        str(home / "kube-controller-manager"),
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--use-service-account-credentials",
        f"--root-ca-file={keys / 'ca.crt'}",
        f"--service-account-private-key-file={keys / 'service-account.key'}",
        f"--cluster-signing-cert-file={keys / 'ca.crt'}",
        f"--cluster-signing-key-file={keys / 'ca.key'}",
        # The default lies below /usr, and it makes it.
        f"--flex-volume-plugin-dir={state.folder / 'volume-plugins'}",
        "--profiling=false",
    ]


def scheduler(state: State, home: Path) -> list[str]:
    kubeconfig = state.configs / "kube-scheduler.kubeconfig"
    return [
        str(home / "kube-scheduler"),
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
        "--profiling=false",
    ]


def kubelet(state: State, addresses: Addresses, home: Path) -> list[str]:
    return [
        str(home / "kubelet"),
        f"--config={state.configs / 'kubelet.yaml'}",
        f"--kubeconfig={state.configs / 'kubelet.kubeconfig'}",
        f"--root-dir={state.folder / 'kubelet'}",
        f"--cert-dir={state.folder / 'kubelet-certificates'}",
        f"--hostname-override={NODE_NAME}",
        f"--node-ip={addresses.node}",
    ]


def kube_proxy(state: State, home: Path) -> list[str]:
    return [
        str(home / "kube-proxy"),
        f"--config={state.configs / 'kube-proxy.yaml'}",
        f"--hostname-override={NODE_NAME}",
    ]


def policies(state: State, addresses: Addresses) -> list[str]:
    """Enforces NetworkPolicies: docs/adr says why it is our own."""
    kubeconfig = str(state.configs / "policies.kubeconfig")
    return [sys.executable, "-m", "tests.cluster.policies", kubeconfig, str(addresses.pods)]
