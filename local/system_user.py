"""The unprivileged user that PostgreSQL runs as when the stack is started by root.

PostgreSQL refuses to run as root, and initdb wants a uid that has a name.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import LocalError

NAME = "reelmill"


@dataclass(frozen=True, slots=True)
class SystemUser:
    name: str
    uid: int
    gid: int

    @classmethod
    def named(cls, name: str) -> SystemUser | None:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            return None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @classmethod
    def owning(cls, path: Path) -> SystemUser | None:
        """Who owns existing data; None for root, who may not run PostgreSQL."""
        uid = path.stat().st_uid
        if uid == 0:
            return None
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            return None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    def popen_arguments(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, folder: Path) -> bool:
        """Whether this user can enter `folder`: asked by trying, so that ACLs, mounts and
        security modules are counted too."""
        return self._try(["/bin/sh", "-c", 'cd "$0"', str(folder)])

    def runs(self, program: Path) -> bool:
        return self._try([str(program), "--version"])

    def _try(self, argv: list[str]) -> bool:
        try:
            # `cwd` is entered before the change of user, hence the root folder.
            done = subprocess.run(
                argv,
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=20,
                check=False,
                **self.popen_arguments(),
            )
        except (OSError, subprocess.SubprocessError):
            return False
        return done.returncode == 0


def find_or_create(environ: Mapping[str, str]) -> SystemUser:
    """The named user of REELMILL_PG_USER; else `reelmill`, made when it does not exist; else
    what every Debian, Red Hat or Alpine has."""
    wanted = environ.get("REELMILL_PG_USER", "").strip()
    if wanted:
        user = SystemUser.named(wanted)
        if user is None or user.uid == 0:
            raise LocalError(f"REELMILL_PG_USER={wanted}: no such user, or it is root.")
        return _that_works(user)
    user = SystemUser.named(NAME)
    for make in _makers() if user is None else ():
        make()
        user = SystemUser.named(NAME)
        if user is not None:
            break
    # A read-only /etc or an image without useradd: a system user that is there already.
    for name in ("postgres", "nobody"):
        user = user or SystemUser.named(name)
    if user is None:
        raise LocalError(
            "PostgreSQL does not run as root, and no other user could be made here. "
            "Run this as an ordinary user, or name one: REELMILL_PG_USER=somebody"
        )
    return _that_works(user)


def _that_works(user: SystemUser) -> SystemUser:
    if not user.reaches(Path("/")):
        raise LocalError(
            f"PostgreSQL does not run as root, and this process may not become {user.name!r} "
            "(a container without CAP_SETUID, or with one user only?). Run it as an ordinary user."
        )
    return user


def _makers() -> Iterator[Callable[[], None]]:
    """The tools that add a user, in the dialects of shadow and busybox. Neither opens a shell,
    a password or a home folder for it."""
    shell = "/usr/sbin/nologin" if Path("/usr/sbin/nologin").exists() else "/bin/false"
    useradd = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    adduser = ["-S", "-D", "-H", "-h", "/nonexistent"]
    for tool, arguments in (("useradd", useradd), ("adduser", adduser)):
        path = shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin")
        if path:
            yield _quietly([path, *arguments, "-s", shell, NAME])


def _quietly(argv: list[str]) -> Callable[[], None]:
    def make() -> None:
        # Success is judged by the entry in the user database: another start may make it
        # at the same moment, and then this call fails although all is well.
        subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)

    return make
