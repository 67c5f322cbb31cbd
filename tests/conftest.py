"""Shared fixtures, and what a run says at its end."""

from __future__ import annotations

import logging
import signal

import pytest

from tests.support import outcome, shared
from tests.support.browser import chromium  # noqa: F401 - a fixture, found here by name
from tests.support.stack_fixtures import (  # noqa: F401 - fixtures, found here by name
    new_bucket,
    new_database,
    postgres_owner_url,
    s3_settings,
)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell ignores SIGINT for what it runs in the background, and children inherit that; tests of
    # Ctrl-C would then wait for ever.
    signal.signal(signal.SIGINT, signal.default_int_handler)


# A failure shows what matters: not a line for each request of a test's own client.
logging.getLogger("httpx").setLevel(logging.WARNING)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


# Whole stacks come first: a file that takes minutes and begins last leaves the other workers idle.
_LONG = (
    *("tests/e2e/", "tests/web/", "tests/players/", "tests/local/", "tests/protocol/"),
    "tests/api/services/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(_LONG))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    outcome.summarise(terminalreporter)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if _is_worker(session.config) or session.exitstatus != pytest.ExitCode.OK:
        return
    if outcome.must_fail(session.config.pluginmanager.get_plugin("terminalreporter")):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config):
        shared.stop_all()
