"""The environment, read once."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from runner import settings
from runner.settings import BadConfigurationError, read_settings
from schema.job import TaskKind

ENV = {
    "REELMILL_API_URL": "http://127.0.0.1:8400/",
    "REELMILL_ATTEMPT_ID": "a1",
    "REELMILL_SCRATCH": "/scratch",
}


def test_proof_is_one_line_on_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\nmore"))
    read = read_settings(ENV)
    assert (read.api_url, read.task, read.index) == ("http://127.0.0.1:8400", TaskKind.ENCODE, 0)
    assert read.proof == "secret"
    assert "secret" not in repr(read)


def test_proof_may_be_a_projected_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from the file\n")
    read = read_settings(ENV | {"REELMILL_PROOF_FILE": str(tmp_path / "token")})
    assert read.proof == "from the file"


@pytest.mark.parametrize("name", ENV)
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(BadConfigurationError, match=name):
        read_settings({key: value for key, value in ENV.items() if key != name})


@pytest.mark.parametrize(
    "extra",
    [{"REELMILL_TASK": "bake"}, {"REELMILL_TASK_INDEX": "x"}, {"REELMILL_PROOF_FILE": "/none"}],
)
def test_what_is_wrong_is_refused(extra: dict[str, str]) -> None:
    with pytest.raises(BadConfigurationError):
        read_settings(ENV | extra)


def test_no_proof_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(BadConfigurationError, match="proof"):
        read_settings(ENV)


def test_a_quota_counts_and_not_the_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def cgroup(**files: str) -> None:
        for name, text in files.items():
            file = tmp_path / name.replace("__", "/").replace("_max", ".max")
            file.parent.mkdir(exist_ok=True)
            file.write_text(text + "\n")

    monkeypatch.setattr(settings, "_GROUPS", tmp_path)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(64)))
    assert settings.usable_threads() == 64
    # Version 1 has a folder for each controller.
    (tmp_path / "cpu").mkdir()
    (tmp_path / "memory").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    for quota, threads in (("-1", 64), ("250000", 2), ("10000", 1)):
        (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text(quota + "\n")
        assert settings.usable_threads() == threads
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("2000000\n")
    assert settings.usable_memory() == 2_000_000
    # Version 2 wins.
    cgroup(cpu_max="150000 100000", memory_max="1000000")
    assert (settings.usable_threads(), settings.usable_memory()) == (2, 1_000_000)
    cgroup(cpu_max="max 100000", memory_max="max")
    assert settings.usable_threads() == 64
    assert settings.usable_memory() > 1_000_000


def test_a_volume_may_be_smaller_than_its_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    free = settings.usable_scratch(tmp_path)
    assert free > 10_000_000
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "file").write_bytes(bytes(300_000))
    monkeypatch.setenv("REELMILL_SCRATCH_BYTES", "1000000")
    assert 600_000 < settings.usable_scratch(tmp_path) <= 700_000
    monkeypatch.setenv("REELMILL_SCRATCH_BYTES", "100000")
    assert settings.usable_scratch(tmp_path) == 0
