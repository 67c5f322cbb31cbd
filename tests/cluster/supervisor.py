"""The first process of the node: starts its programs, starts them again, reaps what is left.

Runs as process 1 of a PID namespace of its own, so that the kernel ends every process of the
cluster, down to the last container, when this one is ended. Standard library only.

    python -m tests.cluster.supervisor FOLDER

Takes one JSON document a connection on the socket FOLDER/control and answers with one:
{"do": "start", "name": ..., "argv": [...]}, {"do": "stop" | "kill" | "restart", "name": ...},
{"do": "list"}.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# A program that ends at once is not started more often than this, in seconds.
_PAUSE = 1.0
_GRACE = 10.0


@dataclass
class Service:
    name: str
    argv: list[str]
    wanted: bool = True
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    started: float = field(default=0.0)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def shown(self) -> dict[str, Any]:
        pid = self.process.pid if self.process and self.running() else None
        return {"name": self.name, "pid": pid, "starts": self.starts, "wanted": self.wanted}


class Supervisor:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._services: dict[str, Service] = {}
        self._lock = threading.Lock()

    def serve(self) -> None:
        """Until the end of the process."""
        (self._folder / "logs").mkdir(exist_ok=True)
        address = self._folder / "control"
        address.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(address))
            listener.listen()
            threading.Thread(target=self._keep, daemon=True).start()
            while True:
                connection, _ = listener.accept()
                with connection, connection.makefile("rw") as stream:
                    self._answer(stream)

    def _answer(self, stream: Any) -> None:
        try:
            request = json.loads(stream.readline())
            answer = self._do(request)
        except Exception as error:  # noqa: BLE001 - the node must outlive a bad request
            answer = {"error": f"{type(error).__name__}: {error}"}
        try:
            stream.write(json.dumps(answer) + "\n")
            stream.flush()
        except OSError:
            pass  # who asked is gone

    def _do(self, request: dict[str, Any]) -> Any:
        with self._lock:
            match request["do"]:
                case "start":
                    name = request["name"]
                    old = self._services.get(name)
                    if old is None or request.get("argv"):
                        self._services[name] = old = Service(name, request["argv"])
                    old.wanted = True
                    self._start(old)
                case "stop":
                    self._stop(self._services[request["name"]])
                case "restart":
                    service = self._services[request["name"]]
                    self._stop(service)
                    service.wanted = True
                    self._start(service)
                case "kill":
                    process = self._services[request["name"]].process
                    if process is not None:
                        process.kill()
                case "list":
                    pass
                case other:
                    raise ValueError(f"unknown: {other}")
            return [service.shown() for service in self._services.values()]

    def _start(self, service: Service) -> None:
        with (self._folder / "logs" / f"{service.name}.log").open("ab") as log:
            log.write(f"--- {' '.join(service.argv)}\n".encode())
            log.flush()
            service.process = subprocess.Popen(
                service.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        service.started = time.monotonic()
        service.starts += 1

    def _stop(self, service: Service) -> None:
        service.wanted = False
        if service.process is None or not service.running():
            return
        service.process.terminate()
        try:
            service.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            service.process.kill()
            service.process.wait()

    def _keep(self) -> None:
        """Starts again what ended by itself, and reaps the orphans that are left to process 1."""
        while True:
            time.sleep(0.1)
            with self._lock:
                for service in self._services.values():
                    due = time.monotonic() - service.started > _PAUSE
                    if service.wanted and not service.running() and due:
                        self._start(service)
                self._reap()

    def _reap(self) -> None:
        ours = {s.process.pid for s in self._services.values() if s.process is not None}
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                after = entry.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            pid = int(entry.parent.name)
            # State Z and child of process 1, but none that Popen waits for.
            if after[0] == "Z" and after[1] == "1" and pid not in ours:
                try:
                    os.waitpid(pid, os.WNOHANG)
                except ChildProcessError:
                    continue


if __name__ == "__main__":
    # Process 1 has no default handlers: without one the kernel drops these signals.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    Supervisor(Path(sys.argv[1])).serve()
