"""Runs one command: connection, event loop, signals, and every error as words and an exit code."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from reelmill import connection
from reelmill.cli import exits
from reelmill.cli.options import Flags
from reelmill.cli.output import Output
from reelmill.client import Client
from reelmill.errors import (
    ConfigurationError,
    ConnectionFailedError,
    FileError,
    ForbiddenError,
    NotFoundError,
    ProtocolError,
    ReelmillError,
    UnauthenticatedError,
    UnavailableError,
)

# With these, nothing that is asked of the server will work.
HOPELESS = (
    ConfigurationError,
    ConnectionFailedError,
    ForbiddenError,
    ProtocolError,
    UnauthenticatedError,
)
_CODES: Final[tuple[tuple[type[ReelmillError], int], ...]] = (
    (UnauthenticatedError, exits.UNAUTHENTICATED),
    (ForbiddenError, exits.UNAUTHENTICATED),
    (NotFoundError, exits.NOT_FOUND),
    (ConfigurationError, exits.NO_CONNECTION),
    (ConnectionFailedError, exits.NO_CONNECTION),
    (ProtocolError, exits.NO_CONNECTION),
    (UnavailableError, exits.NO_CONNECTION),
    (FileError, exits.LOCAL),
)


@dataclass(frozen=True, slots=True)
class Session:
    """What a command works with."""

    client: Client
    output: Output


Story = Callable[[Session], Awaitable[int]]
Alone = Callable[[Output], Awaitable[int]]


def run(flags: Flags, story: Story) -> NoReturn:
    """Tell the story and exit with the code that it gives, or that of its error."""

    async def connected(output: Output) -> int:
        found = connection.find(flags.url, flags.key, profile=flags.profile)
        async with Client(found.url, found.key) as client:
            return await story(Session(client, output))

    run_alone(flags, connected)


def run_alone(flags: Flags, story: Alone) -> NoReturn:
    """The same for a story that needs no server, or finds its own."""
    output = Output(as_json=flags.as_json)
    try:
        code = _told(flags, story, output)
        sys.stdout.flush()
    except BrokenPipeError:
        _leave_pipe()
        code = exits.READER_GONE
    sys.exit(code)


def exit_code(error: ReelmillError) -> int:
    """Which exit code an error means: that of the first class that fits."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), exits.REFUSED)


def _told(flags: Flags, story: Alone, output: Output) -> int:
    try:
        return asyncio.run(_terminable(story, output))
    except ReelmillError as error:
        if flags.debug:
            traceback.print_exc()
        output.fail(error)
        return exit_code(error)
    except KeyboardInterrupt:
        output.fail(ReelmillError("interrupted", code="INTERRUPTED"))
        return exits.INTERRUPTED
    except asyncio.CancelledError:  # nobody but SIGTERM cancels the whole command
        output.fail(ReelmillError("terminated", code="TERMINATED"))
        return exits.TERMINATED
    except Exception as error:  # noqa: BLE001 - the last place that can say it in one line
        if flags.debug:
            traceback.print_exc()
        return _last_resort(_leaf(error), output)


def _last_resort(error: Exception, output: Output) -> int:
    if isinstance(error, BrokenPipeError):
        raise error
    if isinstance(error, OSError):  # a full disk, a vanished folder
        output.fail(FileError(f"{error.filename or 'a file'}: {error.strerror}", code="DISK"))
        return exits.LOCAL
    output.fail(_unexpected(error))
    return exits.UNEXPECTED


def _leaf(error: Exception) -> Exception:
    """The first of those that a group of tasks has bundled."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


async def _terminable(story: Alone, output: Output) -> int:
    """SIGTERM cancels the command as Ctrl-C does, so that an upload ends politely."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    with contextlib.suppress(NotImplementedError):  # event loops of Windows
        if task is not None:
            loop.add_signal_handler(signal.SIGTERM, task.cancel)
    return await story(output)


def _unexpected(error: Exception) -> ReelmillError:
    return ReelmillError(
        f"this should not have happened: {type(error).__name__}: {error}",
        code="UNEXPECTED",
        hint="Run it again with --debug and report what it shows.",
    )


def _leave_pipe() -> None:
    """Nobody reads any more: what is still buffered must not fail again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(BrokenPipeError):
            stream.flush()
            continue
        os.dup2(nowhere, stream.fileno())
