"""`python -m bench.load`: keep-alive clients that ask one thing again and again.

What to ask is JSON on stdin: port, path, headers, body, connections, seconds. The answer is JSON
on stdout: the rate, and one of the bodies. It reads no more of HTTP than it must, so that the
client is cheap.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of it. `body` is one answer."""

    rate: float
    p99_ms: float
    body: bytes


def ask(
    *, port: int, path: str, headers: dict[str, str], body: bytes, connections: int, seconds: float
) -> Asked:
    """Ask from a process of its own."""
    wanted = {
        "port": port,
        "path": path,
        "headers": headers,
        "body": body.decode(),
        "connections": connections,
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(wanted).encode(),
        capture_output=True,
        check=False,
        timeout=seconds + 60,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace")[-3000:])
    said = json.loads(done.stdout)
    return Asked(said["rate"], said["p99_ms"], said["body"].encode())


async def _run(wanted: dict[str, Any]) -> dict[str, Any]:
    body = wanted["body"].encode()
    headers = {"host": "127.0.0.1", "content-length": str(len(body)), **wanted["headers"]}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"POST {wanted['path']} HTTP/1.1\r\n{lines}\r\n".encode() + body
    took: list[float] = []
    began = time.perf_counter()
    end = began + wanted["seconds"]
    last = await asyncio.gather(
        *(_client(wanted["port"], request, end, took) for _ in range(wanted["connections"]))
    )
    seconds = time.perf_counter() - began
    took.sort()
    p99 = took[int(len(took) * 0.99)] * 1000
    return {"rate": len(took) / seconds, "p99_ms": p99, "body": last[0].decode()}


async def _client(port: int, request: bytes, end: float, took: list[float]) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
    body = b""
    while time.perf_counter() < end:
        began = time.perf_counter()
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        body = await reader.readexactly(length)
        if b" 200 " not in head[:20]:
            raise RuntimeError(f"{head!r} {body!r}")
        took.append(time.perf_counter() - began)
    writer.close()
    return body


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))
