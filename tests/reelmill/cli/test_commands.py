"""The commands, as processes against the scripted server."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import reelmill as package
from reelmill.cli.app import app
from tests.reelmill.cli.conftest import COMMAND, Run, environment
from tests.reelmill.double import KEY, Double
from tests.reelmill.shapes import job, output
from tests.support.live import free_port


async def test_nothing_to_do_is_help(reelmill: Run) -> None:
    bare, asked = await asyncio.gather(reelmill(), reelmill("--help"))
    assert (bare.code, bare.err) == (0, "")
    assert "upload" in bare.out
    assert bare.out == asked.out


def test_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"reelmill {package.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("upload",),
        ("upload", "a.mp4", "--wait"),
        ("upload", "a", "b", "--preset", "web", "--title", "t"),
        ("transcode", "a.mp4"),
        ("transcode", "a.mp4", "--preset", "web", "--copy"),
        ("transcode", "a.mp4", "--clip", "5-3"),
        ("jobs", "--status", "SLEEPING"),
        ("jobs", "--limit", "0"),
        ("nonsense",),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    """In this process: it is found before anything else begins."""
    done = CliRunner().invoke(app, arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Error:" in done.stderr


async def test_wrong_usage_is_told_as_usual(reelmill: Run) -> None:
    done = await reelmill("upload", "a.mp4", "--wait", "--json")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: reelmill upload")


async def test_no_connection(reelmill: Run, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    none, refused, wrong = await asyncio.gather(
        reelmill("jobs", env=environment()),
        reelmill("jobs", env=environment(REELMILL_API_URL=nowhere, REELMILL_API_KEY=KEY)),
        reelmill("jobs", "--json", "--key", "rm_wrong"),
    )
    assert [none.code, refused.code, wrong.code] == [3, 3, 5]
    assert none.err.startswith("reelmill: no server is known")
    assert none.err.count("\n") == 1
    assert "nothing listens there" in refused.err
    assert wrong.json["error"]["code"] == "UNAUTHENTICATED"
    assert not none.out + refused.out


async def test_connection_json(reelmill: Run, double: Double, tmp_path: Path) -> None:
    (tmp_path / ".reelmill").mkdir()
    saved = {"api": double.url, "key": KEY}
    (tmp_path / ".reelmill" / "connection.json").write_text(json.dumps(saved))
    done = await reelmill("presets", env=environment())
    assert done.code == 0
    assert done.out.splitlines()[0].split()[0] == "NAME"


async def test_jobs(reelmill: Run, double: Double) -> None:
    double.jobs = {f"j{n}": job("FAILED", id=f"j{n}", title=f"film {n}") for n in range(102)}
    double.jobs["other"] = job("RUNNING", id="other")
    table, as_json, none = await asyncio.gather(
        reelmill("jobs", "--status", "failed", "--limit", "2"),
        reelmill("jobs", "--limit", "101", "--json"),
        reelmill("jobs", "--status", "CANCELED"),
    )
    assert [line.split()[0] for line in table.out.splitlines()] == ["ID", "j0", "j1"]
    assert "--limit" in table.err
    assert [each["id"] for each in as_json.json["jobs"]] == [f"j{n}" for n in range(101)]
    assert as_json.json["more"] is True
    assert (none.code, none.out) == (0, "")


async def test_one_job(reelmill: Run, double: Double) -> None:
    error = {"code": "INPUT_DAMAGED", "message": "it ends in the middle", "hint": "Copy it again."}
    double.jobs = {
        "job_1": job("SUCCEEDED", outputs=[output("MP4"), output("HLS")], title="a\x1b[31mb"),
        "job_2": job("FAILED", id="job_2", error=error),
    }
    good, bad, none, as_json = await asyncio.gather(
        reelmill("job", "job_1"),
        reelmill("job", "job_2"),
        reelmill("job", "job_3"),
        reelmill("job", "job_1", "--json"),
    )
    assert (good.code, bad.code, none.code) == (0, 0, 6)
    assert "0198/1/encode/0/1/hls/master.m3u8" in good.out
    assert "http://api/play/token/HLS" in good.out
    assert "\x1b" not in good.out
    assert "it ends in the middle [INPUT_DAMAGED]" in bad.out
    assert "Copy it again." in bad.out
    assert "[NOT_FOUND]" in none.err
    assert as_json.json["outputs"][0]["playbackUrl"] == "http://api/play/token/MP4"


async def test_watching_a_job(reelmill: Run, double: Double) -> None:
    running = job("RUNNING", phase="ENCODING", progress=0.5)
    double.sockets.append([running, "drop"])
    double.sockets.append([running, job("SUCCEEDED", outputs=[output("HLS")]), "complete"])
    double.jobs["job_1"] = running
    done = await reelmill("watch", "job_1", "--json")
    states = [json.loads(line) for line in done.out.splitlines()]
    assert [(each["status"], each["progress"]) for each in states] == [
        ("RUNNING", 0.5),
        ("SUCCEEDED", 1.0),
    ]
    assert (done.code, done.err) == (0, "")
    double.sockets.append([running, job("FAILED")])
    failed = await reelmill("watch", "job_1")
    assert failed.code == 1
    assert "clip: job job_1 encoding 50 %" in failed.err
    assert "Status:   FAILED" in failed.out


async def test_cancel(reelmill: Run) -> None:
    done, none = await asyncio.gather(
        reelmill("cancel", "job_1"), reelmill("cancel", "no", "--json")
    )
    assert (done.code, done.out) == (0, "job_1 CANCELING\n")
    assert (none.code, none.json["error"]["code"]) == (6, "NOT_FOUND")


async def test_transcode(reelmill: Run, double: Double) -> None:
    double.jobs["job_1"] = job("SUCCEEDED", outputs=[output("HLS")])
    done = await reelmill("transcode", "a b.mp4", "--preset", "web", "--wait")
    assert done.code == 0
    assert "HLS" in done.out
    assert double.named("StartTranscode")[-1]["input"]["preset"] == "web"
    cut = ("transcode", "a b.mp4", "--clip", "1:05-1:20", "--clip", "90-", "--copy")
    both, wrong = await asyncio.gather(
        reelmill(*cut, "--preset", "web"), reelmill(*cut, "--preset", "wbe")
    )
    assert (both.code, both.out) == (0, "job_1\n")
    assert wrong.code == 7
    assert "[UNKNOWN_PRESET]" in wrong.err
    clips = [
        {"start": 65, "end": 80, "mode": "COPY"},
        {"start": 90, "mode": "COPY"},
    ]
    (sent,) = double.named("StartTranscode")[1:]
    ladder = {"rungs": [], "segmentSeconds": 4.0}
    assert sent["input"]["recipe"] == {"clips": clips, "ladder": ladder}


async def test_scan_and_presets(reelmill: Run, double: Double) -> None:
    done, presets = await asyncio.gather(reelmill("scan", "a/"), reelmill("presets", "--json"))
    assert done.out == "a.mp4\nb c.mp4\n"
    assert "new: 2" in done.err
    assert [each["name"] for each in presets.json["presets"]] == ["web", "mp4"]
    (sent,) = double.named("StartScan")
    assert sent["input"]["prefix"] == "a/"
    assert len(sent["input"]["idempotencyKey"]) >= 16


async def test_upload_and_wait(reelmill: Run, double: Double, film: Path) -> None:
    done_job = job("SUCCEEDED", outputs=[output("HLS"), output("POSTER", duration=None)])
    running = job("RUNNING", phase="ENCODING", progress=0.5)
    double.sockets.append([job("QUEUED"), running, done_job])
    done = await reelmill("upload", film, "--preset", "web", "--wait")
    assert done.code == 0
    assert double.received() == film.read_bytes()
    kinds = [line.split()[0] for line in done.out.splitlines() if line and line[0].isupper()]
    assert kinds[:3] == ["KIND", "HLS", "POSTER"]
    assert "1:05" in done.out
    assert done.out.endswith("http://api/play/token/HLS\n")
    assert "film.mp4: job job_1 encoding 50 %" in done.err
    assert "film.mp4: job job_1 succeeded" in done.err


async def test_upload_of_some_that_fail(reelmill: Run, double: Double, tmp_path: Path) -> None:
    names = ["-rf %d ü.mp4", "a\nb [red].mov", "empty.mp4"]
    for name in names[:2]:
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "empty.mp4").touch()
    done = await reelmill("upload", "--json", "--", *names, "none.mp4")
    assert done.code == 4
    uploads = done.json["uploads"]
    assert [each["file"] for each in uploads] == [*names, "none.mp4"]
    assert [each["error"] and each["error"]["code"] for each in uploads] == [
        None,
        None,
        "FILE_EMPTY",
        "FILE_NOT_FOUND",
    ]
    assert {each["filename"] for each in double.uploads.values()} == set(names[:2])
    assert any(line.startswith("a\\nb [red].mov: ") for line in done.err.splitlines())
    assert done.err.endswith("2 of 4 done, 2 failed, 26 bytes uploaded.\n")


async def test_uploads_that_all_fail(reelmill: Run, double: Double, film: Path) -> None:
    films = [film, film.with_name("other.mp4")]
    films[1].write_bytes(b"x")
    dash, refused = await asyncio.gather(
        reelmill("upload", "-"),
        reelmill("upload", *films, "--key", "rm_wrong", "--json", "--parallel", "1"),
    )
    assert (dash.code, refused.code) == (8, 5)
    assert "standard input" in dash.err
    # The second file would fare no better, and is not tried.
    codes = [each["error"] and each["error"]["code"] for each in refused.json["uploads"]]
    assert codes == ["UNAUTHENTICATED", None]
    assert double.puts == []


async def test_a_failed_job_is_a_failed_upload(reelmill: Run, double: Double, film: Path) -> None:
    error = {"code": "INPUT_DAMAGED", "message": "it is damaged", "hint": None}
    double.sockets.append([job("FAILED", error=error)])
    done = await reelmill("upload", film, "--preset", "web", "--wait", "--json")
    assert done.code == 1
    (one,) = done.json["uploads"]
    assert one["job"]["error"]["code"] == "INPUT_DAMAGED"
    assert one["upload"]["status"] == "COMPLETED"


async def test_a_name_that_is_no_text(reelmill: Run, tmp_path: Path) -> None:
    (tmp_path / "caf\udce9.mp4").write_bytes(b"x")
    done = await reelmill("upload", "caf\udce9.mp4", "--json")
    assert done.code == 0
    assert done.json["uploads"][0]["file"] == "caf\udce9.mp4"


async def test_a_reader_that_goes_away(double: Double, connected: dict[str, str]) -> None:
    double.jobs = {f"j{n}": job(id=f"j{n}", title="x" * 50_000) for n in range(10)}
    script = f"{shlex.quote(sys.executable)} -m reelmill jobs --limit 100 | head -n 1"
    process = await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        f"{script}; echo ${{PIPESTATUS[0]}}",
        env=connected,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert out.decode().splitlines()[0].startswith("ID")
    assert out.decode().splitlines()[1] == "141"
    assert err == b""


async def test_debug_shows_the_traceback(connected: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        "job",
        "no",
        "--debug",
        env=connected,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert b"Traceback" in err
    assert b"NotFoundError" in err
    assert process.returncode == 6


@pytest.mark.parametrize("arguments", [("presets",), ("presets", "--json"), ("--help",)])
async def test_a_full_disk(connected: dict[str, str], arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *arguments, env=connected, stdout=full, stderr=asyncio.subprocess.PIPE
        )
        _, err = await process.communicate()
    assert process.returncode == 8
    assert b"Traceback" not in err
    assert err.splitlines()[-1].endswith(b"No space left on device [DISK]")


@pytest.mark.parametrize("command", ["upload", "transcode"])
async def test_nothing_is_started_to_wait_for_what_cannot_be_asked(
    reelmill: Run, double: Double, film: Path, command: str
) -> None:
    viewer = {"project": {"id": "p", "name": "default"}, "keyId": "k", "keyName": "ci"}
    double.http_faults.append((200, {"data": {"viewer": viewer | {"scopes": ["WRITE"]}}}))
    done = await reelmill(command, film, "--preset", "web", "--wait")
    assert done.code == 5
    assert "READ" in done.err
    assert double.operations == []
