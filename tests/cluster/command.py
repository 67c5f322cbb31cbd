"""Runs a program to its end; a failure shows the command, its status and its last words."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class CommandError(Exception):
    """A program failed. The text names it and shows the tail of what it wrote."""


def run(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    text: str | None = None,
    seconds: float = 120,
) -> str:
    """What the program wrote to standard output. Raises CommandError."""
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(
            words,
            env=None if env is None else dict(env),
            cwd=cwd,
            input=text,
            # Nothing that is run here asks questions; an inherited terminal would invite it to.
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandError(f"{shlex.join(words)}: {error}") from error
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-30:])
        raise CommandError(f"{shlex.join(words)} ended with {done.returncode}:\n{tail}")
    return done.stdout
