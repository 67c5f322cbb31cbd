"""The Debian packages that the cluster is made of; what is there already is not touched."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
IMAGES = ("buildah", "mmdebstrap", "ca-certificates", "git")
_POLICY = Path("/usr/sbin/policy-rc.d")


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
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ["-o", "DPkg::Lock::Timeout=300"]
    run(["apt-get", "update", "-q", *wait], env=env, seconds=600)
    with _nothing_starts():
        words = ["install", "-q", "-y", "--no-install-recommends", *wait, *wanted]
        run(["apt-get", *words], env=env, seconds=1200)
    return wanted


@contextmanager
def _nothing_starts() -> Iterator[None]:
    """Debian's own way to install a server without starting it (invoke-rc.d(8))."""
    if _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink()
