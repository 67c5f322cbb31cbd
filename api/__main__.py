"""`python -m api`: serve until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys

import structlog
import uvloop

from api import config, logs, tracing
from api.errors import BadConfiguration, Refusal
from api.main import application
from api.serving import Server

log = structlog.get_logger(__name__)


async def _serve(settings: config.Settings) -> int:
    broken = asyncio.Event()
    listening = _listen(settings)
    async with application(settings, give_up=broken.set) as app:
        # What is there now stays: the collector need not look through it again and again.
        gc.collect()
        gc.freeze()
        server = Server(
            app, ping_seconds=settings.ping_seconds, drain_seconds=settings.drain_seconds
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, server.handle_exit, number, None)
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        breaking = asyncio.create_task(broken.wait())
        await asyncio.wait({serving, breaking}, return_when=asyncio.FIRST_COMPLETED)
        breaking.cancel()
        server.should_exit = True
        await serving
    return 1 if broken.is_set() or not server.started else 0


def _listen(settings: config.Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise BadConfiguration(
            f"REELMILL_PORT: cannot listen on {settings.host} port {settings.port}: "
            f"{os.strerror(error.errno or 0)}; end what listens there, or choose another port"
        ) from None


def main() -> int:
    """Serve; 2 when a setting is wrong or a part that we stand on is not there."""
    try:
        settings = config.load()
        logs.configure(settings.log_level)
        instance = f"{socket.gethostname()}:{os.getpid()}"
        end_tracing = tracing.configure(settings.otlp_endpoint, instance=instance)
        try:
            return uvloop.run(_serve(settings))
        finally:
            end_tracing()
    except Refusal as refusal:
        print(f"{refusal.code}: {refusal.message}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
