"""Writes what an image is made of as CycloneDX 1.6 JSON: Debian and Python packages, the npm
packages in the web app, and the programs that wheels carry.

    python sbom.py NAME VERSION [--npm package-lock.json] [--tools tools.json] >sbom.json

Only the standard library: it runs inside the image that it describes, with that image's Python.
Without a time and a serial number, so that equal images give equal lists.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

Component = dict[str, Any]
DPKG = Path("/var/lib/dpkg/status")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("version")
    parser.add_argument("--npm", type=Path)
    parser.add_argument("--tools", type=Path)
    given = parser.parse_args()
    found = [*debian(), *python()]
    found += npm(json.loads(given.npm.read_text())) if given.npm else []
    found += tools(json.loads(given.tools.read_text())) if given.tools else []
    print(json.dumps(document(given.name, given.version, found), indent=1, sort_keys=True))


def document(name: str, version: str, found: list[Component]) -> dict[str, Any]:
    unique = {entry["bom-ref"]: entry for entry in found}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "container", "name": name, "version": version}},
        "components": [unique[key] for key in sorted(unique)],
    }


def component(kind: str, name: str, version: str, licence: str = "") -> Component:
    """`kind`: deb/debian, pypi, npm, generic, as in a package URL."""
    purl = f"pkg:{kind}/{quote(name, safe='/')}@{quote(version, safe='')}"
    made: Component = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": purl,
        "bom-ref": purl,
    }
    if licence:
        made |= {"licenses": [{"license": {"name": licence}}]}
    return made


def debian() -> Iterator[Component]:
    """Packages that dpkg knows; none in an image of another make."""
    if not DPKG.exists():
        return
    for block in DPKG.read_text(errors="replace").split("\n\n"):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*)$", block, re.MULTILINE))
        if fields.get("Status", "").endswith(" installed"):
            yield component("deb/debian", fields["Package"], fields["Version"])


def python() -> Iterator[Component]:
    for package in importlib.metadata.distributions():
        said = package.metadata
        name = re.sub(r"[-_.]+", "-", said["Name"]).lower()
        licence = said["License-Expression"] or said["License"] or ""
        # Some put the whole text there.
        yield component("pypi", name, package.version, licence if len(licence) < 80 else "")


def npm(lock: dict[str, Any]) -> Iterator[Component]:
    """What the web app may have been bundled from: everything but the tools of its build."""
    for path, entry in lock["packages"].items():
        if path and not entry.get("dev"):
            name = path.rpartition("node_modules/")[2]
            yield component("npm", name, entry["version"], str(entry.get("license", "")))


def tools(said: dict[str, Any]) -> Iterator[Component]:
    """Programs by what they say of themselves: "ffmpeg version n9.0.2-17-g..."."""
    for name in ("ffmpeg", "ffprobe", "packager"):
        version = re.search(r"version v?(\S+)", str(said.get(name, "")))
        if version:
            yield component("generic", name, version[1])


if __name__ == "__main__":
    main()
