"""The package as others install it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import reelmill

ROOT = Path(__file__).resolve().parents[2]


def modules_after(statement: str) -> set[str]:
    """Names of the top-level modules that a fresh interpreter has loaded."""
    script = f"{statement}\nimport sys\nprint(*{{m.split('.')[0] for m in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert reelmill.__version__ == project["version"]


def test_every_promised_name_is_there() -> None:
    for name in reelmill.__dir__():
        assert getattr(reelmill, name) is not None


def test_the_names_for_type_checkers_are_the_same() -> None:
    source = Path(reelmill.__file__).read_text("utf-8")
    for name, home in reelmill._HOME.items():
        assert f"from reelmill.{home} import {name} as {name}" in source


def test_it_stands_alone() -> None:
    everything = "import reelmill.client, reelmill.cli.app, reelmill.cli.commands.upload"
    commands = "import reelmill.cli.commands.transcode, reelmill.cli.commands.scan"
    doctor = "import reelmill.doctor.api, reelmill.doctor.store"
    loaded = modules_after(f"{everything}\n{commands}\n{doctor}")
    assert not loaded & {"api", "runner", "schema", "local", "aiobotocore", "botocore", "boto3"}


def test_help_needs_nothing_heavy() -> None:
    loaded = modules_after("import reelmill.cli.app")
    assert not loaded & {"httpx", "pydantic", "rich", "websockets"}
