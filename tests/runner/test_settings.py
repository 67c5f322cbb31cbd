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
    def cgroup(text: str) -> None:
        monkeypatch.setattr(settings, "Path", lambda _: tmp_path / "file")
        (tmp_path / "file").write_text(text)

    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(64)))
    cgroup("150000 100000\n")
    assert settings.usable_threads() == 2
    cgroup("max 100000\n")
    assert settings.usable_threads() == 64
    cgroup("1000000\n")
    assert settings.usable_memory() == 1_000_000
    cgroup("max\n")
    assert settings.usable_memory() > 1_000_000
