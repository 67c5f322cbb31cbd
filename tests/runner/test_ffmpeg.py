"""Birth, watching and death of media processes."""

from __future__ import annotations

import asyncio
import ctypes
import time
from pathlib import Path

import pytest

from runner.deadline import Deadline
from runner.errors import Code, RunnerError
from runner.ffmpeg import STDERR_TAIL, ChildFailedError, Watch, run, version
from runner.progress import Snapshot
from tests.runner import media, processes

SHELL = "/bin/sh"


def _watch(seconds: float = 20, stall: float | None = None) -> Watch:
    return Watch(Deadline.after(seconds), stall)


async def _refused(script: str, folder: Path, watch: Watch | None = None) -> RunnerError:
    with pytest.raises(RunnerError) as refused:
        await run([SHELL, "-c", script], cwd=folder, watch=watch or _watch())
    return refused.value


async def test_output_of_a_good_run(tmp_path: Path) -> None:
    script = "echo out; echo err >&2; pwd; read line; echo stdin: $?"
    done = await run([SHELL, "-c", script], cwd=tmp_path, watch=_watch())
    assert done.stdout.decode().splitlines() == ["out", str(tmp_path), "stdin: 1"]
    assert done.stderr == "err\n"


async def test_failure_shows_status_command_and_last_words(tmp_path: Path) -> None:
    with pytest.raises(ChildFailedError) as failed:
        await run([SHELL, "-c", "echo 'last words' >&2; exit 7"], cwd=tmp_path, watch=_watch())
    assert failed.value.status == 7
    assert failed.value.log.splitlines() == [
        "exit status 7",
        "$ /bin/sh -c 'echo '\"'\"'last words'\"'\"' >&2; exit 7'",
        "last words",
    ]


async def test_stderr_is_bounded(tmp_path: Path) -> None:
    script = "i=0; while [ $i -lt 3000 ]; do echo 'noise number' $i >&2; i=$((i+1)); done; exit 1"
    with pytest.raises(ChildFailedError) as failed:
        await run([SHELL, "-c", script], cwd=tmp_path, watch=_watch())
    assert len(failed.value.stderr) == STDERR_TAIL
    assert failed.value.stderr.endswith("number 2999\n")


async def test_time_limit_kills(tmp_path: Path) -> None:
    refused = await _refused("sleep 60", tmp_path, _watch(0.4))
    assert refused.code is Code.TIME_LIMIT
    assert processes.working_in(tmp_path) == []


async def test_silence_kills_the_whole_group(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 61 & sleep 62 & echo progress=continue; wait"
    with pytest.raises(RunnerError) as refused:
        await run([SHELL, "-c", script], cwd=tmp_path, watch=_watch(20, 0.5), on_progress=_ignore)
    assert refused.value.code is Code.ENCODE_STALLED
    assert processes.working_in(tmp_path) == []


async def test_repeating_oneself_is_no_progress(tmp_path: Path) -> None:
    """A decoder in an endless loop still reports, but always the same place."""
    script = "while :; do echo frame=7; echo progress=continue; sleep 0.1; done"
    with pytest.raises(RunnerError) as refused:
        await run([SHELL, "-c", script], cwd=tmp_path, watch=_watch(20, 0.6), on_progress=_ignore)
    assert refused.value.code is Code.ENCODE_STALLED


async def test_progress_keeps_a_slow_process_alive(tmp_path: Path) -> None:
    script = "for i in 1 2 3 4 5 6; do echo frame=$i; echo progress=continue; sleep 0.2; done"
    seen: list[Snapshot] = []
    done = await run(
        [SHELL, "-c", script], cwd=tmp_path, watch=_watch(20, 0.8), on_progress=seen.append
    )
    assert [snapshot.frame for snapshot in seen] == [1, 2, 3, 4, 5, 6]
    assert done.last == seen[-1]


def test_the_end_is_waited_for_longer() -> None:
    watch = Watch(Deadline.after(1), stall_seconds=10, ends=60)
    assert watch.patience(None) == 10
    assert watch.patience(Snapshot(seconds=30)) == 10
    assert watch.patience(Snapshot(seconds=59.5)) == 100


async def test_cancel_leaves_no_process(tmp_path: Path) -> None:
    task = asyncio.create_task(
        run([SHELL, "-c", "sleep 63 & sleep 64"], cwd=tmp_path, watch=_watch())
    )
    await asyncio.to_thread(processes.until_working, tmp_path, 3)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 1
    assert processes.working_in(tmp_path) == []


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("kill -KILL $$", Code.OUT_OF_MEMORY),
        ("echo 'Cannot allocate memory' >&2; exit 1", Code.OUT_OF_MEMORY),
        ("echo 'x: No space left on device' >&2; exit 228", Code.SCRATCH_FULL),
        ("kill -XFSZ $$", Code.SCRATCH_FULL),
        ("kill -XCPU $$", Code.TIME_LIMIT),
        ("exit 125", Code.JAIL_FAILED),
    ],
)
async def test_what_the_end_of_a_process_means(script: str, code: Code, tmp_path: Path) -> None:
    refused = await _refused(script, tmp_path)
    assert refused.code is code
    assert "$ /bin/sh" in refused.log


async def test_crash_is_named(tmp_path: Path) -> None:
    with pytest.raises(ChildFailedError) as failed:
        await run([SHELL, "-c", "kill -SEGV $$"], cwd=tmp_path, watch=_watch())
    assert failed.value.log.startswith("killed by SIGSEGV\n")


async def test_ffmpeg_cannot_reach_the_network(tmp_path: Path) -> None:
    """Even asked to: the allow-lists are one wall, the missing sockets another."""
    argv = [media.tools().ffmpeg, "-nostdin", "-v", "error", "-i", "http://127.0.0.1:9/x"]
    with pytest.raises(ChildFailedError) as failed:
        await run([*argv, "-f", "null", "-"], cwd=tmp_path, watch=_watch())
    assert "Permission denied" in failed.value.stderr


async def test_no_file_outside_the_folder_can_be_read(tmp_path: Path) -> None:
    if not _has_landlock():
        pytest.skip("this kernel has no Landlock")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "in").write_text("own")
    script = (
        f"cat in; cat {tmp_path}/secret; cat /etc/passwd; cat /proc/1/environ; ls {tmp_path};"
        f"echo x > {tmp_path}/made; echo x > made && cat made; mkdir d && rmdir d; echo > /dev/null"
    )
    done = await run([SHELL, "-c", script], cwd=tmp_path / "own", watch=_watch())
    assert done.stdout == b"ownx\n"
    assert done.stderr.count("Permission denied") == 5
    assert not (tmp_path / "made").exists()


def _has_landlock() -> bool:
    """landlock_create_ruleset with the flag that asks for the version."""
    return int(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)) > 0


async def test_version_names_the_engine(tmp_path: Path) -> None:
    assert (await version(media.tools().ffmpeg, tmp_path)).startswith("ffmpeg version n9.")


async def test_start_costs_little(tmp_path: Path) -> None:
    costs = []
    for _ in range(5):
        began = time.monotonic()
        await run(["/bin/true"], cwd=tmp_path, watch=_watch())
        costs.append(time.monotonic() - began)
    assert min(costs) < 0.5


def _ignore(_: Snapshot) -> None:
    """Somebody listens, so stdout is progress."""
