"""The Debian packages that the cluster is made of; what is there already is not touched."""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.cluster.command import run

NODE = (
    "etcd-server",
    "containerd",
    "runc",
    "containernetworking-plugins",
    "iptables",
    "nftables",
    "ipset",
    "conntrack",
    "iproute2",
    "util-linux",
    "mount",
)
IMAGES = ("buildah", "mmdebstrap", "ca-certificates")


def missing(names: tuple[str, ...]) -> list[str]:
    """Those of `names` that are not installed."""
    found = subprocess.run(
        ["/usr/bin/dpkg-query", "-W", "-f=${Package} ${Status}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    there = {line.split()[0] for line in found.stdout.splitlines() if line.endswith(" installed")}
    return [name for name in names if name not in there]


def install(names: tuple[str, ...]) -> list[str]:
    """Installs what lacks and returns it. Raises CommandError.

    No service is started: Debian would start an etcd and a containerd that nobody asked for.
    """
    wanted = missing(names)
    if not wanted:
        return []
    if shutil.which("apt-get") is None:
        raise RuntimeError(f"No apt-get here; install these yourself: {', '.join(wanted)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    run(["apt-get", "update", "-q"], env=env, seconds=600)
    options = ["-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    run(["apt-get", "install", *options, *wanted], env=env, seconds=1200)
    return wanted
