"""The runner's settings: the environment is read once, here."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from schema.job import TaskKind

_GROUPS = Path("/sys/fs/cgroup")


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
    whisper_model: str | None = None
    fonts: str | None = None
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
        whisper_model=env.get("REELMILL_WHISPER_MODEL") or None,
        fonts=env.get("REELMILL_FONTS") or None,
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
    if (limit := _group("cpu.max")) is not None:
        quota, _, period = limit.partition(" ")
    else:
        quota, period = _group("cpu/cpu.cfs_quota_us") or "", _group("cpu/cpu.cfs_period_us") or ""
    try:
        cores = round(int(quota) / int(period))
    except ValueError:  # no control groups here, or no quota: "max"
        return allowed
    return max(1, min(allowed, cores)) if int(quota) > 0 else allowed


def usable_memory() -> int:
    """Bytes of memory this process may use: the container's limit or the machine's memory."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _group("memory.max") or _group("memory/memory.limit_in_bytes") or ""
    return min(total, int(limit)) if limit.isdigit() else total


def usable_scratch(folder: Path) -> int:
    """Bytes that may still be written into `folder`.

    A volume of a pod may be granted less than its disk has; a pod that writes more is evicted, and
    nobody hears of it what was missing.
    """
    free = shutil.disk_usage(folder).free
    granted = os.environ.get("REELMILL_SCRATCH_BYTES", "")
    if not granted.isdigit():
        return free
    return max(0, min(free, int(granted) - _used(folder)))


def _used(folder: Path) -> int:
    used = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                used += (Path(place) / name).lstat().st_blocks * 512
            except FileNotFoundError:  # what is written is also removed
                continue
    return used


def _group(name: str) -> str | None:
    """One file of our control group: version 2, or with the name of a controller version 1."""
    try:
        return (_GROUPS / name).read_text("ascii").strip()
    except OSError:
        return None
