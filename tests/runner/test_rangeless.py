"""A store that knows no ranges answers with everything."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from runner.sparse import PART, RangelessError
from runner.storage import open_storage
from schema.job import StorageAccess
from schema.source import SourceRef

DATA = os.urandom(PART + 1_000_000)
SOURCE = SourceRef(bucket="in", key="film.mp4", etag=None, size=len(DATA))


@dataclass
class Rangeless:
    """Serves one object; counts what it could send."""

    access: StorageAccess
    sent: int = 0


@pytest.fixture
def rangeless() -> Iterator[Rangeless]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("etag", '"one"')
            self.send_header("content-length", str(len(DATA)))
            self.end_headers()

        def do_GET(self) -> None:
            self.do_HEAD()
            try:
                for start in range(0, len(DATA), 65_536):
                    self.wfile.write(DATA[start : start + 65_536])
                    store.sent += len(DATA[start : start + 65_536])
            except ConnectionError:
                pass

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    access = StorageAccess(
        endpoint=f"http://127.0.0.1:{server.server_port}",
        region="us-east-1",
        access_key_id="k",
        secret_access_key="s",
    )
    store = Rangeless(access)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield store
    server.shutdown()
    server.server_close()
    thread.join()


async def test_the_whole_is_taken_as_it_comes(rangeless: Rangeless, tmp_path: Path) -> None:
    async with open_storage(lambda: rangeless.access) as client:
        fetched = await client.fetch(SOURCE, tmp_path / "in", lambda _: None)
    assert fetched.sha256 == hashlib.sha256(DATA).hexdigest()
    assert (tmp_path / "in").read_bytes() == DATA


async def test_a_range_is_refused_and_not_written_elsewhere(
    rangeless: Rangeless, tmp_path: Path
) -> None:
    async with open_storage(lambda: rangeless.access) as client:
        sparse = await client.sparse(SOURCE, tmp_path / "in")
        with pytest.raises(RangelessError):
            await sparse.need(len(DATA) - 10, len(DATA))
    assert (tmp_path / "in").stat().st_blocks == 0
    assert rangeless.sent < len(DATA), "all of it was read"
