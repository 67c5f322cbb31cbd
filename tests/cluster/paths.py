"""Where the cluster's programs are kept and where a running cluster keeps its things."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(__file__).resolve().parent / "tools"

# The node gets file systems of its own over these, so nothing of the cluster may live there.
_HIDDEN_INSIDE = ("/run", "/var/run", "/var/lib", "/var/log")


def cache() -> Path:
    """What may be kept from run to run: compiled programs, images. REELMILL_CACHE moves it."""
    named = os.environ.get("REELMILL_CACHE")
    return (Path(named) if named else Path.home() / ".cache" / "reelmill").resolve()


def programs(group: str, version: str) -> Path:
    return cache() / group / version


@dataclass(frozen=True)
class State:
    """One cluster's folder. All of it is gone after `down`."""

    name: str

    @property
    def folder(self) -> Path:
        return cache() / "clusters" / self.name

    @property
    def certificates(self) -> Path:
        return self.folder / "certificates"

    @property
    def configs(self) -> Path:
        return self.folder / "configs"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's, for a client on this machine."""
        return self.folder / "kubeconfig"

    @property
    def control(self) -> Path:
        """The supervisor's socket."""
        return self.folder / "control"

    @property
    def containerd(self) -> Path:
        return self.folder / "containerd.sock"

    @property
    def cgroup(self) -> str:
        return f"reelmill-cluster-{self.name}"

    def check(self) -> None:
        """Refuses a folder that the node would hide from itself. Raises ValueError."""
        folder = str(self.folder)
        for hidden in _HIDDEN_INSIDE:
            if folder.startswith(f"{hidden}/"):
                raise ValueError(
                    f"{folder} is below {hidden}, which the test node replaces by its own: "
                    "set REELMILL_CACHE to another folder."
                )
        # A Unix socket's address has room for 108 bytes, containerd's for two less.
        if len(str(self.containerd)) > 100:
            raise ValueError(f"{folder} is too long a path: set REELMILL_CACHE to a shorter one.")
