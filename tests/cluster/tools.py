"""Compiles the cluster's programs, each version once, into the cache.

Every group is a Go module of its own under tools/, since their dependencies contradict each other.
go.sum pins every line of source; nothing is downloaded that it does not name.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.cluster import gotools, paths
from tests.cluster.command import CommandError


@dataclass(frozen=True)
class Group:
    """Programs out of one tools module, and the module whose release gives them their version."""

    name: str
    packages: tuple[str, ...]
    module: str | None = None
    stamp: Callable[[str], str] = lambda _version: ""

    @property
    def folder(self) -> Path:
        return paths.TOOLS / self.name

    def release(self) -> str:
        """`v1.36.3`: what go.mod requires of the module."""
        assert self.module, f"{self.name} is of no module's release"
        text = (self.folder / "go.mod").read_text()
        found = re.search(rf"^\s*(?:require )?{re.escape(self.module)} (v\S+)", text, re.MULTILINE)
        if found is None:
            raise LookupError(f"{self.folder}/go.mod requires no {self.module}")
        return found.group(1)

    def version(self) -> str:
        """The release, and for source of our own a hash of it: the name in the cache."""
        parts = [self.release()] if self.module else []
        if own := sorted(self.folder.glob("*.go")):
            body = b"".join(path.read_bytes() for path in own)
            parts.append(hashlib.sha256(body).hexdigest()[:12])
        return "-".join(parts)

    def home(self) -> Path:
        return paths.programs(self.name, self.version())


def _kubernetes_stamp(version: str) -> str:
    """Without it every program calls itself v0.0.0, and helm and kubelet compare versions."""
    major, minor = version.removeprefix("v").split(".")[:2]
    words = []
    for package in ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version"):
        for name, value in (
            ("gitVersion", version),
            ("gitMajor", major),
            ("gitMinor", minor),
            ("gitTreeState", "clean"),
        ):
            words.append(f"-X {package}.{name}={value}")
    return " ".join(words)


KUBERNETES = Group(
    "kubernetes",
    tuple(
        f"k8s.io/kubernetes/cmd/{name}"
        for name in (
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kubelet",
            "kube-proxy",
        )
    ),
    "k8s.io/kubernetes",
    _kubernetes_stamp,
)
COREDNS = Group("coredns", (".",), "github.com/coredns/coredns")
HELM = Group(
    "helm",
    ("helm.sh/helm/v4/cmd/helm",),
    "helm.sh/helm/v4",
    lambda version: f"-X helm.sh/helm/v4/internal/version.version={version}",
)
PROBE = Group("probe", (".",))
ALL = (PROBE, COREDNS, HELM, KUBERNETES)


def ensure(group: Group, say: Callable[[str], None] = print) -> Path:
    """The folder with the group's programs, compiled now if this version never was."""
    home = group.home()
    home.parent.mkdir(parents=True, exist_ok=True)
    with (home.parent / f"{home.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.is_dir():
            _compile(group, home, say)
    return home


def _compile(group: Group, home: Path, say: Callable[[str], None]) -> None:
    began = time.monotonic()
    say(f"compiling {group.name} {group.version()} ...")
    part = home.with_name(f"{home.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    for package in group.packages:
        _build(group, package, part)
        say(f"  {package.rsplit('/', 1)[-1]} after {time.monotonic() - began:.0f} s")
    # Under its own name only when it is whole: a build that was killed leaves no half a cluster.
    part.rename(home)


def _build(group: Group, package: str, part: Path) -> None:
    name = group.name if package == "." else package.rsplit("/", 1)[-1]
    flags = f"-s -w {group.stamp(group.release()) if group.module else ''}".strip()
    argv = [str(gotools.go()), "build", "-trimpath", "-mod=readonly", "-ldflags", flags]
    env = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOWORK": "off"}
    done = subprocess.run(
        [*argv, "-o", str(part / name), package],
        cwd=group.folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        tail = "\n".join(done.stderr.splitlines()[-30:])
        raise CommandError(f"go build {package} ended with {done.returncode}:\n{tail}")


def main() -> int:
    for group in ALL:
        home = ensure(group)
        size = sum(path.stat().st_size for path in home.iterdir()) / 2**20
        print(f"{group.name} {group.version()}: {home} ({size:.0f} MiB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
