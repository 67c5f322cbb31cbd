"""The data folder of PostgreSQL: how it is made, and the one file that a crash leaves wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from local import proc
from local.deadline import Deadline, wait_until
from local.errors import LocalError, ServiceFailedError
from local.files import tail
from local.placement import Placement
from local.ports import LOOPBACK

SUPERUSER = "postgres"

LOOPBACK_ONLY = f"host all all {LOOPBACK}/32 scram-sha-256\n"
# Who may reach the port is then another's matter: a NetworkPolicy's, for example.
EVERYWHERE = "host all all all scram-sha-256\n"


def make_data_folder(
    where: Placement,
    *,
    password: str,
    durable: bool,
    env: Mapping[str, str],
    log: Path,
    hba: str = LOOPBACK_ONLY,
) -> None:
    """Runs initdb under a temporary name, so that a kill in the middle leaves nothing half-made."""
    fresh = where.base / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    secret = _password_file(where, password)
    arguments = ["--pgdata", str(fresh), "--username", SUPERUSER, "--pwfile", str(secret)]
    arguments += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale"]
    # The built-in provider sorts the same on every machine, whatever locales it has.
    arguments += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    arguments += [] if durable else ["--no-sync"]
    try:
        _run([str(where.programs / "initdb"), *arguments], where, env, log)
    finally:
        secret.unlink(missing_ok=True)
    (fresh / "pg_hba.conf").write_text(hba)
    fresh.rename(where.data)


def _run(argv: list[str], where: Placement, env: Mapping[str, str], log: Path) -> None:
    with log.open("ab") as output:
        code = subprocess.run(
            argv,
            cwd="/",
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            umask=0o077,
            check=False,
            **(where.user.popen_arguments() if where.user else {}),
        ).returncode
    text = tail(log)
    if code != 0 and "could not look up effective user ID" in text:
        raise LocalError(
            f"The user id {os.geteuid()} has no name in /etc/passwd, and PostgreSQL's initdb "
            "wants one. Add a line for it there, or run as a user that has a name."
        )
    if code != 0:
        what = f"could not make its data folder (exit {code})"
        raise ServiceFailedError("PostgreSQL", what, text)


def _password_file(where: Placement, password: str) -> Path:
    path = where.base / "initdb-password"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(password + "\n")
    if where.user:
        os.chown(path, where.user.uid, where.user.gid)
    return path


def drop_stale_pidfile(data: Path) -> None:
    """After a kill -9 the pid in postmaster.pid may meanwhile be another process of this user;
    PostgreSQL would then believe itself running and refuse.

    Every process of a server has the data folder as its working directory. While one lives,
    the file stays: it guards the data against two servers.
    """
    pidfile = data / "postmaster.pid"
    if not pidfile.exists():
        return

    def nobody_inside() -> bool:
        return not any(_works_in(data, found.pid) for found in proc.all_stats())

    # Backends notice the death of their postmaster by themselves, within moments.
    if wait_until(nobody_inside, Deadline(15), every=0.1):
        pidfile.unlink(missing_ok=True)


def _works_in(folder: Path, pid: int) -> bool:
    try:
        return (proc.PROC / str(pid) / "cwd").readlink() == folder
    except OSError:
        return False
