"""A store that answers as it is told: for what no real one can be brought to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Answer:
    """One answer. `promised`: the length it claims to have; `cut`: nothing at all is said."""

    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None
    cut: bool = False

    @property
    def raw(self) -> bytes:
        data = self.body.encode()
        length = len(data) if self.promised is None else self.promised
        head = {"content-length": str(length), "connection": "close", **self.headers}
        lines = [f"HTTP/1.1 {self.status} X", *(f"{k}: {v}" for k, v in head.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def error(status: int, code: str, more: str = "", **headers: str) -> Answer:
    """As S3 says it."""
    body = f"<Error><Code>{code}</Code><Message>told so</Message>{more}</Error>"
    return Answer(status, '<?xml version="1.0"?>' + body, headers)


@dataclass
class Double:
    """Gives the answers in turn, the last one for ever; remembers what was asked and sent."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    url: str = ""

    def will(self, *answers: Answer) -> None:
        self.answers, self.asked, self.sent = list(answers), [], []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        named = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
        if "100-continue" in named.get("expect", ""):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = await reader.readexactly(int(named.get("content-length", "0")))
        self.sent.append(head + body.decode("utf-8", "replace"))
        self.asked.append(lines[0].removesuffix(" HTTP/1.1"))
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if not answer.cut:
            # To a HEAD nobody gives a body.
            raw = answer.raw
            writer.write(
                raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if lines[0][:4] == "HEAD" else raw
            )
            await writer.drain()
        writer.close()


@asynccontextmanager
async def serving() -> AsyncIterator[Double]:
    """A double on a free port."""
    double = Double()
    server = await asyncio.start_server(double.serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        double.url = f"http://127.0.0.1:{port}"
        yield double
