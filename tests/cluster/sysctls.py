"""Kernel settings of the whole machine that the kubelet changes; put back when the node goes."""

from __future__ import annotations

import json
from pathlib import Path

# What the kubelet's container manager and kube-proxy write that no namespace keeps apart.
_WRITTEN = (
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
)
_PROC = Path("/proc/sys")


def remember(folder: Path) -> None:
    """Once: after a crash the file still has the values from before the first start."""
    file = folder / "sysctls.json"
    if not file.exists():
        values = {name: (_PROC / name).read_text().strip() for name in _WRITTEN}
        file.write_text(json.dumps(values))


def restore(folder: Path) -> None:
    file = folder / "sysctls.json"
    if file.exists():
        for name, value in json.loads(file.read_text()).items():
            if (_PROC / name).read_text().strip() != value:
                (_PROC / name).write_text(value)
