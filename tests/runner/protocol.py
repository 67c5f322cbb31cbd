"""A scripted double of the API's side of the runner protocol, on a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, dict[str, Any]]


def claim(**changes: Any) -> dict[str, Any]:
    """A claim of one task, as the API answers it."""
    values: dict[str, Any] = {
        "task_id": "t1",
        "token": "token",
        "epoch": 1,
        "lease_seconds": 30,
        "spec": {
            "job_id": "job",
            "attempt": 1,
            "task": "encode",
            "index": 0,
            "title": "Film",
            "source": {"bucket": "in", "key": "film.mp4", "etag": None, "size": 1},
            "recipe": {"mp4": {}},
            "target": {"bucket": "out", "prefix": "p/"},
        },
        "storage": {
            "endpoint": "http://127.0.0.1:9",
            "region": "us-east-1",
            "access_key_id": "key",
            "secret_access_key": "secret",
        },
        "from_a_newer_api": True,
    }
    return values | changes


@dataclass
class FakeApi:
    """Answers a claim with `claim`, and progress by `on_progress`. Records what it was told.

    `away` counts requests that are still to be answered 503, as while the API restarts.
    """

    claim: dict[str, Any]
    proof: str = "the proof"
    on_progress: Callable[[dict[str, Any]], Answer] | None = None
    on_claim: Callable[[dict[str, Any]], Answer] | None = None
    on_end: Callable[[dict[str, Any]], Answer] | None = None
    have: tuple[str, ...] = ()  # parts that were made before
    away: int = 0
    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                verb = self.path.rsplit("/", 1)[-1]
                token = self.headers["authorization"].removeprefix("Bearer ")
                status, answer = api.answer(verb, token, body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Quiet: the runner logs."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, verb: str, token: str, body: dict[str, Any]) -> Answer:
        if self.away:
            self.away -= 1
            return 503, {"message": "the API restarts"}
        self.calls.append((verb, token, body))
        if verb == "claim" and self.on_claim:
            return self.on_claim(body)
        if verb == "claim":
            return (200, self.claim) if token == self.proof else (401, {"message": "no proof"})
        if verb == "progress" and self.on_progress:
            return self.on_progress(body)
        if verb in {"progress", "sourced"}:
            return 200, {"lease_seconds": self.claim["lease_seconds"], "have": self.have}
        self.ended.set()
        return self.on_end(body) if self.on_end else (200, {})

    def said(self, verb: str) -> list[dict[str, Any]]:
        """Bodies of all calls of one kind, in order."""
        return [body for seen, _, body in self.calls if seen == verb]
