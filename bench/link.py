"""A link to a store that is as slow as a network, and counts what comes over it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from local.ports import LOOPBACK

_CHUNK = 64 * 1024


class Link:
    """Passes connections on. All together they get `rate` bytes a second from the store."""

    def __init__(self, endpoint: str, rate: float) -> None:
        place = urlsplit(endpoint)
        self._store = (place.hostname or LOOPBACK, place.port or 80)
        self._rate = rate
        self._lock = threading.Lock()
        self._free_at = 0.0
        self.received = 0
        self._listener = socket.create_server((LOOPBACK, 0))
        self.endpoint = f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        """Until it is closed."""
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._store)
                for pair, counted in (((near, far), False), ((far, near), True)):
                    threading.Thread(target=self._pass, args=(*pair, counted), daemon=True).start()

    def close(self) -> None:
        """No new connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _pass(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if counted:
                    self._wait(len(data))
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _wait(self, size: int) -> None:
        """Until the link has carried so many bytes more."""
        with self._lock:
            self.received += size
            now = time.monotonic()
            self._free_at = max(now, self._free_at) + size / self._rate
            pause = self._free_at - now
        # Shorter sleeps are not kept; what is not slept now is owed by the next one.
        if pause > 0.005:
            time.sleep(pause)


@contextmanager
def linked(endpoint: str, rate: float) -> Iterator[Link]:
    """A link of `rate` bytes a second to an endpoint."""
    link = Link(endpoint, rate)
    thread = threading.Thread(target=link.serve, daemon=True)
    thread.start()
    try:
        yield link
    finally:
        link.close()
        thread.join()
