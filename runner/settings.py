"""The runner's settings: the environment is read once, here."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schema.job import TaskKind


class BadConfigurationError(Exception):
    """A setting is missing or wrong: exit code 2. Nobody can be told but the log."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What one runner process must know before it can claim. `proof` says who asks."""

    api_url: str
    attempt_id: str
    task: TaskKind
    index: int
    scratch: Path
    log_level: str
    proof: str = field(repr=False)
    ffmpeg: str | None = None
    ffprobe: str | None = None
    packager: str | None = None
    ca_bundle: str | None = None


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from the environment and the proof from its file or from stdin.

    Raises BadConfigurationError, which names the variable.
    """
    try:
        task = TaskKind(env.get("REELMILL_TASK", TaskKind.ENCODE))
        index = int(env.get("REELMILL_TASK_INDEX", "0"))
    except ValueError as error:
        raise BadConfigurationError(f"REELMILL_TASK or REELMILL_TASK_INDEX: {error}") from error
    return Settings(
        api_url=_required(env, "REELMILL_API_URL").rstrip("/"),
        attempt_id=_required(env, "REELMILL_ATTEMPT_ID"),
        task=task,
        index=index,
        scratch=Path(_required(env, "REELMILL_SCRATCH")).absolute(),
        log_level=env.get("LOG_LEVEL", "INFO").upper(),
        proof=_read_proof(env.get("REELMILL_PROOF_FILE")),
        ffmpeg=env.get("REELMILL_FFMPEG") or None,
        ffprobe=env.get("REELMILL_FFPROBE") or None,
        packager=env.get("REELMILL_PACKAGER") or None,
        # As the S3 library looks for it.
        ca_bundle=env.get("AWS_CA_BUNDLE") or env.get("REQUESTS_CA_BUNDLE") or None,
    )


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "")
    if not value:
        raise BadConfigurationError(f"{name} is not set")
    return value


def _read_proof(file: str | None) -> str:
    """A projected token is a file; the local executor writes one line into our stdin."""
    try:
        proof = Path(file).read_text("utf-8") if file else sys.stdin.readline()
    except (OSError, UnicodeError) as error:
        raise BadConfigurationError(f"the proof cannot be read: {error}") from error
    if not proof.strip():
        raise BadConfigurationError("no proof of identity: set REELMILL_PROOF_FILE or use stdin")
    return proof.strip()


def usable_threads() -> int:
    """Processors this process may really use: a container's quota, not the host's count.

    FFmpeg and x264 look at the host and would start 64 threads on two cores.
    """
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return max(1, min(allowed, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no cgroup v2 here, or quota "max"
        return allowed


def usable_memory() -> int:
    """Bytes of memory this process may use: the container's limit or the machine's memory."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(total, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    except (OSError, ValueError):
        return total
