"""A live API with low limits, so that they can be met, and short waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.live import LiveApi, bucket_client
from tests.support.stack_fixtures import S3Settings

LIMITS = {
    "REELMILL_MAX_CONNECTIONS": "40",
    "REELMILL_MAX_CONNECTIONS_PER_KEY": "5",
    "REELMILL_MAX_OPERATIONS": "4",
    "REELMILL_PING_SECONDS": "1",
    "REELMILL_STALL_SECONDS": "1",
    "REELMILL_SESSION_SECONDS": "300",
}


@pytest.fixture
def bucket(s3_settings: S3Settings) -> Any:
    return bucket_client(s3_settings)


@pytest.fixture(scope="session")
def polite_api(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    """At its end, whatever the tests have done to it: it stops in order and has logged no
    traceback."""
    folder = tmp_path_factory.mktemp("polite")
    live = LiveApi(new_database(), s3_settings, folder, extra=LIMITS).migrate().start()
    yield live
    assert live.stop() == 0, live.log()[-3000:]
    assert "Traceback" not in live.log()
    assert not live.runners()


@pytest.fixture(scope="session")
def open_api(
    new_database: Callable[[], str],
    s3_settings: S3Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveApi]:
    """The same with the limits that an installation has."""
    folder = tmp_path_factory.mktemp("open")
    live = LiveApi(new_database(), s3_settings, folder).migrate().start()
    yield live
    assert live.stop() == 0, live.log()[-3000:]
    assert "Traceback" not in live.log()
    assert not live.runners()
