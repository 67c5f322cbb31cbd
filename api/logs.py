"""Logging: one JSON object a line on stderr, for our own events and for every library.

A line has `timestamp`, `level`, `logger`, `event`, and what was bound: `request_id`, `job_id` and
`attempt`; and `trace_id` and `span_id` where traces are on.
Bind with `structlog.contextvars.bound_contextvars(job_id=..., attempt=...)`. An exception is one
field, `exception`. Secrets never stand in a line, whoever logs them: see `redact`.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, Final

import orjson
import structlog
from structlog.typing import EventDict, Processor

from api import tracing
from api.domain.secrets import redact
from api.errors import BadConfiguration

_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# Chatty at INFO, and the access line is ours.
_QUIET: Final = ("botocore", "aiobotocore", "urllib3", "asyncio", "websockets")


def render(_logger: object, _method: str, event: EventDict) -> bytes:
    """The last processor: one line of JSON, without its end."""
    try:
        line = orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # Half a surrogate pair or an integer over 64 bits: a line must not be lost for that.
        text = json.dumps(event, default=str, skipkeys=True, ensure_ascii=False)
        line = text.encode(errors="replace")
    return redact(line)


class _Stream:
    """stderr as structlog and the standard library share it: whole lines, one at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = threading.Lock()

    def write(self, line: bytes) -> None:
        """Write one line. A reader that went away must not stop the service."""
        with self._lock:
            try:
                self._file.write(line + b"\n")
                self._file.flush()
            except (OSError, ValueError):
                return


class _Output:
    """The end of a structlog logger; `name` is what `get_logger` was called with."""

    def __init__(self, stream: _Stream, name: str | None) -> None:
        self.name = name
        self._stream = stream

    def msg(self, line: bytes) -> None:
        """Every level's method: which level it was stands in the line."""
        self._stream.write(line)

    debug = info = warning = error = critical = exception = msg


def _add_name(logger: Any, _method: str, event: EventDict) -> EventDict:
    if logger.name:
        event["logger"] = logger.name
    return event


class _Bridge(logging.Handler):
    """What a library logs through `logging` goes the same way as our own events."""

    def __init__(self, stream: _Stream, processors: Sequence[Processor]) -> None:
        super().__init__()
        self._stream = stream
        self._processors = processors

    def emit(self, record: logging.LogRecord) -> None:
        event: Any = {
            "event": _text(record),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.exc_info:
            event["exc_info"] = record.exc_info
        for process in self._processors:
            event = process(None, event["level"], event)
        self._stream.write(event)


def _text(record: logging.LogRecord) -> str:
    try:
        return record.getMessage().strip()
    except Exception:  # noqa: BLE001 - arguments that do not fit their text are no reason to lose it
        return f"{record.msg} {record.args!r}"


def configure(level: str, *, file: BinaryIO | None = None) -> None:
    """Send every log line of the process to `file` (default: stderr) as JSON.

    Raises BadConfiguration when the level has another name than Python's five. uvicorn must be
    started with `log_config=None, access_log=False`, or it installs its own handlers again.
    """
    name = level.strip().upper()
    if name not in _LEVELS:
        raise BadConfiguration(f"LOG_LEVEL: {level!r} is none of {', '.join(_LEVELS)}")
    stream = _Stream(file or sys.stderr.buffer)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        tracing.current_ids,
        # Text and no frames: the values of local variables hold secrets.
        structlog.processors.format_exc_info,
        render,
    ]
    number = logging.getLevelNamesMapping()[name]
    structlog.configure(
        processors=[structlog.processors.add_log_level, _add_name, *shared],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_factory(stream),
        cache_logger_on_first_use=False,
    )
    _route_standard_library(_Bridge(stream, shared), number)


def _factory(stream: _Stream) -> Callable[..., _Output]:
    return lambda *names: _Output(stream, names[0] if names else None)


def _route_standard_library(bridge: _Bridge, level: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [bridge]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
