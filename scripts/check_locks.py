"""Lock files hold hashes for everything, and no name of an index, a mirror or a machine."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PIN = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(\[[^\]]*\])?==\S+")
_PLACE = re.compile(r"://|^\s*(-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b")
_PATH = re.compile(r"(^|[\s=\"'])(/|~/|[A-Za-z]:\\)\w")


def problems_in_python_lock(text: str) -> Iterator[str]:
    """One sentence a finding."""
    blocks: list[list[str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if _PLACE.search(line):
            yield f"line {number} names an index: {line.strip()}"
        elif _PATH.search(line):
            yield f"line {number} names a path: {line.strip()}"
        if _PIN.match(line):
            blocks.append([line])
        elif line.strip() and not line.lstrip().startswith("#"):
            if not blocks:
                yield f"line {number} pins no version: {line.strip()}"
                continue
            blocks[-1].append(line)
    for block in blocks:
        if not any("--hash=sha256:" in line for line in block):
            yield f"{block[0].split()[0]} has no hash"


def problems_in_npm_lock(text: str) -> Iterator[str]:
    for name, package in json.loads(text).get("packages", {}).items():
        if "resolved" in package:
            yield f"{name} names where it came from: {package['resolved']}"
        if name and not package.get("link") and "integrity" not in package:
            yield f"{name} has no integrity hash"


def main() -> int:
    found = False
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    folders = (ROOT / "web", ROOT / "tests" / "players")
    npm = [path for folder in folders if (path := folder / "package-lock.json").exists()]
    for path in [*locks, *npm]:
        look = problems_in_npm_lock if path.suffix == ".json" else problems_in_python_lock
        for problem in look(path.read_text()):
            print(f"{path.relative_to(ROOT)}: {problem}")
            found = True
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
