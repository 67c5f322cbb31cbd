"""One HTTP/1.1 connection that carries ranges of files to a store. Blocking: runs in a thread.

The bytes go from the file to the socket inside the kernel where there is no TLS between. That is
why this is not httpx: its bodies pass through Python piece by piece, which costs more processor
than the store itself needs (measured: `make bench`).
"""

from __future__ import annotations

import errno
import http.client
import os
import select
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from reelmill.errors import ConnectionFailedError, FileError
from reelmill.files import SourceFile
from reelmill.parts import Part
from reelmill.route import Route
from reelmill.timing import Timing
from reelmill.wire import not_connected

# How much goes between two looks at the clock, the answer and the progress.
_STEP: Final = 1024 * 1024
# Through TLS a piece is copied twice: it should stay in the processor's cache.
_PIECE: Final = 256 * 1024
_ANSWER: Final = 65536
# sendfile(2) of these file systems and sockets is none; the bytes are read and sent instead.
_NO_SENDFILE: Final = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.ENOTSOCK})
_NETWORK: Final = frozenset(
    {errno.ENETDOWN, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENOTCONN, errno.ENOBUFS}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a store said of a part."""

    status: int
    reason: str
    body: str


class Lane:
    """A connection to one origin, kept open between parts."""

    def __init__(self, route: Route, timing: Timing, tls: ssl.SSLContext) -> None:
        self._route = route
        self._silence = timing.transfer
        host, port = route.dialed
        if route.secure:
            self._http: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=timing.connect, context=tls
            )
        else:
            self._http = http.client.HTTPConnection(host, port, timeout=timing.connect)
        if route.tunnel:
            self._http.set_tunnel(*route.tunnel, headers=dict(route.proxy_headers))
        self._stopped = False

    def put(
        self,
        target: str,
        headers: Mapping[str, str],
        file: SourceFile,
        part: Part,
        on_bytes: Callable[[int], None],
    ) -> Answer:
        """Send one range and return the answer. Raises ConnectionFailedError and FileError."""
        place = self._route.place
        try:
            self._connect()
            self._head(target, headers, part.size)
            try:
                self._body(file, part, on_bytes)
            except ConnectionError:
                # A store that refuses early closes the connection; what it said may still be there.
                return self._answer()
            return self._answer()
        except TimeoutError as error:
            self.close()
            raise ConnectionFailedError(f"{place} stopped answering", code="TIMEOUT") from error
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise ConnectionFailedError(
                f"the connection to {place} broke: {error or type(error).__name__}"
            ) from error
        except BaseException:
            self.close()
            raise

    @property
    def usable(self) -> bool:
        """Whether it is open and the store has not closed it meanwhile."""
        open_socket = self._http.sock
        return open_socket is not None and _idle(open_socket, self._silence)

    def stop(self) -> None:
        """From another thread: end what is under way."""
        self._stopped = True
        open_socket = self._http.sock
        if open_socket is not None:
            _shut(open_socket)

    def close(self) -> None:
        """Close it; twice is no error."""
        self._http.close()

    @property
    def _socket(self) -> socket.socket:
        found: socket.socket | None = self._http.sock
        if found is None:
            raise ConnectionAbortedError("the connection is closed")
        return found

    def _connect(self) -> None:
        if self._http.sock is not None:
            return
        try:
            self._http.connect()
        except TimeoutError as error:
            message = f"{self._route.place} did not answer in time"
            raise ConnectionFailedError(message, code="TIMEOUT") from error
        except OSError as error:
            self.close()
            raise not_connected(self._route.place, error) from error
        self._socket.settimeout(self._silence)
        if self._stopped:
            raise ConnectionAbortedError("stopped")

    def _head(self, target: str, headers: Mapping[str, str], size: int) -> None:
        named = {name.lower() for name in headers}
        self._http.putrequest("PUT", target, skip_host="host" in named, skip_accept_encoding=True)
        for name, value in {**headers, **self._route.request_headers}.items():
            self._http.putheader(name, value)
        self._http.putheader("content-length", str(size))
        self._http.endheaders()

    def _body(self, file: SourceFile, part: Part, on_bytes: Callable[[int], None]) -> None:
        offset, end = part.offset, part.offset + part.size
        sock = self._socket
        plain = not isinstance(sock, ssl.SSLSocket) and hasattr(os, "sendfile")
        while offset < end:
            if _readable(sock):
                return  # an answer before the end is a refusal: the rest need not be sent
            size = min(_STEP, end - offset)
            if plain:
                sent = _sendfile(sock, file, offset, size, self._silence)
                plain = sent > 0
            if not plain:
                piece = file.read_at(offset, min(_PIECE, size))
                sock.sendall(piece)
                sent = len(piece)
            offset += sent
            on_bytes(sent)

    def _answer(self) -> Answer:
        answer = self._http.getresponse()
        text = answer.read(_ANSWER).decode("utf-8", "replace")
        if not answer.isclosed():
            self.close()
        return Answer(answer.status, answer.reason, text)


def _sendfile(sock: socket.socket, file: SourceFile, offset: int, size: int, silence: float) -> int:
    """Send at most `size` bytes; 0 where this cannot be done without copying."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    while True:
        if not poll.poll(silence * 1000):
            raise TimeoutError("the store takes no more bytes")
        try:
            sent = os.sendfile(sock.fileno(), file.fileno(), offset, size)
        except (BlockingIOError, InterruptedError):
            continue
        except (ConnectionError, TimeoutError):
            raise
        except OSError as error:
            if error.errno in _NO_SENDFILE:
                return 0
            if error.errno in _NETWORK:
                raise
            raise FileError(f"{file.path} cannot be read: {error.strerror}") from error
        if sent == 0:
            raise file.changed()
        return sent


def _readable(sock: socket.socket) -> bool:
    """Whether the other side has said something, or closed."""
    if isinstance(sock, ssl.SSLSocket):
        return False  # tickets of TLS 1.3 come unasked, and cannot be told from an answer
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def _idle(sock: socket.socket, silence: float) -> bool:
    """Whether an unused connection is still open and has nothing to say."""
    if not isinstance(sock, ssl.SSLSocket):
        return not _readable(sock)
    sock.settimeout(0)
    try:
        sock.recv(1)  # takes tickets in on its way
    except ssl.SSLWantReadError:
        return True
    except OSError:
        return False
    finally:
        sock.settimeout(silence)
    return False


def _shut(sock: socket.socket) -> None:
    try:
        # Of the plain socket below TLS too: a goodbye would wait for the other side.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return
