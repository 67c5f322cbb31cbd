"""Renders the chart with helm and takes the objects apart."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy" / "helm" / "reelmill"
RELEASE, NAMESPACE = "demo", "media"
KUBERNETES = "1.36"

Object = dict[str, Any]

# The least that an installation without trial needs.
PRODUCTION: dict[str, Any] = {
    "publicUrl": "https://media.example.org",
    "database": {"existingSecret": "database"},
    "s3": {"sts": {"roleArn": "arn:aws:iam::123456789012:role/runner"}},
}
TRIAL: dict[str, Any] = {"trial": {"enabled": True}}


def program() -> str | None:
    """helm by REELMILL_HELM, on the PATH, or as `make cluster-test` has compiled it."""
    cache = Path(os.environ.get("REELMILL_CACHE") or Path.home() / ".cache" / "reelmill")
    compiled = sorted(cache.glob("helm/v*/helm"), key=lambda path: path.stat().st_mtime)
    named = os.environ.get("REELMILL_HELM") or shutil.which("helm")
    return named or (str(compiled[-1]) if compiled else None)


def merged(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """Values laid over each other, as helm does it with several files."""
    result: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            below = result.get(name)
            both = isinstance(below, dict) and isinstance(value, dict)
            result[name] = merged(below, value) if both else value  # type: ignore[arg-type]
    return result


class Helm:
    """The command."""

    def __init__(self, path: str) -> None:
        self.path = path

    def run(self, *words: str, values: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.path, *words, "--values", "-"],
            input=yaml.safe_dump(dict(values)),
            env={"PATH": os.defpath, "HOME": "/nonexistent"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def lint(self, values: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        return self.run("lint", str(CHART), "--strict", "--namespace", NAMESPACE, values=values)

    def template(
        self, values: Mapping[str, Any], *, upgrade: bool = False
    ) -> subprocess.CompletedProcess[str]:
        words = ["--is-upgrade"] if upgrade else []
        version = ["--kube-version", f"{KUBERNETES}.0"]
        place = ["template", RELEASE, str(CHART), "--namespace", NAMESPACE]
        return self.run(*place, *version, *words, values=values)

    def objects(self, values: Mapping[str, Any], *, upgrade: bool = False) -> list[Object]:
        """Everything that an installation with these values makes."""
        done = self.template(values, upgrade=upgrade)
        assert done.returncode == 0, done.stderr
        return [found for found in yaml.safe_load_all(done.stdout) if found]

    def notes(self, values: Mapping[str, Any]) -> str:
        """What an installation with these values says at its end."""
        words = ["install", RELEASE, str(CHART), "--namespace", NAMESPACE, "--dry-run=client"]
        done = self.run(*words, values=values)
        assert done.returncode == 0, done.stderr
        return done.stdout.partition("\nNOTES:\n")[2]

    def refusal(self, values: Mapping[str, Any]) -> str:
        """What helm says of values that it must refuse."""
        done = self.template(values)
        assert done.returncode != 0, "these values were accepted"
        return done.stderr


def one(objects: list[Object], kind: str, name: str) -> Object:
    """The object of this kind and name; there is exactly one."""
    found = [o for o in objects if o["kind"] == kind and o["metadata"]["name"] == name]
    assert len(found) == 1, f"{len(found)} of {kind} {name}"
    return found[0]


def kinds(objects: list[Object]) -> set[str]:
    return {found["kind"] for found in objects}


def pods(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    """Name of the owner and spec of every pod, whatever makes it."""
    for found in objects:
        name = f"{found['kind']}/{found['metadata']['name']}"
        if found["kind"] == "Pod":
            yield name, found["spec"]
        elif "template" in found.get("spec", {}):
            yield name, found["spec"]["template"]["spec"]


def containers(pod: Object) -> list[Object]:
    return [*pod.get("initContainers", []), *pod["containers"]]


def environment(container: Object) -> dict[str, Object]:
    """Variable -> its entry. No name may stand there twice."""
    entries = container.get("env", [])
    found = {entry["name"]: entry for entry in entries}
    assert len(found) == len(entries), [entry["name"] for entry in entries]
    return found
