"""A real PostgreSQL: who gets in, and what survives."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from local import proc
from local.credentials import Credentials
from local.deadline import Deadline, wait_until
from local.placement import place, wheel_programs
from local.ports import LOOPBACK, free_ports
from local.postgres import OWNER, Postgres
from local.process_table import ProcessTable


@pytest.fixture(scope="module")
def home(new_home: Callable[[], Path]) -> Path:
    return new_home()


@pytest.fixture(scope="module")
def secrets() -> Credentials:
    return Credentials.generate()


def make(home: Path, secrets: Credentials) -> Postgres:
    (port,) = free_ports(1)
    return Postgres(home, ProcessTable(home), secrets, port=port, durable=False)


@pytest.fixture(scope="module")
def server(home: Path, secrets: Credentials) -> Iterator[Postgres]:
    server = make(home, secrets)
    server.start()
    server.wait(Deadline(60))
    yield server
    server.stop()


def psql(server: Postgres, *, user: str, password: str, host: str = LOOPBACK) -> tuple[int, str]:
    env = {"PATH": os.defpath, "PGPASSWORD": password, "PGUSER": user, "PGHOST": host}
    env |= {"PGPORT": str(server.port), "PGDATABASE": "reelmill"}
    words = [str(wheel_programs() / "psql"), "-X", "-A", "-t", "-c", "select current_user"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.strip() + done.stderr.strip()


def test_the_owner_gets_in_with_the_password(server: Postgres, secrets: Credentials) -> None:
    assert psql(server, user=OWNER, password=secrets.postgres_owner) == (0, OWNER)


@pytest.mark.parametrize("user", ["postgres", "rm_owner", "rm_api", "rm_system"])
@pytest.mark.parametrize("password", ["wrong", ""])
def test_nobody_gets_in_without(server: Postgres, user: str, password: str) -> None:
    code, words = psql(server, user=user, password=password)
    assert code != 0
    assert "password" in words


def test_passwords_are_stored_as_scram(server: Postgres) -> None:
    stored = server.sql(
        "select left(rolpassword, 13) from pg_authid where rolcanlogin", deadline=Deadline(10)
    ).split()
    assert stored == ["SCRAM-SHA-256"] * 4


def test_the_owner_is_no_superuser_and_makes_no_roles(server: Postgres) -> None:
    asked = "select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = "
    rights = server.sql(f"{asked} '{OWNER}'", deadline=Deadline(10))
    assert rights.strip() == "f|f|f"


def test_it_listens_on_the_loopback_and_on_no_socket(server: Postgres, home: Path) -> None:
    shown = server.sql("show listen_addresses; show unix_socket_directories", deadline=Deadline(10))
    assert shown.splitlines() == [LOOPBACK, ""]


def test_it_does_not_run_as_root(server: Postgres) -> None:
    assert server.child
    assert Path(f"/proc/{server.child.pid}").stat().st_uid != 0


def test_data_and_passwords_are_for_their_owner_only(server: Postgres) -> None:
    assert server.data_folder.stat().st_mode & 0o077 == 0
    assert server.data_folder.parent.stat().st_mode & 0o077 == 0
    assert not list(server.data_folder.parent.glob("*password*"))


def test_data_survives_kill_9_and_a_pid_file_that_names_a_stranger(
    new_home: Callable[[], Path], secrets: Credentials
) -> None:
    home = new_home()
    first = make(home, secrets)
    first.start()
    first.wait(Deadline(60))
    first.sql("create table kept as select 42 as n", deadline=Deadline(10))
    assert first.child
    os.kill(first.child.pid, signal.SIGKILL)
    data = first.data_folder
    first.stop()
    # The number of a process of the same user that is no PostgreSQL.
    pidfile = data / "postmaster.pid"
    place_user = place(home, os.environ).user
    user = place_user.popen_arguments() if place_user else {}
    with subprocess.Popen(["/bin/sleep", "600"], cwd="/", **user) as stranger:
        lines = pidfile.read_text().splitlines()
        pidfile.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        second = make(home, secrets)
        second.start()
        second.wait(Deadline(60))
        try:
            assert second.sql("select n from kept", deadline=Deadline(10)).strip() == "42"
        finally:
            second.stop()
            stranger.kill()


def test_new_passwords_are_taken_over(home: Path, server: Postgres, secrets: Credentials) -> None:
    changed = replace(secrets, postgres_api="other")
    again = Postgres(home, ProcessTable(home), changed, port=server.port, durable=False)
    again.child, again._place = server.child, server._place
    again.wait(Deadline(30))
    assert psql(server, user="rm_api", password="other")[0] == 0
    assert psql(server, user="rm_api", password=secrets.postgres_api)[0] != 0


def test_a_stop_leaves_no_process(new_home: Callable[[], Path], secrets: Credentials) -> None:
    server = make(new_home(), secrets)
    server.start()
    server.wait(Deadline(60))
    assert server.child
    pids = [server.child.pid, *(found.pid for found in proc.descendants(server.child.pid))]
    assert len(pids) > 3
    server.stop()
    gone = wait_until(lambda: not any(proc.stat(pid) for pid in pids), Deadline(5))
    assert gone


def test_where_it_lives_when_root_hides_its_folders(tmp_path: Path) -> None:
    """Root's home is 0700: the server's user reaches neither data nor programs below it."""
    closed = tmp_path / "root"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    home.mkdir()
    where = place(home, os.environ)
    if os.geteuid() != 0:
        assert where.user is None
        assert where.base == home / "postgres"
        return
    try:
        assert where.user
        assert where.user.uid != 0
        assert not where.base.is_relative_to(closed)
        assert where.user.reaches(where.base)
        assert where.user.runs(where.programs / "postgres")
        assert place(home, os.environ) == where, "the same on the next start"
        assert closed.stat().st_mode & 0o777 == 0o700, "nothing above the home was opened"
    finally:
        shutil.rmtree(where.base)


def test_programs_that_the_user_cannot_reach_are_copied(
    new_home: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from local import placement, system_user

    home = new_home()
    if os.geteuid() != 0:
        assert place(home, os.environ).programs == wheel_programs()
        return
    user = system_user.find_or_create({})
    original = placement.wheel_programs()
    monkeypatch.setattr(
        system_user.SystemUser,
        "runs",
        lambda self, program, runs=system_user.SystemUser.runs: (
            program.parent != original and runs(self, program)
        ),
    )
    where = place(home, {})
    assert where.programs.is_relative_to(where.base)
    assert where.user == user
    assert place(home, {}).programs == where.programs
