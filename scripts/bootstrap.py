"""Sets up .tools (uv) and .venv (everything locked) with nothing but Python 3.11 or newer.

Only the standard library, and only syntax that Python 3.9 reads: an older Python must get as far
as the sentence that says so. Quick when nothing changed; safe when two run at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pip_settings
import uv_wheel

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
UV = TOOLS / "bin" / "uv"
UV_LOCK = ROOT / "requirements" / "uv.txt"
# `samples` is apart because its package is wanted without the dependencies it declares.
LOCKS = [ROOT / "requirements" / name for name in ("dev.txt", "samples.txt")]
NEEDED = (3, 11)
OLDEST_UV = (0, 5, 0)


class SetupError(Exception):
    """One plain message; shown without a traceback."""


def main() -> int:
    """Sets everything up; with `uv` as first argument, runs uv with this machine's settings."""
    if sys.version_info < NEEDED:
        version = ".".join(map(str, sys.version_info[:3]))
        print(
            f"Reelmill needs Python 3.11 or newer, and {sys.executable} is {version}. Install one "
            "(Debian: apt install python3), or name it: make PYTHON=/path/to/python3.12 ...",
            file=sys.stderr,
        )
        return 1
    env = pip_settings.uv_environment(os.environ, pip_settings.read(os.environ))
    try:
        with locked(TOOLS / "lock"):
            ensure_uv(env)
            ensure_venv(env)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    if sys.argv[1:2] == ["uv"]:
        return subprocess.run([str(UV), *sys.argv[2:]], env=env, check=False).returncode
    return 0


class locked:  # noqa: N801 - reads as a statement: with locked(path)
    """Holds a lock file. Whoever comes second waits, and then finds the work done."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self.path.open("a")
        except OSError as error:
            raise SetupError(f"{self.path.parent} cannot be written: {error.strerror}.") from error
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another make that sets up this checkout ...", file=sys.stderr)
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.file.close()


def ensure_uv(env: dict[str, str]) -> None:
    """Puts uv into .tools/bin by whatever this machine has, the cheapest first."""
    if uv_version(UV):
        return
    UV.parent.mkdir(parents=True, exist_ok=True)
    UV.unlink(missing_ok=True)
    reasons = []
    for way in (by_path, by_pip, by_venv, by_download):
        try:
            way(env)
        except SetupError as error:
            reasons.append(f"  {error}")
            continue
        if uv_version(UV):
            return
        reasons.append(f"  {way.__name__}: what was installed does not run")
        UV.unlink(missing_ok=True)
    tried = "\n".join(reasons)
    raise SetupError(
        f"uv could not be installed:\n{tried}\n"
        "Install uv yourself (https://docs.astral.sh/uv/) or pip (Debian: apt install python3-pip),"
        " then run make again."
    )


def uv_version(program: Path | str) -> tuple[int, ...] | None:
    """The version of a uv that runs; None for none."""
    try:
        done = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=60, check=False
        )
        return tuple(int(number) for number in done.stdout.split()[1].split("."))
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def by_path(env: dict[str, str]) -> None:
    found = shutil.which("uv", path=env.get("PATH"))
    version = uv_version(found) if found else None
    if not found or not version:
        raise SetupError("on the PATH: there is no uv")
    if version < OLDEST_UV:
        raise SetupError(f"on the PATH: {found} is too old")
    UV.symlink_to(found)


def by_pip(env: dict[str, str]) -> None:
    pip_install([sys.executable, "-m", "pip"], env)


def by_venv(env: dict[str, str]) -> None:
    venv = TOOLS / "venv"
    run("venv", [sys.executable, "-m", "venv", "--clear", str(venv)], env)
    pip_install([str(venv / "bin" / "python"), "-m", "pip"], env)


def pip_install(pip: list[str], env: dict[str, str]) -> None:
    """Into a folder of ours, which an externally managed Python allows."""
    target = TOOLS / "uv"
    shutil.rmtree(target, ignore_errors=True)
    # A person's `user = true` or `require-virtualenv = true` is about other installations.
    own = {**env, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_NO_INPUT": "1"}
    words = ["install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    run("pip", [*pip, *words, "--target", str(target), "-r", str(UV_LOCK)], own)
    UV.symlink_to(target / "bin" / "uv")


def by_download(env: dict[str, str]) -> None:
    """Without pip: the wheel itself, from the same index, checked against the lock file."""
    try:
        uv_wheel.install(UV, UV_LOCK.read_text(), env)
    except (OSError, ValueError) as error:
        raise SetupError(f"download: {error}") from error


def run(name: str, argv: list[str], env: dict[str, str]) -> None:
    done = subprocess.run(
        argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip() or "failed").splitlines()
        raise SetupError(f"{name}: {lines[-1]}")


def ensure_venv(env: dict[str, str]) -> None:
    """Makes .venv hold exactly what the lock files say, and remembers for what it was made."""
    stamp = VENV / "reelmill-setup.json"
    wanted = fingerprint()
    if python_works() and read_stamp(stamp) == wanted:
        return
    if not python_works() or (read_stamp(stamp) or wanted)["python"] != wanted["python"]:
        words = ["venv", "--quiet", "--clear", "--no-python-downloads", "--python", sys.executable]
        uv([*words, str(VENV)], env)
    print("Installing what the lock files name ...", file=sys.stderr)
    stamp.unlink(missing_ok=True)
    locks = [str(path) for path in LOCKS]
    words = ["pip", "sync", "--quiet", "--require-hashes", "--python", str(VENV / "bin" / "python")]
    uv([*words, *pip_settings.uv_flags(os.environ), *locks], env)
    link_command()
    stamp.write_text(json.dumps(wanted))


def link_command() -> None:
    """The `reelmill` command of this tree, as an installed wheel would have it."""
    # No editable install: that would fetch a build back end that no lock file names.
    for site in (VENV / "lib").glob("python*/site-packages"):
        (site / "reelmill-tree.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "reelmill"
    command.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m reelmill "$@"\n')
    command.chmod(0o755)


def uv(arguments: list[str], env: dict[str, str]) -> None:
    if subprocess.run([str(UV), *arguments], env=env, check=False).returncode != 0:
        raise SetupError(f"uv {' '.join(arguments[:2])} failed; its own words stand above.")


def python_works() -> bool:
    """False too when the Python that .venv was made from is gone."""
    return (VENV / "bin" / "python").exists()


def fingerprint() -> dict[str, str]:
    digest = hashlib.sha256()
    for lock in LOCKS:
        digest.update(lock.read_bytes())
    version = ".".join(map(str, sys.version_info[:2]))
    return {"python": version, "locks": digest.hexdigest()}


def read_stamp(path: Path) -> dict[str, str] | None:
    try:
        data = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) and "python" in data else None


if __name__ == "__main__":
    sys.exit(main())
