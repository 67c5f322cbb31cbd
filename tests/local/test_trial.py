"""The parts of a trial, each alone as a container runs it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest

from local import ports, trial
from local.credentials import Credentials
from local.errors import LocalError, ServiceFailedError
from local.placement import wheel_programs
from local.postgres import Postgres

# Only a server that listens on every address answers here.
ELSEWHERE = "127.0.0.2"
FIELDS = (*trial._POSTGRES, *trial._S3)


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    secrets = Credentials.generate()
    given = {trial.variable(field): str(getattr(secrets, field)) for field in FIELDS}
    return {**given, "REELMILL_BUCKET_IN": "films", "PATH": os.defpath}


@pytest.fixture(autouse=True)
def own_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "PORTS", ports.any_free())


def test_postgres_answers_from_elsewhere_and_stays_itself(
    new_home: Callable[[], Path], environment: dict[str, str]
) -> None:
    home = new_home()
    for start in ("first", "second"):
        part = trial.postgres(home, environment)
        try:
            password = environment[trial.variable("postgres_owner")]
            assert ask(part, password) == "rm_owner", start
            assert "authentication failed" in ask(part, "wrong")
        finally:
            part.stop()


def ask(part: Postgres, password: str) -> str:
    env = {"PATH": os.defpath, "PGPASSWORD": password, "PGUSER": "rm_owner", "PGHOST": ELSEWHERE}
    env |= {"PGPORT": str(part.port), "PGDATABASE": "reelmill"}
    words = [str(wheel_programs() / "psql"), "-X", "-A", "-t", "-c", "select current_user"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    return done.stdout.strip() + done.stderr.strip()


def test_the_store_answers_from_elsewhere_with_its_buckets(
    new_home: Callable[[], Path], environment: dict[str, str]
) -> None:
    part = trial.s3(new_home(), environment)
    try:
        store = f"http://{ELSEWHERE}:{trial.PORTS.s3}"
        with httpx.Client(trust_env=False, timeout=10) as client:
            assert client.get(f"{store}/healthz").status_code == 200
            # There, and not for strangers; another name is not there.
            assert client.get(f"{store}/films").status_code == 403
            for inner in (trial.PORTS.filer, trial.PORTS.master, trial.PORTS.volume):
                with pytest.raises(httpx.TransportError):
                    client.get(f"http://{ELSEWHERE}:{inner}/")
    finally:
        part.stop()


def test_a_part_that_dies_is_noticed(
    new_home: Callable[[], Path], environment: dict[str, str]
) -> None:
    part = trial.postgres(new_home(), environment)
    try:
        assert part.child
        part.child.signal(9)
        part.child._process.wait(10)
        with pytest.raises(ServiceFailedError, match="killed by SIGKILL"):
            part.child.require_alive()
    finally:
        part.stop()


def test_a_lacking_secret_is_named(environment: dict[str, str]) -> None:
    del (lacking := dict(environment))["REELMILL_TRIAL_S3_SECRET_KEY"]
    with pytest.raises(LocalError, match="REELMILL_TRIAL_S3_SECRET_KEY: not set"):
        trial.credentials(lacking, trial._S3)


def test_a_secret_that_sql_would_misread_is_refused(environment: dict[str, str]) -> None:
    name = "REELMILL_TRIAL_POSTGRES_API"
    with pytest.raises(LocalError, match=f"{name}: may hold no quote"):
        trial.credentials({**environment, name: "o'clock"}, trial._POSTGRES)


def test_an_unknown_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["trial", "kafka"])
    assert trial.main() == 2


def test_what_a_killed_container_left_does_not_call_the_next_one_ready(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    ready.touch()
    seen = []

    def start(_home: Path, _environ: Mapping[str, str]) -> Postgres:
        seen.append(ready.exists())
        raise LocalError("no disk")

    monkeypatch.setattr(trial, "READY", ready)
    monkeypatch.setattr(trial, "PARTS", {"postgres": start})
    monkeypatch.setattr("sys.argv", ["trial", "postgres"])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert (trial.main(), seen) == (2, [False])
