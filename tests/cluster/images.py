"""The project's images, built with buildah and without any registry, kept by what went into them.

python -m tests.cluster.images           builds all that the tests need and names the archives
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster import debian, paths, secrets
from tests.cluster.command import run

Say = Callable[[str], None]
# As in python:3.12-slim: libstdc++6 for Node, python3-venv for the build stages.
PACKAGES = ("python3", "python3-venv", "ca-certificates", "netbase", "libstdc++6")
_LEFT_OUT = ("doc", "info", "locale", "man")
_APT = Path("/etc/apt")
_SOURCES = ("sources.list.d/debian.sources", "sources.list.d/ubuntu.sources", "sources.list")
_IGNORED = {"__pycache__", "node_modules", "dist"}
_KEPT = 3
_MOST_LAYERS = 300


@dataclass(frozen=True)
class Image:
    """`inputs` are files and folders of the tree that the build reads."""

    name: str
    dockerfile: str
    target: str
    inputs: tuple[str, ...]

    def digest(self, base: str) -> str:
        """Of everything that the build reads; the same digest is the same image."""
        found = hashlib.sha256(f"{base}\0{self.target}\0".encode())
        for name in _files(self.dockerfile, *self.inputs):
            found.update(f"{name}\0".encode())
            found.update((paths.ROOT / name).read_bytes())
        return found.hexdigest()[:16]


_BUILD = ("deploy/image", "requirements", "schema")
TRIAL = Image("trial", "Dockerfile.api", "trial", (*_BUILD, "api", "reelmill", "local", "web"))
API = Image("api", "Dockerfile.api", "api", (*_BUILD, "api", "reelmill", "web"))
RUNNER = Image("runner", "Dockerfile.runner", "runner", (*_BUILD, "runner"))


@dataclass(frozen=True)
class Built:
    reference: str
    archive: Path


def ensure(images: Sequence[Image], say: Say = print) -> dict[str, Built]:
    """Name -> archive; built now, all at once, unless these very inputs were built before."""
    folder = paths.cache() / "images"
    folder.mkdir(parents=True, exist_ok=True)
    base = base_digest()
    built = {image.name: _named(image, base, folder) for image in images}
    with _locked(folder / "lock"):
        if lacking := [image for image in images if not built[image.name].archive.exists()]:
            debian.install(debian.IMAGES)
            _tidy(folder)
            _ensure_base(folder, base, say)
            # Half of a build waits for downloads and for the disk.
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda it: _timed(it, base, built[it.name], folder, say), lacking))
        for image in images:
            built[image.name].archive.touch()
            _forget_old(folder, image.name)
    return built


def _named(image: Image, base: str, folder: Path) -> Built:
    digest = image.digest(base)
    archive = folder / f"{image.name}-{digest}.tar"
    return Built(f"reelmill.invalid/{image.name}:{digest}", archive)


def _timed(image: Image, base: str, built: Built, folder: Path, say: Say) -> None:
    began = time.monotonic()
    _build(image, base, built, folder)
    size = built.archive.stat().st_size / 2**20
    say(f"image {image.name}: {size:.0f} MiB after {time.monotonic() - began:.0f} s")


def _files(*inputs: str) -> Iterator[str]:
    """Tracked files and new ones, but nothing that git ignores: no build output, no caches."""
    names = _listed(inputs) if (paths.ROOT / ".git").exists() else _walked(inputs)
    for name in sorted(set(names)):
        if (paths.ROOT / name).is_file():
            yield name


def _listed(inputs: Sequence[str]) -> list[str]:
    # Root may well work in somebody else's folder.
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    words = ["--cached", "--others", "--exclude-standard", "--", *inputs]
    return run([*git, *words], cwd=paths.ROOT).rstrip("\0").split("\0")


def _walked(inputs: Sequence[str]) -> Iterator[str]:
    """Where the tree came without its history."""
    for given in inputs:
        place = paths.ROOT / given
        for file in place.rglob("*") if place.is_dir() else [place]:
            name = file.relative_to(paths.ROOT)
            if not _IGNORED & set(name.parts):
                yield str(name)


def base_digest() -> str:
    return hashlib.sha256(f"{_suite()} {PACKAGES} {_LEFT_OUT} {_sources()}".encode()).hexdigest()[
        :16
    ]


def _sources() -> str:
    """The machine's own: they name the mirror that it can reach."""
    for file in (_APT / name for name in _SOURCES):
        if file.exists():
            return file.read_text()
    raise FileNotFoundError(f"none of {', '.join(_SOURCES)} is in {_APT}")


def _suite() -> str:
    """The release that those sources are of."""
    return platform.freedesktop_os_release()["VERSION_CODENAME"]


def _ensure_base(folder: Path, digest: str, say: Say) -> None:
    """A root file system out of Debian's packages, where others would pull python:3.12-slim."""
    archive = folder / f"base-{digest}.tar"
    if not archive.exists():
        began = time.monotonic()
        part = archive.with_suffix(".part.tar")
        include = f"--include={','.join(PACKAGES)}"
        argv = ["mmdebstrap", "--quiet", "--variant=essential", include]
        argv += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in _LEFT_OUT]
        run([*argv, _suite(), part, "-"], text=_sources(), seconds=1800)
        part.rename(archive)
        say(
            f"image base: {archive.stat().st_size / 2**20:.0f} MiB after "
            f"{time.monotonic() - began:.0f} s"
        )
    if _buildah(folder, "images", "--quiet", "--filter", f"reference={_base(digest)}").strip():
        return
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        (Path(scratch) / "Dockerfile").write_text(f"FROM scratch\nADD {archive.name} /\n")
        (Path(scratch) / archive.name).hardlink_to(archive)
        _buildah(folder, "build", "--tag", _base(digest), scratch)


def _base(digest: str) -> str:
    return f"localhost/reelmill-base:{digest}"


def _build(image: Image, base: str, built: Built, folder: Path) -> None:
    with secrets.files() as given:
        words = ["--file", image.dockerfile, "--target", image.target, "--layers"]
        words += ["--build-arg", f"BASE_IMAGE={_base(base)}", "--pull=never"]
        for name, file in given.items():
            words += ["--secret", f"id={name},src={file}"]
        _buildah(folder, "build", *words, "--tag", built.reference, str(paths.ROOT))
    part = built.archive.with_suffix(".part")
    part.unlink(missing_ok=True)
    _buildah(folder, "push", built.reference, f"docker-archive:{part}:{built.reference}")
    part.rename(built.archive)


def _buildah(folder: Path, *words: str) -> str:
    """With a store of its own: what else buildah has on this machine is not ours."""
    # No proxy settings and no credentials but those that the secrets hand over.
    kept = ("PATH", "HOME", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    env |= {"BUILDAH_ISOLATION": "chroot", "LC_ALL": "C.UTF-8"}
    store = ["--root", str(folder / "store"), "--runroot", str(folder / "run")]
    return run(
        ["buildah", *store, "--storage-driver", "overlay", *words],
        env=env,
        cwd=paths.ROOT,
        seconds=3600,
    )


def _tidy(folder: Path) -> None:
    """Every build leaves its layers for the next; those of weeks are more than anybody wants."""
    if len(_buildah(folder, "images", "--all", "--quiet").split()) > _MOST_LAYERS:
        _buildah(folder, "rmi", "--all", "--force")


def _forget_old(folder: Path, name: str) -> None:
    archives = sorted(folder.glob(f"{name}-*.tar"), key=lambda path: path.stat().st_mtime)
    for old in archives[:-_KEPT]:
        old.unlink()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def main() -> int:
    for built in ensure((TRIAL, RUNNER)).values():
        print(f"{built.reference}: {built.archive}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
