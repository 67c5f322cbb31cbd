"""Configuration files of the node's programs, as plain data."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import yaml

from tests.cluster.addresses import Addresses
from tests.cluster.paths import State

PAUSE_IMAGE = "reelmill.invalid/pause:1"
_KUBECONFIGS = ("kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "policies")


def write(state: State, addresses: Addresses) -> None:
    folder = state.configs
    (folder / "cni").mkdir(parents=True, exist_ok=True)
    for name in _KUBECONFIGS:
        _kubeconfig(folder / f"{name}.kubeconfig", state, addresses, name)
    _kubeconfig(state.kubeconfig, state, addresses, "admin")
    _yaml(folder / "kubelet.yaml", kubelet(state, addresses))
    _yaml(folder / "kube-proxy.yaml", kube_proxy(state, addresses))
    (folder / "containerd.toml").write_text(containerd(state))
    (folder / "cni" / "10-ptp.conflist").write_text(json.dumps(cni(state, addresses), indent=1))
    # The cluster has no name server above its own: a test that needs the internet must fail here.
    (folder / "resolv.conf").write_text("")


def kubelet(state: State, addresses: Addresses) -> dict[str, Any]:
    certificates = state.certificates
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": str(addresses.node),
        "healthzBindAddress": "127.0.0.1",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(certificates / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(certificates / "kubelet-server.crt"),
        "tlsPrivateKeyFile": str(certificates / "kubelet-server.key"),
        "clusterDNS": [str(addresses.dns)],
        "clusterDomain": "cluster.local",
        "resolvConf": str(state.configs / "resolv.conf"),
        "containerRuntimeEndpoint": f"unix://{state.containerd}",
        "podLogsDir": str(state.folder / "pod-logs"),
        # The default lies below /usr, and the kubelet makes it.
        "volumePluginDir": str(state.folder / "volume-plugins"),
        # A hybrid or a version 1 cgroup layout is what many virtual machines still have.
        "failCgroupV1": False,
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{state.cgroup}",
        "failSwapOn": False,
        # The machine's disk is not ours: evict for what the tests do, not for how full it is.
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "150Mi",
            "imagefs.available": "150Mi",
        },
        # How full volumes are is looked at once a minute otherwise, and evictions follow from it.
        "volumeStatsAggPeriod": "10s",
        # Images come by hand; one that was collected could never come back.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "maxPods": 200,
        "serializeImagePulls": False,
        "nodeStatusUpdateFrequency": "4s",
    }


def kube_proxy(state: State, addresses: Addresses) -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(state.configs / "kube-proxy.kubeconfig")},
        "mode": "iptables",
        "clusterCIDR": str(addresses.pods),
        "healthzBindAddress": "127.0.0.1:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        # Zero leaves the machine's own settings alone.
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": "0s",
            "tcpCloseWaitTimeout": "0s",
        },
        "iptables": {"minSyncPeriod": "0s"},
    }


def containerd(state: State) -> str:
    return f"""\
version = 2
root = "{state.folder / "containerd"}"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp"]

[grpc]
  address = "{state.containerd}"

[plugins."io.containerd.internal.v1.opt"]
  # The default is /opt/containerd, which stays behind.
  path = "{state.folder / "opt"}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE_IMAGE}"
  # A container may not lower its score where the machine itself may not; runc fails then with
  # "can't get final child's PID from pipe: EOF".
  restrict_oom_score_adj = true
  disable_tcp_service = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{state.configs / "cni"}"

  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"

      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
"""


def cni(state: State, addresses: Addresses) -> dict[str, Any]:
    """Point to point, not a bridge: each packet is routed, so the firewall sees every one."""
    subnet = {"subnet": str(addresses.pods)}
    return {
        "cniVersion": "0.4.0",
        "name": "reelmill",
        "plugins": [
            {
                "type": "ptp",
                "ipMasq": False,
                "ipam": {
                    "type": "host-local",
                    "ranges": [[subnet]],
                    "routes": [{"dst": "0.0.0.0/0"}],
                    "dataDir": str(state.folder / "cni-addresses"),
                },
            },
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ],
    }


def _kubeconfig(path: Path, state: State, addresses: Addresses, user: str) -> None:
    def data(name: str) -> str:
        return base64.b64encode((state.certificates / name).read_bytes()).decode()

    _yaml(
        path,
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [
                {
                    "name": "reelmill-tests",
                    "cluster": {
                        "server": addresses.api,
                        "certificate-authority-data": data("ca.crt"),
                    },
                }
            ],
            "users": [
                {
                    "name": user,
                    "user": {
                        "client-certificate-data": data(f"{user}.crt"),
                        "client-key-data": data(f"{user}.key"),
                    },
                }
            ],
            "contexts": [{"name": "tests", "context": {"cluster": "reelmill-tests", "user": user}}],
            "current-context": "tests",
        },
    )


def _yaml(path: Path, body: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(body, sort_keys=False))
    path.chmod(0o600)
